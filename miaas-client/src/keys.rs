//! API keys.

use miaas_core::api::v1::{CreateKey, CreatedKey, KeyItem};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// Makes an API key; the answer is the only place where it is shown.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_key(&self, create: &CreateKey) -> Result<CreatedKey, ClientError> {
        self.request(Method::POST, &["keys"]).body(create).json().await
    }

    /// Every API key, without the keys themselves.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn keys(&self) -> Result<Vec<KeyItem>, ClientError> {
        self.all(&["keys"]).await
    }

    /// Makes an API key worthless.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_key(&self, id: &str) -> Result<(), ClientError> {
        self.request(Method::DELETE, &["keys", id]).done().await
    }
}
