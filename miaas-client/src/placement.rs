//! Placement: what would happen.

use miaas_core::api::v1::{Rebalance, RebalanceAnswer, WhatIf, WhatIfAnswer};
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

    /// Which workloads to move so that more fits; makes the moves when that is asked for.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn rebalance(&self, wanted: &Rebalance) -> Result<RebalanceAnswer, ClientError> {
        self.request(Method::POST, &["placement", "rebalance"]).body(wanted).json().await
    }
}
