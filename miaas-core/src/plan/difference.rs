//! What is different between two versions of a specification, for people and for machines (D2, D4).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    api::v1::Difference,
    model::{DeploymentSpec, Source},
};

/// Every value that differs, by path and in order. Values under `hidden` parameters and all variables of a document are told
/// as changed but not shown.
#[must_use]
pub fn differences(before: &DeploymentSpec, after: &DeploymentSpec, hidden: &BTreeSet<String>) -> Vec<Difference> {
    let mut found = Vec::new();
    // A specification always serialises: its keys are texts.
    let (old, new) = (serde_json::to_value(before).ok(), serde_json::to_value(after).ok());
    walk("", old.as_ref(), new.as_ref(), &mut found);
    let template = matches!(after.source, Source::Template { .. });
    for difference in &mut found {
        difference.path = shorter(&difference.path, template);
        let secret = match difference.path.split('/').collect::<Vec<_>>().as_slice() {
            ["", "params", name, ..] => hidden.contains(*name),
            ["", "env" | "files", ..] => true,
            _ => false,
        };
        if secret {
            let mask = |value: &mut Option<Value>| {
                if let Some(value) = value {
                    *value = Value::from("***");
                }
            };
            mask(&mut difference.before);
            mask(&mut difference.after);
        }
    }
    found
}

/// Paths as in requests: `/params/port` in place of `/source/template/params/port`.
fn shorter(path: &str, template: bool) -> String {
    let kind = if template { "/source/template" } else { "/source/compose" };
    match path.strip_prefix(kind) {
        Some("/name") => "/template".to_owned(),
        Some("/text") => "/compose".to_owned(),
        Some(rest) => rest.to_owned(),
        None => path.to_owned(),
    }
}

fn walk(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    match (before, after) {
        (Some(a), Some(b)) if a == b => {}
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                walk(&format!("{path}/{escaped}"), a.get(key), b.get(key), found);
            }
        }
        _ => found.push(Difference { path: path.to_owned(), before: before.cloned(), after: after.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        model::{PlacementPolicy, RunState},
        name::Labels,
    };

    fn spec(params: Value, replicas: u32) -> DeploymentSpec {
        DeploymentSpec {
            source: Source::Template { name: "redis".into(), params: serde_json::from_value(params).unwrap() },
            replicas,
            placement: PlacementPolicy::default(),
            priority: 0,
            labels: Labels::default(),
            state: RunState::Running,
            restarts: 0,
            update: crate::model::UpdatePolicy::default(),
            stack: None,
        }
    }

    #[test]
    fn d4_values_that_differ_are_told_by_path_and_secrets_are_not_shown() {
        let before = spec(json!({"port": 1, "password": "old", "same": "x"}), 1);
        let after = spec(json!({"password": "new", "same": "x", "policy": "lru"}), 3);
        let told = differences(&before, &after, &["password".to_owned()].into());
        let told: Vec<String> = told
            .iter()
            .map(|d| {
                format!(
                    "{} {:?} {:?}",
                    d.path,
                    d.before.as_ref().map(Value::to_string),
                    d.after.as_ref().map(Value::to_string)
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "/replicas Some(\"1\") Some(\"3\")",
                "/params/password Some(\"\\\"***\\\"\") Some(\"\\\"***\\\"\")",
                "/params/policy None Some(\"\\\"lru\\\"\")",
                "/params/port Some(\"1\") None",
            ]
        );
        assert!(differences(&after, &after, &BTreeSet::new()).is_empty());
    }
}
