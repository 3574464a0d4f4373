//! Template manifests, typed parameters, strict rendering and the Compose model.
//!
//! A template is a directory: `template.yaml` ([`manifest`]), `compose.yaml.j2` and `README.md`. The way from a user's values to what
//! an executor gets is [`params::resolve`] → [`render`] → [`compose::parse`], and [`CatalogRenderer`] is that way behind the port
//! [`miaas_core::port::Renderer`]. Everything here is pure: no clock, no randomness, no environment; only [`Catalog::with_dir`],
//! [`Entry::read`], [`stack::read`] and [`compose::disk`] read files.
//!
//! | you want | look at |
//! |---|---|
//! | the templates that come with MIaaS, or a folder of your own | [`Catalog`] |
//! | an orchestrator that runs templates and Compose documents | [`CatalogRenderer`] |
//! | to check values that somebody gave | [`params::resolve`] |
//! | passwords where nobody gave any | [`params::Completion`] |
//! | to show what a template gives, before it is deployed | [`CatalogRenderer::preview`] |
//! | to read a Compose document | [`compose::parse`], [`compose::support`] for what is understood |
//! | to allow what reaches out of a container | [`Policy`] |
//! | to bring Compose files, Kubernetes objects or templates from elsewhere | [`import`] |
//!
//! # Values are checked all at once
//!
//! ```
//! use miaas_templates::{Catalog, params};
//!
//! let catalog = Catalog::builtin()?;
//! let redis = catalog.get("redis")?;
//! let values = [("maxmemory".to_owned(), "64 potatoes".into()), ("prot".to_owned(), 6379.into())].into();
//!
//! let issues = params::resolve(&redis.manifest, &values).unwrap_err();
//! assert_eq!(issues.len(), 2);
//! let misspelt = issues.iter().find(|issue| issue.path == "/prot").expect("both are told");
//! assert_eq!(misspelt.hint.as_deref(), Some(r#"did you mean "port"?"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Compose documents are a model, not a command
//!
//! ```
//! use miaas_templates::compose;
//!
//! let text = "services: {cache: {image: 'redis:7.4', ports: ['127.0.0.1:${PORT}:6379']}}";
//! let env = [("PORT".to_owned(), "7000".to_owned())].into();
//! let (workload, warnings) = compose::parse(text, "compose.yaml", &env).map_err(|issues| format!("{issues:?}"))?;
//! assert_eq!(workload.services["cache"].image, "redis:7.4");
//! assert!(warnings.is_empty());
//!
//! let refused = compose::parse("services: {cache: {imagee: redis}}", "compose.yaml", &Default::default()).unwrap_err();
//! assert!(refused[0].to_string().contains("imagee"));
//! # Ok::<(), String>(())
//! ```
//!
//! What is not understood is an issue or a listed warning, never dropped in silence.

#![warn(missing_docs)]

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
