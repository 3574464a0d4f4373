//! Conditions over several parameters.

use std::collections::BTreeMap;

use miaas_core::spec::Issue;
use serde_json::{Value, json};

use super::pointer;
use crate::{
    manifest::{Manifest, Rule},
    render::{self, Target},
};

/// The issues of all rules whose parameters are known, as `known` says by name.
pub(super) fn check(manifest: &Manifest, values: &BTreeMap<String, Value>, known: impl Fn(&str) -> bool) -> Vec<Issue> {
    let context = json!({"params": values});
    manifest
        .rules
        .iter()
        .filter(|rule| rule.parameters.iter().all(|name| known(name)))
        .filter_map(|rule| {
            let message = broken(rule, &context)?;
            let first = rule.parameters.first().map_or(String::new(), |name| pointer(name));
            let issue = Issue::new(first, message);
            let others = rule.parameters.get(1..).unwrap_or_default();
            Some(if others.is_empty() { issue } else { issue.with_hint(format!("see also {}", others.join(", "))) })
        })
        .collect()
}

fn broken(rule: &Rule, context: &Value) -> Option<String> {
    match render::render("rules", &rule.check, context, Target::Text) {
        // The engine prints booleans like Jinja2 does, and people write them like YAML does.
        Ok(text) if text.trim().eq_ignore_ascii_case("true") => None,
        Ok(text) if text.trim().eq_ignore_ascii_case("false") => Some(rule.message.clone()),
        Ok(_) => Some(format!("the check {:?} gives neither true nor false", rule.check)),
        Err(e) => Some(format!("the check {:?} fails: {e}", rule.check)),
    }
}
