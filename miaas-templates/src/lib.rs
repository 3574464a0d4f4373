//! Template manifests, typed parameters, strict rendering and the Compose model.
//!
//! A template is a directory: `template.yaml` ([`manifest`]), `compose.yaml.j2` and `README.md`. The way from a user's
//! values to what an executor gets is [`params::resolve`] → [`render`] → [`compose::parse`], and [`CatalogRenderer`] is that
//! way behind the port [`miaas_core::port::Renderer`]. Everything here is pure: no clock, no randomness, no environment; only
//! [`Catalog::with_dir`] reads files.

pub mod catalog;
pub mod compose;
pub mod import;
mod kubernetes;
pub mod manifest;
pub mod params;
pub mod policy;
pub mod render;
mod renderer;
pub mod stack;
pub mod units;
mod yaml;

pub use catalog::{Catalog, Entry, Problem};
pub use kubernetes::Objects;
pub use manifest::Manifest;
pub use policy::Policy;
pub use renderer::{CatalogRenderer, KubernetesRequest, Trial, advice};
