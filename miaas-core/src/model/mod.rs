//! What the system talks about. Every type is plain data; desired state and status are different objects.

mod compute;
mod depends;
mod deployment;
mod event;
mod facts;
mod gpu;
mod images;
mod lease;
mod node;
mod node_key;
mod recorded;
pub mod reference;
mod report;
mod request;
mod rollout;
mod stored_secret;
mod target;
mod update;
mod workload;

pub use compute::*;
pub use depends::*;
pub use deployment::*;
pub use event::*;
pub use facts::*;
pub use gpu::*;
pub use images::*;
pub use lease::*;
pub use node::*;
pub use node_key::*;
pub use recorded::Recorded;
pub use reference::{Reference, ServiceValue, Values};
pub use report::*;
pub use request::Request;
pub use rollout::*;
pub use stored_secret::*;
pub use target::*;
pub use update::*;
pub use workload::*;

/// Whether a field has the value that it has when absent.
fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
