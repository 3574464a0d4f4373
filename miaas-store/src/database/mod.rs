//! Databases by what a user names them with.

mod durable;
mod location;
mod transfer;

pub use durable::DurableStore;
pub use location::Location;
pub(crate) use transfer::not_empty;
pub use transfer::transfer;
