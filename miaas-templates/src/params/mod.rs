//! Parameter values: from what a user gave to what a template sees.

mod schema;
pub(crate) mod value;

use std::{collections::BTreeMap, fmt};

use miaas_core::{
    model::Params,
    spec::{Issue, nearest},
};
use serde_json::Value;

pub use schema::json_schema;

use crate::manifest::{Generate, Manifest, ParamType};

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
            Err(refusal) => issues.push(Issue {
                path: pointer(&p.name),
                message: format!("{} {}", p.name, refusal.message),
                hint: refusal.hint,
            }),
        }
    }
    if issues.is_empty() { Ok(Resolved(values)) } else { Err(issues) }
}

/// Puts a value from `next` wherever the manifest wants one generated and none is given. This crate has no randomness: the
/// caller brings it and stores what was filled in.
pub fn fill_generated(manifest: &Manifest, params: &mut Params, next: &mut dyn FnMut() -> String) {
    for p in &manifest.parameters {
        let missing = params.get(&p.name).is_none_or(Value::is_null);
        match p.generate {
            Some(Generate::Password) if missing => {
                params.insert(p.name.clone(), Value::from(next()));
            }
            Some(Generate::Password) | None => {}
        }
    }
}

/// The JSON pointer of a parameter.
fn pointer(name: &str) -> String {
    let name: String = name.chars().take(80).collect();
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
