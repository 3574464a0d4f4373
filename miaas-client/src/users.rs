//! Users.

use miaas_core::api::v1::{CreateUser, SessionInfo, SignInLink, UpdateUser, UserItem};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// Makes a user.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_user(&self, create: &CreateUser) -> Result<UserItem, ClientError> {
        self.request(Method::POST, &["users"]).body(create).json().await
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn users(&self) -> Result<Vec<UserItem>, ClientError> {
        self.all(&["users"]).await
    }

    /// Changes a user.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn update_user(&self, name: &str, update: &UpdateUser) -> Result<UserItem, ClientError> {
        self.request(Method::PATCH, &["users", name]).body(update).json().await
    }

    /// Removes a user, who is signed out by that.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_user(&self, name: &str) -> Result<(), ClientError> {
        self.request(Method::DELETE, &["users", name]).done().await
    }

    /// What signs the holder of this client's API key in at a browser, once.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn sign_in_link(&self) -> Result<SignInLink, ClientError> {
        self.request(Method::POST, &["session", "link"]).json().await
    }

    /// Who the API key of this client is, and what it may do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn whoami(&self) -> Result<SessionInfo, ClientError> {
        self.request(Method::GET, &["session"]).json().await
    }
}
