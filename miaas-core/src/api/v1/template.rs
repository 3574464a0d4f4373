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
    /// What it is rendered for.
    pub target: RenderTarget,
    /// Kubernetes: name of the deployment; none takes the template's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Kubernetes: the namespace; none makes one of the deployment's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// What a template is rendered for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum RenderTarget {
    /// A Compose document, as it would be on a node.
    #[default]
    Docker,
    /// Objects of Kubernetes.
    Kubernetes,
}

/// Answer to a rendering.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RenderedTemplate {
    /// The Compose document; empty for Kubernetes.
    pub compose: String,
    /// The objects as YAML documents; empty for Docker.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kubernetes: String,
    /// What Compose says and the objects do not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Answer of `GET /api/v1/deployments/{id}/outputs`: what a user gets to know, by name.
pub type Outputs = BTreeMap<String, String>;
