//! Parameter values: from what a user gave to what a template sees.

mod complete;
mod generate;
mod rules;
mod schema;
pub(crate) mod value;

use std::{collections::BTreeMap, fmt};

use miaas_core::{
    model::{Params, Values, reference},
    spec::{Issue, nearest},
};
use serde_json::Value;

pub use complete::{Completion, Services};
pub(crate) use generate::stand_in;
pub use generate::{RandomBytes, fill_generated, fill_stand_ins};
pub use schema::json_schema;

use crate::manifest::{Format, Manifest, ParamType, Parameter};

/// Checked values of all parameters, as templates see them: a `size` in bytes, a `duration` in milliseconds, null for what
/// was not given and has no default. `Debug` shows names only, since values may be secrets.
#[derive(Clone, PartialEq)]
pub struct Resolved(BTreeMap<String, Value>);

impl Resolved {
    /// The values by name.
    #[must_use]
    pub const fn values(&self) -> &BTreeMap<String, Value> {
        &self.0
    }

    /// The same with values in place of references, each checked as if it had been given.
    pub(crate) fn filled(&self, manifest: &Manifest, values: &Values) -> Result<Self, Vec<Issue>> {
        let mut issues = Vec::new();
        let mut filled = self.0.clone();
        for p in manifest.parameters.iter().filter(|p| p.refers()) {
            let Some(Value::String(text)) = self.0.get(&p.name) else { continue };
            let path = pointer(&p.name);
            match reference::substitute(text, values) {
                Ok(new) if new == *text => {}
                Ok(new) => match value::plain(p, &new) {
                    Ok(value) => drop(filled.insert(p.name.clone(), value)),
                    Err(refusal) => issues.push(Issue { path, ..refusal.about(&p.name) }),
                },
                Err(issue) => issues.push(Issue { path, ..issue }),
            }
        }
        if issues.is_empty() {
            issues = rules::check(manifest, &filled, |_| true);
        }
        if issues.is_empty() { Ok(Self(filled)) } else { Err(issues) }
    }

    /// The same with something plausible in place of references, to learn what a template would be.
    pub(crate) fn imagined(&self, manifest: &Manifest) -> Self {
        let stand_in = |p: &Parameter| match p.format {
            Some(Format::Ip) => "127.0.0.1",
            Some(Format::Registry) | None => "reference",
        };
        let mut values = self.0.clone();
        for p in manifest.parameters.iter().filter(|p| p.refers()) {
            if values.get(&p.name).and_then(Value::as_str).is_some_and(reference::is_reference) {
                values.insert(p.name.clone(), Value::from(stand_in(p)));
            }
        }
        Self(values)
    }

    /// The same with every password replaced by `***`, for what people read.
    #[must_use]
    pub fn masked(&self, manifest: &Manifest) -> Self {
        let secret = |name: &str| manifest.parameter(name).is_some_and(|p| p.kind == ParamType::Password);
        let mask = |(name, value): (&String, &Value)| {
            // An empty one stays empty, so that a template takes the same branches.
            let shown = secret(name) && value.as_str().is_some_and(|text| !text.is_empty());
            let value = if shown { Value::from("***") } else { value.clone() };
            (name.clone(), value)
        };
        Self(self.0.iter().map(mask).collect())
    }
}

impl fmt::Debug for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Checks values against a manifest and completes them with defaults. A null counts as not given.
///
/// # Errors
/// Every issue at once. Paths are JSON pointers from the root of the parameters; the hint is the nearest valid value or
/// known name.
pub fn resolve(manifest: &Manifest, params: &Params) -> Result<Resolved, Vec<Issue>> {
    let mut issues = Vec::new();
    for name in params.keys().filter(|name| manifest.parameter(name).is_none()) {
        let known = manifest.parameters.iter().map(|p| p.name.as_str());
        let shown: String = name.chars().take(80).collect();
        let issue = Issue::new(pointer(name), format!("template {:?} has no parameter {shown:?}", manifest.name));
        issues.push(match nearest(name, known.clone()) {
            Some(near) => issue.with_hint(format!("did you mean {near:?}?")),
            None => issue.with_hint(format!("it has {}", known.collect::<Vec<_>>().join(", "))),
        });
    }
    let mut values = BTreeMap::new();
    for p in &manifest.parameters {
        let given = params.get(&p.name).filter(|v| !v.is_null());
        let value = match given.or(p.default.as_ref()) {
            Some(value) => value::check(p, value),
            None if p.required => Err(value::Refusal::new("is required and was not given")),
            None => Ok(Value::Null),
        };
        match value {
            Ok(value) => {
                values.insert(p.name.clone(), value);
            }
            Err(refusal) => issues.push(Issue { path: pointer(&p.name), ..refusal.about(&p.name) }),
        }
    }
    // A rule over what is wrong would only repeat that, and one over a reference has to wait for its value.
    let known = |name: &str| {
        let unknown = |v: &Value| v.as_str().is_some_and(reference::is_reference);
        values.get(name).is_some_and(|v| !manifest.parameter(name).is_some_and(Parameter::refers) || !unknown(v))
    };
    issues.extend(rules::check(manifest, &values, known));
    if issues.is_empty() { Ok(Resolved(values)) } else { Err(issues) }
}

/// The JSON pointer of a parameter.
fn pointer(name: &str) -> String {
    let name: String = name.chars().take(80).collect();
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
