//! The audit log (S4).

use axum::{Json, extract::State};
use miaas_core::api::v1::{AuditEntry, Page};
use serde::Deserialize;
use utoipa::IntoParams;

use super::page::limit;
use crate::{error::ApiError, extract::ApiQuery, state::AppState};

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// At most so many, 1 to 1000; 100 unless given.
    limit: Option<usize>,
    /// Entries behind the one of this number; 0 begins with the first.
    after: u64,
}

/// The entries of the audit log, oldest first. Each holds the digest of the one before.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery), responses((status = 200, body = Page<AuditEntry>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    ApiQuery(query): ApiQuery<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let (items, last) = state.audit().after(query.after, limit(query.limit)?).await?;
    let next = items.last().map(|entry| entry.number).filter(|number| *number < last).map(|number| number.to_string());
    Ok(Json(Page { items, next }))
}
