//! `profiles`: services that only exist when one of their profiles is asked for, by the variable `COMPOSE_PROFILES`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    compose::cursor::{Cursor, Report, join},
    yaml::{Node, Value},
};

/// Takes away the services that are not asked for.
pub(super) fn select(root: &mut Node, env: &BTreeMap<String, String>, report: &mut Report) {
    let active: BTreeSet<&str> = env
        .get("COMPOSE_PROFILES")
        .map(|names| names.split(',').map(str::trim).filter(|n| !n.is_empty()).collect())
        .unwrap_or_default();
    let services = Cursor::root(root).find("services");
    let Value::Map(entries) = services.value else { return };
    let mut left_out = BTreeMap::new();
    for (key, node) in entries {
        if node.get("profiles").is_none() {
            continue;
        }
        let profiles = Cursor { path: join(&services.path, &key.text), pos: key.pos, value: &node.value }
            .find("profiles")
            .texts(report);
        let asked = profiles.is_empty() || active.contains("*") || profiles.iter().any(|p| active.contains(p.as_str()));
        if !asked {
            left_out.insert(key.text.clone(), profiles);
        }
    }
    if let Value::Map(top) = &mut root.value
        && let Some((_, services)) = top.iter_mut().find(|(key, _)| key.text == "services")
        && let Value::Map(entries) = &mut services.value
    {
        entries.retain(|(key, _)| !left_out.contains_key(&key.text));
    }
    report.left_out.extend(left_out);
}
