//! The routes. Handlers are thin: extract, one call of the engine, answer.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod deployments;
mod envelope;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod heartbeat;
pub(crate) mod keys;
pub(crate) mod logs;
pub(crate) mod metrics;
pub(crate) mod nodes;
pub(crate) mod oidc;
mod page;
pub(crate) mod plan;
mod precondition;
pub(crate) mod proof;
pub(crate) mod rebalance;
pub(crate) mod register;
pub(crate) mod root;
mod routes;
pub(crate) mod seal;
pub(crate) mod secrets;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod site;
pub(crate) mod stacks;
pub(crate) mod status;
mod table;
pub(crate) mod templates;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod webhooks;
pub(crate) mod what_if;

pub(crate) use table::routes;
pub use table::{Access, RouteInfo, route_table};

use axum::{Router, extract::DefaultBodyLimit, middleware};
use miaas_core::PortError;

use crate::state::AppState;

/// The largest body that a request may have, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// Computes what may take long for a large fleet, without holding up other requests.
async fn compute<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T, PortError> + Send + 'static,
) -> Result<T, PortError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| PortError::internal(operation, "the computation broke off").with_source(e))?
}

/// The whole API as a router without open state, to be served or nested in another application.
pub fn router(state: AppState) -> Router {
    routes()
        .into_router(&state)
        .fallback(site::fallback)
        .method_not_allowed_fallback(envelope::no_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(state.config().request_timeout, envelope::contain))
        .with_state(state)
}
