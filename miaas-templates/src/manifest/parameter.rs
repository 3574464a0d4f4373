//! What can be chosen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Pattern;

/// One parameter.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
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
    /// Section of the form; none is the first one, without a heading.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
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
    /// Fewest characters of `string`, `model` or `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// Most characters of `string`, `model` or `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// What `string`, `model` or `password` must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
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
        matches!(self.kind, ParamType::String | ParamType::Password | ParamType::Model | ParamType::Secret)
    }
}

/// The type of a parameter. In templates a `size` is a number of bytes and a `duration` a number of milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
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
    /// Name of a model, as the software calls it, for example `Qwen/Qwen2.5-0.5B-Instruct`.
    Model,
    /// Name of a stored secret; templates get the secret itself.
    Secret,
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
            Self::Model => "model",
            Self::Secret => "secret",
        }
    }

    /// Whether its values are texts of any length.
    pub(crate) const fn is_text(self) -> bool {
        matches!(self, Self::String | Self::Password | Self::Model)
    }

    /// Whether its values are whole numbers in templates.
    pub(crate) const fn is_amount(self) -> bool {
        matches!(self, Self::Int | Self::Port | Self::Size | Self::Duration)
    }
}

/// Shape of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// An IP address.
    Ip,
    /// What stands before the name of an image, for example `docker.io/library`; may be empty.
    Registry,
}

/// What is filled in when no value is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Generate {
    /// A random password of 26 lower case letters and digits.
    Password,
    /// A random UUID, version 4.
    Uuid,
    /// A random key of 64 hexadecimal digits.
    Key,
}

impl Generate {
    /// The name in a manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Uuid => "uuid",
            Self::Key => "key",
        }
    }
}
