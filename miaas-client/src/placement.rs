//! Placement: what would happen.

use miaas_core::api::v1::{WhatIf, WhatIfAnswer};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// What would happen if the fleet were different. Nothing is changed.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn what_if(&self, changes: &WhatIf) -> Result<WhatIfAnswer, ClientError> {
        self.request(Method::POST, &["placement", "what-if"]).body(changes).json().await
    }
}
