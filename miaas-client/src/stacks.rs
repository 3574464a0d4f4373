//! Stacks.

use miaas_core::{
    ErrorKind,
    api::v1::{ApplyStack, StackAnswer, StackItem},
};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// Every stack.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stacks(&self) -> Result<Vec<StackItem>, ClientError> {
        self.all(&["stacks"]).await
    }

    /// One stack.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stack(&self, stack: &str) -> Result<StackItem, ClientError> {
        self.request(Method::GET, &["stacks", stack]).json().await
    }

    /// One stack, or none when nothing of it is there.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn find_stack(&self, stack: &str) -> Result<Option<StackItem>, ClientError> {
        match self.stack(stack).await {
            Ok(item) => Ok(Some(item)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// A stack as the file that makes it what it is, as `miaas.yaml`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stack_file(&self, stack: &str) -> Result<String, ClientError> {
        let text = self.request(Method::GET, &["stacks", stack, "file"]).accept("application/yaml").bytes().await?;
        String::from_utf8(text).map_err(ClientError::unexpected)
    }

    /// Makes a stack consist of these services. The answer comes at once; they become ready later.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn apply_stack(&self, stack: &str, apply: &ApplyStack) -> Result<StackAnswer, ClientError> {
        self.request(Method::PUT, &["stacks", stack]).body(apply).json().await
    }

    /// What [`Client::apply_stack`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_stack(&self, stack: &str, apply: &ApplyStack) -> Result<StackAnswer, ClientError> {
        self.request(Method::PUT, &["stacks", stack]).query("dry_run", Some("true")).body(apply).json().await
    }

    /// Asks for the removal of all services of a stack, with their volumes.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete_stack(&self, stack: &str) -> Result<StackAnswer, ClientError> {
        self.request(Method::DELETE, &["stacks", stack]).json().await
    }
}
