//! Backups.

use miaas_core::api::v1::CreateBackup;
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// Everything that the server stores, as one encrypted file.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn backup(&self, create: &CreateBackup) -> Result<Vec<u8>, ClientError> {
        self.request(Method::POST, &["backup"]).body(create).accept("application/octet-stream").bytes().await
    }
}
