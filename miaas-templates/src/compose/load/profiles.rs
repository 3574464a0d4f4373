//! `profiles`: services that only exist when one of their profiles is asked for, by the variable `COMPOSE_PROFILES`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    compose::cursor::{Cursor, Report},
    yaml::{Node, Value},
};

/// Takes away the services that are not asked for.
pub(super) fn select(root: &mut Node, env: &BTreeMap<String, String>, report: &mut Report) {
    let active: BTreeSet<&str> = env
        .get("COMPOSE_PROFILES")
        .map(|names| names.split(',').map(str::trim).filter(|n| !n.is_empty()).collect())
        .unwrap_or_default();
    let top = root.clone();
    let services = Cursor::root(&top).find("services");
    let Value::Map(entries) = &mut root.value else { return };
    let Some((_, node)) = entries.iter_mut().find(|(key, _)| key.text == "services") else { return };
    let Value::Map(list) = &mut node.value else { return };
    list.retain(|(key, _)| {
        let at = services.find(&key.text);
        if !at.has("profiles") {
            return true;
        }
        let profiles = at.find("profiles").texts(report);
        let asked = profiles.is_empty() || active.contains("*") || profiles.iter().any(|p| active.contains(p.as_str()));
        if !asked {
            report.left_out.insert(key.text.clone(), profiles);
        }
        asked
    });
}
