//! Webhooks.

use miaas_core::api::v1::{CreateWebhook, CreatedWebhook, DeadLetter, Redelivered, WebhookItem};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// Makes a webhook; the answer is the only place where its key is shown.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_webhook(&self, create: &CreateWebhook) -> Result<CreatedWebhook, ClientError> {
        self.request(Method::POST, &["webhooks"]).body(create).json().await
    }

    /// Every webhook.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn webhooks(&self) -> Result<Vec<WebhookItem>, ClientError> {
        self.all(&["webhooks"]).await
    }

    /// One webhook.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn webhook(&self, name: &str) -> Result<WebhookItem, ClientError> {
        self.request(Method::GET, &["webhooks", name]).json().await
    }

    /// Removes a webhook.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_webhook(&self, name: &str) -> Result<(), ClientError> {
        self.request(Method::DELETE, &["webhooks", name]).done().await
    }

    /// Sends a test, and waits until the receiver took it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn test_webhook(&self, name: &str) -> Result<(), ClientError> {
        self.request(Method::POST, &["webhooks", name, "test"]).done().await
    }

    /// Events that could not be delivered.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn dead_letters(&self, name: &str) -> Result<Vec<DeadLetter>, ClientError> {
        self.all(&["webhooks", name, "dead-letters"]).await
    }

    /// Forgets them.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn clear_dead_letters(&self, name: &str) -> Result<(), ClientError> {
        self.request(Method::DELETE, &["webhooks", name, "dead-letters"]).done().await
    }

    /// Sends them again.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn redeliver(&self, name: &str) -> Result<Redelivered, ClientError> {
        self.request(Method::POST, &["webhooks", name, "dead-letters", "redeliver"]).json().await
    }
}
