//! Parameters: which fields go with which type, bounds, defaults.

use super::{
    super::{Format, Generate, Manifest, ParamType, Parameter},
    Found,
};
use crate::params::{stand_in, value};

pub(super) fn check(m: &Manifest, say: &mut Found<'_>) {
    say.names("parameters", "parameter", m.parameters.iter().map(|p| p.name.as_str()));
    for (i, p) in m.parameters.iter().enumerate() {
        parameter(p, &format!("/parameters/{i}"), say);
    }
}

fn parameter(p: &Parameter, path: &str, say: &mut Found<'_>) {
    fields(p, path, say);
    bounds(p, path, say);
    values(p, path, say);
}

/// Every field that is given means something for the type.
fn fields(p: &Parameter, path: &str, say: &mut Found<'_>) {
    let (name, kind) = (&p.name, p.kind.as_str());
    let (text, amount) = (p.kind.is_text(), p.kind.is_amount());
    let plain = matches!(p.kind, ParamType::String | ParamType::Password);
    for (field, given, allowed) in [
        ("min", p.min.is_some(), amount),
        ("max", p.max.is_some(), amount),
        ("min_length", p.min_length.is_some(), text),
        ("max_length", p.max_length.is_some(), text),
        ("pattern", p.pattern.is_some(), text),
        ("choices", !p.choices.is_empty(), p.kind == ParamType::Enum),
        ("format", p.format.is_some(), p.kind == ParamType::String),
        ("generate", p.generate.is_some(), plain),
    ] {
        if given && !allowed {
            say.that(
                format!("{path}/{field}"),
                format!("{field:?} means nothing for parameter {name:?} of type {kind}"),
            );
        }
    }
    if p.kind == ParamType::Enum && p.choices.is_empty() {
        say.that(format!("{path}/choices"), format!("parameter {name:?} of type enum has no choices"));
    }
    let secret = matches!(p.kind, ParamType::Password | ParamType::Secret);
    if secret && p.default.is_some() {
        let text = format!("{kind} {name:?} must not have a default that everybody knows");
        say.that(format!("{path}/default"), text);
    }
    if let Some(generate @ (Generate::Password | Generate::Key)) = p.generate
        && p.kind == ParamType::String
    {
        let kind = generate.as_str();
        let text =
            format!("parameter {name:?} is generated as a {kind}, but everybody can see it: make it `type: password`");
        say.that(format!("{path}/generate"), text);
    }
    if p.generate.is_some() && p.default.is_some() {
        say.that(format!("{path}/generate"), format!("parameter {name:?} has a default and is generated: choose one"));
    }
}

/// Bounds are values of the type, in order.
fn bounds(p: &Parameter, path: &str, say: &mut Found<'_>) {
    let name = &p.name;
    let mut bound = |field: &str, bound: Option<&serde_json::Value>| {
        let value = bound.filter(|_| p.kind.is_amount()).map(|v| value::amount(p.kind, v))?;
        value.map_err(|e| say.that(format!("{path}/{field}"), format!("{field} of parameter {name:?} {e}"))).ok()
    };
    let (min, max) = (bound("min", p.min.as_ref()), bound("max", p.max.as_ref()));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        say.that(format!("{path}/min"), format!("min of parameter {name:?} is greater than max"));
    }
    if let (Some(min), Some(max)) = (p.min_length, p.max_length)
        && min > max
    {
        let text = format!("min_length of parameter {name:?} is greater than max_length");
        say.that(format!("{path}/min_length"), text);
    }
    if let (Some(_), Some(Format::Ip | Format::Registry)) = (&p.pattern, p.format) {
        say.that(format!("{path}/pattern"), format!("parameter {name:?} has a format already: leave the pattern out"));
    }
}

/// The default, and what would be generated, are values that could be given.
fn values(p: &Parameter, path: &str, say: &mut Found<'_>) {
    let name = &p.name;
    if let Some(default) = &p.default
        && let Err(e) = value::check(p, default)
    {
        say.that(format!("{path}/default"), format!("the default of parameter {name:?} {e}"));
    }
    if let Some(generate) = p.generate
        && let Err(e) = value::plain(p, &stand_in(generate))
    {
        let text = format!("what is generated for parameter {name:?}, for example {:?}, {e}", stand_in(generate));
        say.that(format!("{path}/generate"), text);
    }
}
