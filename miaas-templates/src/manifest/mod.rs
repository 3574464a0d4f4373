//! `template.yaml`: what a template is called, what can be chosen, and what it needs.

mod about;
mod check;
mod expr;
mod needs;
mod parameter;
mod parse;
mod pattern;
mod schema;

use std::collections::BTreeMap;

use miaas_core::model::ExecutorKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use about::*;
pub use expr::Expr;
pub use needs::*;
pub use parameter::*;
pub use pattern::Pattern;
pub use schema::json_schema;

/// A template's manifest. Only [`Manifest::parse`] makes one, so every value in it was checked.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Name, the same as that of its directory.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// One sentence.
    #[serde(default)]
    pub description: String,
    /// Where it stands in the catalogue, for example `database`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Version of the template, for example `1.0.0`.
    pub version: Expr,
    /// Version of the software: the tag that it is pinned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_version: Option<Expr>,
    /// Licence of the software as an SPDX expression; `LicenseRef-NAME` for one that SPDX does not list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Pages about the software.
    #[serde(default)]
    pub links: Links,
    /// Executors that can run it, the preferred first.
    #[serde(default = "docker_only")]
    #[schemars(with = "Vec<Executors>")]
    pub executors: Vec<ExecutorKind>,
    /// Architectures that it runs on, as Rust names them; empty for any.
    #[serde(default)]
    pub architectures: Vec<String>,
    /// What can be chosen, in the order of the form. With `variants` the last one is `variant`, which nobody declares.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// Conditions over several parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Kinds of hardware that it can use, the preferred first; empty when there is only one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// What one workload reserves.
    #[serde(default)]
    pub resources: ResourceSpec,
    /// Ports to publish.
    #[serde(default)]
    pub ports: Vec<PortSpec>,
    /// The named volumes of the Compose template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<VolumeSpec>,
    /// How health is asked over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<HealthSpec>,
    /// What a user gets to know once it runs, for example its address, by name.
    #[serde(default)]
    pub outputs: BTreeMap<String, OutputSpec>,
    /// Other services that go with this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Requirement>,
}

fn docker_only() -> Vec<ExecutorKind> {
    vec![ExecutorKind::Docker]
}

/// [`ExecutorKind`] as the schema has it: what a template can be rendered for.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "stands in for the core's type, which knows nothing of schemas")]
enum Executors {
    Docker,
    Process,
}

/// Name of the parameter that every template with variants has.
pub const VARIANT: &str = "variant";
/// Its value for the first variant that fits somewhere.
pub const AUTO: &str = "auto";

impl Manifest {
    /// The parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.name == name)
    }

    /// The variant of this name.
    #[must_use]
    pub fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|v| v.name == name)
    }

    /// The parameter that chooses a variant, when there are any.
    fn variant_parameter(&self) -> Option<Parameter> {
        let titles: Vec<String> = self
            .variants
            .iter()
            .map(|v| if v.title.is_empty() { v.name.clone() } else { format!("{} is {}", v.name, v.title) })
            .collect();
        let choices = || self.variants.iter().map(|v| v.name.clone());
        (!self.variants.is_empty()).then(|| Parameter {
            name: VARIANT.to_owned(),
            kind: ParamType::Enum,
            label: "Hardware".to_owned(),
            help: format!("{AUTO} takes the first that fits on a node; {}.", titles.join(", ")),
            group: "Hardware".to_owned(),
            default: Some(serde_json::Value::from(AUTO)),
            required: false,
            min: None,
            max: None,
            min_length: None,
            max_length: None,
            pattern: None,
            choices: [AUTO.to_owned()].into_iter().chain(choices()).collect(),
            format: None,
            generate: None,
        })
    }
}
