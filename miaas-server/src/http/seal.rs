//! New keys for what is stored (S3).

use axum::{Json, extract::State};
use miaas_core::{
    ErrorKind, PortError,
    api::v1::{RotateSeal, RotatedSeal},
};

use crate::{error::ApiError, extract::OptionalJson, state::AppState};

/// Seals everything that is stored with a new key, and forgets the old one. The server works on meanwhile.
#[utoipa::path(post, path = "/api/v1/seal/rotate", tag = "secrets", request_body = RotateSeal,
    responses((status = 200, body = RotatedSeal)))]
pub(crate) async fn rotate(
    State(state): State<AppState>,
    OptionalJson(body): OptionalJson<RotateSeal>,
) -> Result<Json<RotatedSeal>, ApiError> {
    let unsealed = || PortError::new(ErrorKind::Unsupported, "seal.rotate", "the store of this server is not sealed");
    let (sealed, source) = state.sealed().ok_or_else(unsealed)?;
    let done = sealed.rotate(body.master.then_some(source)).await?;
    tracing::info!(root_key = done.root_key, master_key = done.master_key, objects = done.objects, "keys were rotated");
    Ok(Json(RotatedSeal { root_key: done.root_key, master_key: done.master_key, objects: done.objects }))
}
