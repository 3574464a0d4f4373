//! The whole state as one encrypted file (S5).

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use miaas_core::{PortError, api::v1::CreateBackup};
use miaas_store::{Bundle, BundleLock};

use crate::{error::ApiError, extract::ApiJson, state::AppState};

/// Everything that is stored, as it is at one moment, in a file of the age format. It opens with an identity of one of the recipients,
/// or with the passphrase.
#[utoipa::path(post, path = "/api/v1/backup", tag = "backup", request_body = CreateBackup,
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    ApiJson(body): ApiJson<CreateBackup>,
) -> Result<Response, ApiError> {
    let lock = BundleLock::new(&body.recipients, body.passphrase)?;
    let bundle = Bundle::of(&*state.auth().shared_store(), state.orchestrator().now()).await?;
    let content = bundle.content();
    // Locking takes a while: a passphrase is made slow to guess.
    let file = super::compute("backup", move || {
        let mut file = Vec::new();
        bundle.write(&mut file, &lock).map(|()| file)
    });
    let file = file.await.map_err(|e: PortError| ApiError::from(e))?;
    tracing::info!(objects = content.objects, revision = content.revision, bytes = file.len(), "a backup was made");
    let name = format!("attachment; filename=\"miaas-{}.age\"", content.revision);
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, file).into_response())
}
