//! The reference control plane: HTTP API, node sessions, authentication.
//!
//! [`router`] is the API as an axum router that can be nested in another application; [`serve`] is a whole server with its state
//! directory, as `miaas server` and `miaas dev` run it; [`serve_replica`] is one of several over one PostgreSQL.
//!
//! # A server in a program
//!
//! ```no_run
//! use miaas_server::{ServerConfig, serve};
//!
//! # async fn example() -> Result<(), miaas_core::PortError> {
//! let server = serve(ServerConfig::new("/var/lib/mine"), std::future::pending()).await?;
//! println!("the API is at {}", server.url());
//! // The engine is in this process: no need to go over HTTP.
//! println!("{} nodes", server.orchestrator.nodes().len());
//! server.stop();
//! server.wait().await
//! # }
//! ```
//!
//! # The API in an application
//!
//! An [`AppState`] is put together from an orchestrator whose link is a [`Hub`], the renderer, and [`auth::Auth`] over the store; then
//! `Router::new().nest("/miaas", router(state.clone()))` serves it, and [`AppState::run`] is its loop. The example `nested_in_axum` of
//! the repository does it in some lines. Serve with `into_make_service_with_connect_info::<SocketAddr>()`: wrong credentials are
//! counted by the address that they come from.
//!
//! # Routes
//!
//! [`route_table`] lists every route with who may call it; the same table guards them, so it cannot be out of date. [`openapi`] is the
//! document of the API. The types of bodies are those of [`miaas_core::api::v1`].
//!
//! The public API has types of `axum` (`Router`), `utoipa` (the document), `ipnet` and `miaas_*`.

#![warn(missing_docs)]

mod audit;
pub mod auth;
mod catalogs;
mod config;
mod error;
mod extract;
#[allow(unused_qualifications, reason = "the expansion of utoipa::path qualifies the types of parameters")]
mod http;
mod hub;
mod openapi;
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
