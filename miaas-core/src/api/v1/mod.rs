//! Version 1 of the API. Requests refuse unknown fields; responses may grow.

mod access;
mod audit;
mod backup;
mod deployment;
mod event;
mod node;
mod rebalance;
mod secret;
mod stack;
mod template;
mod user;
mod webhook;
mod what_if;

use serde::{Deserialize, Serialize};

pub use access::*;
pub use audit::*;
pub use backup::*;
pub use deployment::*;
pub use event::*;
pub use node::*;
pub use rebalance::*;
pub use secret::*;
pub use stack::*;
pub use template::*;
pub use user::*;
pub use webhook::*;
pub use what_if::*;

use crate::{error::PortError, spec::Issue};

/// The envelope of every error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDetail {
    /// A stable word, see [`crate::ErrorKind::code`].
    pub code: String,
    /// What, where.
    pub message: String,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Every issue of a refused document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Issue>,
}

impl From<&PortError> for ErrorBody {
    fn from(e: &PortError) -> Self {
        Self {
            error: ErrorDetail {
                code: e.kind().code().to_owned(),
                message: e.message().to_owned(),
                hint: e.hint().map(str::to_owned),
                details: e.issues().to_vec(),
            },
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Hand this back as `after` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// State of the control plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// Version of the server.
    pub version: String,
    /// Nodes by status.
    pub nodes: std::collections::BTreeMap<String, usize>,
    /// Deployments by status.
    pub deployments: std::collections::BTreeMap<String, usize>,
    /// Why no node is given up at present, when the mass-failure guard holds (N4).
    pub guard: Option<String>,
}
