//! What a template says about itself and about what goes with it.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Where a template stands in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Category {
    /// Runs models.
    Inference,
    /// One address before many models.
    ModelGateway,
    /// Pages that people use.
    UserInterface,
    /// Finds vectors by nearness.
    VectorStore,
    /// Keeps records.
    Database,
    /// Keeps in memory what can be made again.
    Cache,
    /// Keeps files.
    ObjectStore,
    /// Passes messages on.
    Messaging,
    /// Keeps what training gave.
    ExperimentTracking,
    /// Code in pages.
    Notebook,
    /// Measures, logs and shows.
    Observability,
    /// Passes traffic on.
    Networking,
    /// Shows how things work.
    Example,
}

impl Category {
    /// The name in a manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inference => "inference",
            Self::ModelGateway => "model-gateway",
            Self::UserInterface => "user-interface",
            Self::VectorStore => "vector-store",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::ObjectStore => "object-store",
            Self::Messaging => "messaging",
            Self::ExperimentTracking => "experiment-tracking",
            Self::Notebook => "notebook",
            Self::Observability => "observability",
            Self::Networking => "networking",
            Self::Example => "example",
        }
    }
}

/// Pages about the software, each with `https://`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Links {
    /// Its own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Its documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
    /// Its source code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What a user gets to know once it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OutputSpec {
    /// Template text.
    pub value: String,
    /// Label for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// It is masked unless somebody who may asks for it.
    pub secret: bool,
}

/// The long form of an output.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongOutput {
    /// Template text.
    value: String,
    /// Label for people.
    #[serde(default)]
    label: String,
    /// It is masked unless somebody who may asks for it.
    #[serde(default)]
    secret: bool,
}

impl<'de> Deserialize<'de> for OutputSpec {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = OutputSpec;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a template text, or {value, label, secret}")
            }
            fn visit_str<E>(self, value: &str) -> Result<OutputSpec, E> {
                Ok(OutputSpec { value: value.to_owned(), ..OutputSpec::default() })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OutputSpec, A::Error> {
                let LongOutput { value, label, secret } = LongOutput::deserialize(MapAccessDeserializer::new(map))?;
                Ok(OutputSpec { value, label, secret })
            }
        }
        d.deserialize_any(Either)
    }
}

impl JsonSchema for OutputSpec {
    fn schema_name() -> Cow<'static, str> {
        "Output".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let long = generator.subschema_for::<LongOutput>();
        json_schema!({
            "description": "A template text over the variables of a workload and `endpoints`, or the long form.",
            "anyOf": [{"type": "string"}, long],
        })
    }
}

/// Another service that goes with this one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Name of its part: lower case letters, digits and `_`.
    pub name: String,
    /// Templates that can play it, the preferred first.
    pub templates: Vec<String>,
    /// The parameter that takes its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// It works without.
    #[serde(default)]
    pub optional: bool,
    /// Help text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

/// A condition over several parameters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Template text over `params` that gives `true` or `false`.
    pub check: String,
    /// What is wrong when it gives `false`.
    pub message: String,
    /// The parameters that it looks at; the first one is where the issue is shown.
    pub parameters: Vec<String>,
}
