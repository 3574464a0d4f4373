//! The audit log (S4).

use axum::{Json, extract::State};
use miaas_core::api::v1::{AuditEntry, Page};
use serde::Deserialize;
use utoipa::IntoParams;

use super::page::{Part, part};
use crate::{error::ApiError, extract::ApiQuery, state::AppState};

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// At most so many, the oldest; 1 to 1000, 100 unless given.
    limit: Option<usize>,
    /// At most so many, the newest; 1 to 1000.
    tail: Option<usize>,
    /// Only entries behind the one of this number; 0 begins with the first.
    after: u64,
    /// Only entries before the one of this number.
    before: Option<u64>,
}

/// The entries of the audit log, oldest first. Each holds the digest of the one before.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery), responses((status = 200, body = Page<AuditEntry>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    ApiQuery(query): ApiQuery<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let part = part(query.limit, query.tail)?;
    let end = state.audit().last().await?;
    let last = query.before.map_or(end, |before| end.min(before.saturating_sub(1)));
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let (after, last_shown) = match part {
        Part::Oldest(n) => (query.after, last.min(query.after.saturating_add(count(n)))),
        Part::Newest(n) => (query.after.max(last.saturating_sub(count(n))), last),
    };
    let items = state.audit().entries(after.saturating_add(1)..=last_shown).await?;
    let next = items.last().map(|entry| entry.number).filter(|number| *number < last).map(|number| number.to_string());
    Ok(Json(Page { items, next }))
}
