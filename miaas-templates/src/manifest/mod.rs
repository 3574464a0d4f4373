//! `template.yaml`: what a template is called, what can be chosen, and what it needs.

mod check;
mod parse;

use std::{collections::BTreeMap, fmt};

use miaas_core::model::{ExecutorKind, Protocol};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, Visitor},
};

/// A template's manifest. Only [`Manifest::parse`] makes one, so every value in it was checked.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
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
    #[serde(default)]
    pub category: String,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Version of the template, for example `1.0.0`.
    pub version: Expr,
    /// What can be chosen, in the order of the form.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// What one workload reserves.
    #[serde(default)]
    pub resources: ResourceSpec,
    /// Ports to publish.
    #[serde(default)]
    pub ports: Vec<PortSpec>,
    /// Executors that can run it, the preferred first.
    #[serde(default = "docker_only")]
    pub executors: Vec<ExecutorKind>,
    /// Architectures that it runs on, as Rust names them; empty for any.
    #[serde(default)]
    pub architectures: Vec<String>,
    /// What a user gets to know once it runs, for example its address: name to template text.
    #[serde(default)]
    pub outputs: BTreeMap<String, String>,
}

fn docker_only() -> Vec<ExecutorKind> {
    vec![ExecutorKind::Docker]
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Name in `params`: lower case letters, digits and `_`.
    pub name: String,
    /// What values it takes.
    #[serde(rename = "type")]
    pub kind: ParamType,
    /// Label of its field in a form.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Help text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// Value when none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
    /// A value must be given.
    #[serde(default)]
    pub required: bool,
    /// Smallest value of `int`, `port`, `size` or `duration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<serde_json::Value>,
    /// Largest value of `int`, `port`, `size` or `duration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<serde_json::Value>,
    /// Fewest characters of `string` or `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// Most characters of `string` or `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The values of an `enum`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Shape of a `string`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// What the server fills in when no value is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate: Option<Generate>,
}

impl Parameter {
    /// Whether a value of it can refer to something: `${secrets.NAME}`.
    pub(crate) const fn refers(&self) -> bool {
        matches!(self.kind, ParamType::String | ParamType::Password)
    }
}

/// The type of a parameter. In templates a `size` is a number of bytes and a `duration` a number of milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamType {
    /// A text.
    String,
    /// A whole number.
    Int,
    /// True or false.
    Bool,
    /// One of `choices`.
    Enum,
    /// A port of the host; 0 takes a free one.
    Port,
    /// A text that is never shown.
    Password,
    /// An amount of memory or disk, for example `64MiB`.
    Size,
    /// A time, for example `1m30s`.
    Duration,
}

impl ParamType {
    /// The name in a manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Enum => "enum",
            Self::Port => "port",
            Self::Password => "password",
            Self::Size => "size",
            Self::Duration => "duration",
        }
    }
}

/// Shape of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// An IP address.
    Ip,
    /// What stands before the name of an image, for example `docker.io/library`; may be empty.
    Registry,
}

/// What is filled in when no value is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Generate {
    /// A random password.
    Password,
}

/// What one workload reserves: literals or template texts over `params`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceSpec {
    /// Processors, for example `0.1`.
    pub cpu: Option<Expr>,
    /// Memory, for example `64MiB`; a number without unit is bytes.
    pub memory: Option<Expr>,
    /// Disk, like memory.
    pub disk: Option<Expr>,
    /// Graphics processors.
    pub gpu: Option<GpuSpec>,
}

/// Graphics processors that one workload reserves.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GpuSpec {
    /// How many; 0 for none.
    pub count: Expr,
    /// Memory on each; absent takes whole devices, or with a share, that share of the memory.
    #[serde(default)]
    pub memory: Option<Expr>,
    /// Thousandths of the compute of one device, 1 to 1000; absent, empty or 0 asks for no share.
    #[serde(default)]
    pub share_milli: Option<Expr>,
    /// Only this vendor.
    #[serde(default)]
    pub vendor: Option<Expr>,
    /// Only models that contain one of these texts, which `|` separates.
    #[serde(default)]
    pub model: Option<Expr>,
}

/// A port to publish.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PortSpec {
    /// Name in `ports`.
    pub name: String,
    /// Port inside.
    pub container: Expr,
    /// Port of the host; absent or 0 takes a free one.
    #[serde(default)]
    pub host: Option<Expr>,
    /// Transport.
    #[serde(default)]
    pub protocol: Protocol,
}

/// A literal or a template text over `params`, for example `{{ params.maxmemory * 2 }}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Expr(pub String);

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Expr;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }
            fn visit_str<E>(self, v: &str) -> Result<Expr, E> {
                Ok(Expr(v.to_owned()))
            }
            fn visit_u64<E>(self, v: u64) -> Result<Expr, E> {
                Ok(Expr(v.to_string()))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Expr, E> {
                Ok(Expr(v.to_string()))
            }
            fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Expr, E> {
                if v.is_finite() { Ok(Expr(v.to_string())) } else { Err(E::custom("the number must be finite")) }
            }
        }
        d.deserialize_any(Text).map_err(D::Error::custom)
    }
}

impl Manifest {
    /// The parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.name == name)
    }
}
