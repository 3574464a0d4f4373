//! Environment variables and labels: a mapping, or a list of `KEY=VALUE`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    cursor::{Cursor, Report},
    short,
};
use crate::yaml::Value;

/// Where the system's own labels start.
const RESERVED: [&str; 3] = ["com.docker.compose.", "io.miaas.", "miaas."];

/// Environment variables. A name without a value takes the variable given for interpolation.
pub(super) fn environment(
    at: &Cursor<'_>,
    env: &BTreeMap<String, String>,
    report: &mut Report,
) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, value, at) in pairs(at, report) {
        if name.is_empty() || name.contains(['=', '\0']) {
            report.issue(&at, format!("{:?} is no name of a variable", short(&name)));
            continue;
        }
        match value.or_else(|| env.get(&name).cloned()) {
            Some(value) => {
                out.insert(name, value);
            }
            None => report.issue_hint(&at, format!("variable {name:?} has no value"), "write `\"\"` for an empty one"),
        }
    }
    out
}

/// Names with texts, for example options of a driver. A name without a value has an empty one.
pub(super) fn options(at: &Cursor<'_>, report: &mut Report) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, value, at) in pairs(at, report) {
        if name.is_empty() {
            report.issue(&at, "a name is empty");
        } else {
            out.insert(name, value.unwrap_or_default());
        }
    }
    out
}

/// Labels. A name without a value has an empty one.
pub(super) fn labels(at: &Cursor<'_>, report: &mut Report) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, value, at) in pairs(at, report) {
        if name.is_empty() {
            report.issue(&at, "a label has an empty name");
        } else if RESERVED.iter().any(|prefix| name.starts_with(prefix)) {
            report.issue(&at, format!("label {:?} is reserved for the system", short(&name)));
        } else {
            out.insert(name, value.unwrap_or_default());
        }
    }
    out
}

/// Names with their values and places. Doubles in a list are reported; a mapping cannot have any.
fn pairs<'n>(at: &Cursor<'n>, report: &mut Report) -> Vec<(String, Option<String>, Cursor<'n>)> {
    let mut out: Vec<(String, Option<String>, Cursor<'n>)> = Vec::new();
    if let Value::Seq(_) = at.value {
        let mut names = BTreeSet::new();
        for item in at.items(report) {
            let Some(text) = item.text(report) else { continue };
            let (name, value) = text.split_once('=').map_or((text, None), |(n, v)| (n, Some(v.to_owned())));
            if !names.insert(name.to_owned()) {
                report.issue(&item, format!("{:?} is given twice", short(name)));
            }
            out.push((name.to_owned(), value, item));
        }
        return out;
    }
    for (key, entry) in at.entries(report) {
        let value = match entry.value {
            Value::Null => None,
            _ => match entry.text(report) {
                Some(text) => Some(text.to_owned()),
                None => continue,
            },
        };
        out.push((key.text.clone(), value, entry));
    }
    out
}
