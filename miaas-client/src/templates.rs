//! Templates of the catalogue.

use miaas_core::api::v1::{RenderTemplate, RenderedTemplate, TemplateDetail, TemplateItem};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

impl Client {
    /// Every template.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn templates(&self) -> Result<Vec<TemplateItem>, ClientError> {
        self.all(&["templates"]).await
    }

    /// One template with its manifest, the schema of its parameters and its README.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn template(&self, name: &str) -> Result<TemplateDetail, ClientError> {
        self.request(Method::GET, &["templates", name]).json().await
    }

    /// Renders a template without deploying it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn render(&self, name: &str, render: &RenderTemplate) -> Result<RenderedTemplate, ClientError> {
        self.request(Method::POST, &["templates", name, "render"]).body(render).json().await
    }
}
