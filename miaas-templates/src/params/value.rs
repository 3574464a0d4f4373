//! One value against one parameter.

use std::net::IpAddr;

use miaas_core::{
    model::{Reference, reference},
    name::{MAX_NAME_LEN, Name},
    spec::{Issue, nearest},
};
use serde_json::Value;

use crate::{
    compose::image,
    manifest::{Format, ParamType, Parameter},
    units::{self, UnitError},
};

/// Up to here every reader of JSON keeps whole numbers exactly.
pub(crate) const EXACT: i64 = 1 << 53;

/// Longest text of a parameter, in characters, when the manifest sets no limit.
pub(crate) const MAX_TEXT: usize = 4096;

/// Why a value is refused, as the end of a sentence that starts with the parameter's name.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Refusal {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The issue that it is for a parameter; without a path.
    pub(crate) fn about(self, name: &str) -> Issue {
        Issue { path: String::new(), message: format!("{name} {}", self.message), hint: self.hint }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The value as templates see it.
pub(crate) fn check(p: &Parameter, value: &Value) -> Result<Value, Refusal> {
    match p.kind {
        ParamType::String | ParamType::Password | ParamType::Model => text(p, value),
        ParamType::Secret => secret(p, value),
        ParamType::Enum => choice(p, value),
        ParamType::Bool => match value {
            Value::Bool(_) => Ok(value.clone()),
            Value::String(s) if s == "true" || s == "false" => {
                Err(wrong_type(value, "true or false").hint(format!("write {s} without quotes")))
            }
            _ => Err(wrong_type(value, "true or false")),
        },
        ParamType::Int | ParamType::Port | ParamType::Size | ParamType::Duration => bounded(p, value),
    }
}

fn text(p: &Parameter, value: &Value) -> Result<Value, Refusal> {
    let Value::String(text) = value else {
        return Err(match value {
            Value::Number(n) => wrong_type(value, "a text").hint(format!("write \"{n}\" in quotes")),
            Value::Bool(b) => wrong_type(value, "a text").hint(format!("write \"{b}\" in quotes")),
            _ => wrong_type(value, "a text"),
        });
    };
    match reference::references(text) {
        // What it will be is known when it is rendered; then it is checked.
        Ok(found) if !found.is_empty() => Ok(value.clone()),
        Ok(_) => plain(p, text),
        Err(issue) => Err(Refusal { message: format!("holds {}", issue.message), hint: issue.hint }),
    }
}

/// A text in which nothing refers to anything.
pub(crate) fn plain(p: &Parameter, text: &str) -> Result<Value, Refusal> {
    let value = || Value::from(text);
    let len = text.chars().count();
    let (min, max) = (p.min_length.unwrap_or(0), p.max_length.unwrap_or(MAX_TEXT));
    if len < min {
        return Err(Refusal::new(format!("is too short: {len} of at least {min} characters")));
    }
    if len > max {
        return Err(Refusal::new(format!("is too long: {len} of at most {max} characters")));
    }
    if let Some(bad) = text.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t') {
        return Err(Refusal::new(format!("contains the control character U+{:04X}", u32::from(bad)))
            .hint("only line breaks and tabs are allowed"));
    }
    if p.kind == ParamType::Model && !is_model(text) {
        return Err(Refusal::new(format!("is {:?}, which is no name of a model", shown(text)))
            .hint("for example Qwen/Qwen2.5-0.5B-Instruct or llama3.2:1b"));
    }
    if let Some(pattern) = p.pattern.as_ref().filter(|pattern| !pattern.is_in(text)) {
        let is = if p.kind == ParamType::Password { String::new() } else { format!("is {:?}, which ", shown(text)) };
        return Err(Refusal::new(format!("{is}does not match {}", pattern.as_str())));
    }
    match p.format {
        Some(Format::Ip) if text.parse::<IpAddr>().is_err() => {
            Err(Refusal::new(format!("is {text:?}, which is no IP address")).hint("for example 127.0.0.1"))
        }
        Some(Format::Registry) => match image::check_prefix(text) {
            Ok(()) => Ok(value()),
            Err(why) => Err(Refusal::new(format!("is {text:?}, which is no image prefix: {why}"))
                .hint("for example docker.io/library or localhost:5000")),
        },
        Some(Format::Ip) | None => Ok(value()),
    }
}

/// The name of a stored secret as a reference to it, which every text may be and whose value is filled in like any other.
fn secret(p: &Parameter, value: &Value) -> Result<Value, Refusal> {
    let Value::String(text) = value else { return Err(wrong_type(value, "the name of a stored secret")) };
    match Name::parse(text) {
        Ok(name) => Ok(Value::from(Reference::Secret(name).to_string())),
        Err(_) if reference::is_reference(text) => self::text(p, value),
        // Whoever gives the secret itself must not read it in a message.
        Err(_) => Err(Refusal::new("is not the name of a stored secret").hint(format!(
            "store it with `miaas secret set NAME`, then give its NAME: lower case letters, digits and inner hyphens, at most {MAX_NAME_LEN}"
        ))),
    }
}

/// What names models anywhere: an owner and a name, a tag, an address, a path. It cannot be taken for an option.
pub(crate) const MODEL: &str = "^[A-Za-z0-9._/~][A-Za-z0-9._/:@+=~%-]*$";

fn is_model(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || b"._/:@+=~%-".contains(&b);
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || "._/~".contains(c)) && text.bytes().all(inner)
}

fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

fn choice(p: &Parameter, value: &Value) -> Result<Value, Refusal> {
    let Value::String(text) = value else { return Err(wrong_type(value, "a text")) };
    if p.choices.contains(text) {
        return Ok(value.clone());
    }
    let refusal = Refusal::new(format!("is {:?}, which is none of {}", shown(text), p.choices.join(", ")));
    Err(match nearest(text, p.choices.iter().map(String::as_str)) {
        Some(near) => refusal.hint(format!("did you mean {near:?}?")),
        None => refusal,
    })
}

fn bounded(p: &Parameter, value: &Value) -> Result<Value, Refusal> {
    let n = amount(p.kind, value)?;
    // The manifest was checked: its bounds are amounts.
    let bound = |v: &Option<Value>| v.as_ref().and_then(|v| amount(p.kind, v).ok());
    let nearest_is = |n: i64| format!("the nearest allowed value is {}", show(p.kind, n));
    if let Some(min) = bound(&p.min)
        && n < min
    {
        return Err(
            Refusal::new(format!("is {}, less than {}", show(p.kind, n), show(p.kind, min))).hint(nearest_is(min))
        );
    }
    if let Some(max) = bound(&p.max)
        && n > max
    {
        return Err(
            Refusal::new(format!("is {}, more than {}", show(p.kind, n), show(p.kind, max))).hint(nearest_is(max))
        );
    }
    Ok(Value::from(n))
}

/// A number, size or duration as one integer.
pub(crate) fn amount(kind: ParamType, value: &Value) -> Result<i64, Refusal> {
    match kind {
        ParamType::Port => {
            let n = integer(value)?;
            if (0..=65535).contains(&n) {
                return Ok(n);
            }
            let near = n.clamp(0, 65535);
            Err(Refusal::new(format!("is {n}, which is no port"))
                .hint(format!("ports go from 1 to 65535, 0 takes a free one; the nearest is {near}")))
        }
        ParamType::Size => match value {
            Value::Number(_) => match integer(value)? {
                n if n < 0 => Err(unit(UnitError::Negative).hint("the nearest allowed value is 0")),
                n => units::parse_size(&n.to_string()).map_err(unit).map(signed),
            },
            Value::String(s) => units::parse_size(s).map(signed).map_err(|e| unit(e).hint("for example 512MiB")),
            _ => Err(wrong_type(value, "a size, for example 512MiB")),
        },
        ParamType::Duration => match value {
            Value::String(s) => units::parse_duration(s).map(signed).map_err(|e| unit(e).hint("for example 1m30s")),
            Value::Number(n) => Err(wrong_type(value, "a duration with a unit").hint(format!("for example \"{n}s\""))),
            _ => Err(wrong_type(value, "a duration, for example 1m30s")),
        },
        _ => integer(value),
    }
}

/// A whole number that every reader of JSON keeps exactly.
fn integer(value: &Value) -> Result<i64, Refusal> {
    let Value::Number(number) = value else {
        return Err(match value {
            Value::String(s) if s.parse::<i64>().is_ok() => {
                wrong_type(value, "a whole number").hint(format!("write {s} without quotes"))
            }
            _ => wrong_type(value, "a whole number"),
        });
    };
    if let Some(n) = number.as_i64().filter(|n| (-EXACT..=EXACT).contains(n)) {
        return Ok(n);
    }
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53: exact")]
        Some(f) if f.is_finite() && f.abs() <= 9_007_199_254_740_992.0 => {
            let (low, high) = (f.floor() as i64, f.ceil() as i64);
            if low == high {
                Ok(low)
            } else {
                Err(Refusal::new(format!("is {f}, not a whole number"))
                    .hint(format!("the nearest are {low} and {high}")))
            }
        }
        Some(f) if f.is_finite() => Err(Refusal::new("is too large").hint("at most 2^53")),
        _ => Err(Refusal::new("is not a finite number")),
    }
}

fn show(kind: ParamType, n: i64) -> String {
    let amount = u64::try_from(n).unwrap_or(0);
    match kind {
        ParamType::Size => units::format_size(amount),
        ParamType::Duration => units::format_duration(amount),
        _ => n.to_string(),
    }
}

fn signed(n: u64) -> i64 {
    // Sizes and durations stay below 2^53.
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn unit(e: UnitError) -> Refusal {
    Refusal::new(e.to_string())
}

fn wrong_type(value: &Value, wanted: &str) -> Refusal {
    let is = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("{b}"),
        Value::Number(n) => format!("the number {n}"),
        // The text itself stays out: it may be a password that was given in the wrong place.
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    Refusal::new(format!("is {is}, not {wanted}"))
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
