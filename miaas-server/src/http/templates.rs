//! The catalogue.

use axum::{Json, extract::State};
use miaas_core::{
    PortError,
    api::v1::{Page, RenderTemplate, RenderedTemplate, TemplateDetail, TemplateItem},
};
use miaas_templates::{Manifest, params::json_schema};

use super::page::whole;
use crate::{
    error::ApiError,
    extract::{ApiPath, OptionalJson},
    state::AppState,
};

/// Lists the templates by name.
#[utoipa::path(get, path = "/api/v1/templates", tag = "templates", responses((status = 200, body = Page<TemplateItem>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Json<Page<TemplateItem>> {
    whole(state.catalog().list().map(|entry| item(&entry.manifest)).collect())
}

fn item(m: &Manifest) -> TemplateItem {
    TemplateItem {
        name: m.name.clone(),
        title: m.title.clone(),
        description: m.description.clone(),
        category: m.category.map_or_else(String::new, |c| c.as_str().to_owned()),
        tags: m.tags.clone(),
        version: m.version.0.clone(),
        executors: m.executors.iter().map(ToString::to_string).collect(),
    }
}

/// One template: manifest, JSON Schema of its parameters, README.
#[utoipa::path(get, path = "/api/v1/templates/{name}", tag = "templates",
    params(("name" = String, Path, description = "Name of the template")), responses((status = 200, body = TemplateDetail)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<Json<TemplateDetail>, ApiError> {
    let entry = state.catalog().get(&name)?;
    let manifest = serde_json::to_value(&entry.manifest)
        .map_err(|e| PortError::internal("template.show", "a manifest does not serialise").with_source(e))?;
    let (schema, readme) = (json_schema(&entry.manifest), entry.readme.clone());
    Ok(Json(TemplateDetail { manifest, schema, readme }))
}

/// What a template gives for these parameters: the Compose document as it would be on a node, or objects of Kubernetes.
#[utoipa::path(post, path = "/api/v1/templates/{name}/render", tag = "templates", request_body = RenderTemplate,
    params(("name" = String, Path, description = "Name of the template")),
    responses((status = 200, body = RenderedTemplate)))]
pub(crate) async fn render(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
    OptionalJson(body): OptionalJson<RenderTemplate>,
) -> Result<Json<RenderedTemplate>, ApiError> {
    Ok(Json(state.renderer().preview(&name, body)?))
}
