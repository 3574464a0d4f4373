//! Secrets.

use miaas_core::{
    api::v1::{PlanAnswer, PutSecret, RotateSeal, RotatedSeal, SecretItem},
    secret::Secret,
};
use reqwest::Method;

use crate::{client::Client, deployments::DRY, error::ClientError};

impl Client {
    /// Every secret, without its value.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn secrets(&self) -> Result<Vec<SecretItem>, ClientError> {
        self.all(&["secrets"]).await
    }

    /// Stores a secret, or gives an existing one a new value.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn put_secret(&self, name: &str, value: Secret) -> Result<SecretItem, ClientError> {
        self.request(Method::PUT, &["secrets", name]).body(&PutSecret { value }).json().await
    }

    /// What [`Client::put_secret`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_put_secret(&self, name: &str, value: Secret) -> Result<PlanAnswer, ClientError> {
        let request = self.request(Method::PUT, &["secrets", name]).query(DRY.0, DRY.1);
        request.body(&PutSecret { value }).json().await
    }

    /// Seals everything that is stored with a new key; with `master` the master key is renewed as well.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn rotate_seal(&self, master: bool) -> Result<RotatedSeal, ClientError> {
        self.request(Method::POST, &["seal", "rotate"]).body(&RotateSeal { master }).json().await
    }

    /// Removes a secret that nothing refers to.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_secret(&self, name: &str) -> Result<(), ClientError> {
        self.request(Method::DELETE, &["secrets", name]).done().await
    }
}
