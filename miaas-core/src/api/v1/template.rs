use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Params;

/// A template as lists show it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct TemplateItem {
    /// Its name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// One sentence.
    pub description: String,
    /// Where it stands in the catalogue.
    pub category: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Its version.
    pub version: String,
    /// Executors that can run it, the preferred first.
    pub executors: Vec<String>,
}

/// A template with everything that is known of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct TemplateDetail {
    /// Its manifest, as `template.yaml` has it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub manifest: serde_json::Value,
    /// JSON Schema of its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub schema: serde_json::Value,
    /// Its README in Markdown.
    pub readme: String,
}

/// Body of `POST /api/v1/templates/{name}/render`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RenderTemplate {
    /// Values of its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Params,
}

/// Answer to a rendering.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RenderedTemplate {
    /// The Compose document.
    pub compose: String,
}

/// Answer of `GET /api/v1/deployments/{id}/outputs`: what a user gets to know, by name.
pub type Outputs = BTreeMap<String, String>;
