//! The audit log.

use miaas_core::api::v1::{AuditEntry, Page};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// Entries of the audit log behind the one of this number, oldest first, some hundred at a time.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn audit(&self, after: u64) -> Result<Page<AuditEntry>, ClientError> {
        self.request(Method::GET, &["audit"])
            .query("after", Some(&after.to_string()))
            .query("limit", Some("500"))
            .json()
            .await
    }
}
