//! Join tokens for nodes.

use miaas_core::api::v1::{CreateToken, CreatedToken, TokenItem};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// Makes a join token; the answer is the only place where it is shown.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_token(&self, create: &CreateToken) -> Result<CreatedToken, ClientError> {
        self.request(Method::POST, &["tokens"]).body(create).json().await
    }

    /// Every join token that is still good, without the tokens themselves.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn tokens(&self) -> Result<Vec<TokenItem>, ClientError> {
        self.all(&["tokens"]).await
    }

    /// Makes a join token worthless.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_token(&self, id: &str) -> Result<(), ClientError> {
        self.request(Method::DELETE, &["tokens", id]).done().await
    }
}
