//! The reference control plane: HTTP API, node sessions, authentication.
//!
//! [`router`] is the API as an axum router that can be nested in another application; [`serve`] is a whole server with its
//! state directory, as the program `miaas-server` and `miaas dev` run it.

mod audit;
pub mod auth;
mod catalogs;
mod config;
mod error;
mod extract;
mod generate;
#[allow(unused_qualifications, reason = "the expansion of utoipa::path qualifies the types of parameters")]
mod http;
mod hub;
mod openapi;
mod outputs;
mod private_file;
mod replica;
mod server;
mod state;
mod webhooks;

pub use auth::{OidcConfig, RoleRule};
pub use catalogs::CatalogSource;
pub use config::{ApiConfig, Registration};
pub use error::{ApiError, status_of};
pub use http::{Access, BODY_LIMIT, RouteInfo, route_table, router};
pub use hub::Hub;
pub use miaas_store::Location;
pub use miaas_tls::CaPin;
pub use openapi::openapi;
pub use replica::{RunningReplica, Seat, serve_replica};
pub use server::{ConnectionLimits, DEFAULT_LISTEN, RunningServer, ServerConfig, TlsSource, serve};
pub use state::{AppParts, AppState};
pub use webhooks::{IpNet, WebhookConfig, WebhookPatience};
