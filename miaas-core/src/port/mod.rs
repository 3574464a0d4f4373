//! The ports: small, object-safe traits, each with a contract that a suite in [`crate::testing`] checks.

mod clock;
mod counterfactual;
mod executor;
mod ledger;
mod link;
mod placer;
mod renderer;
mod settle;
mod store;

pub use clock::*;
pub use counterfactual::*;
pub use executor::*;
pub use ledger::*;
pub use link::*;
pub use placer::*;
pub use renderer::*;
pub use settle::*;
pub use store::*;

/// A boxed stream that can be sent between threads.
pub type BoxStream<'a, T> = std::pin::Pin<Box<dyn futures_core::Stream<Item = T> + Send + 'a>>;
