//! `env_file` and `label_file` of a service.

use std::collections::BTreeMap;

use super::{
    Context,
    cursor::{Cursor, Report},
    dotenv,
    files::resolve,
    support,
};
use crate::yaml::Value;

/// The variables of all files; later ones win.
pub(super) fn files(at: &Cursor<'_>, context: &Context<'_>, report: &mut Report) -> BTreeMap<String, String> {
    let items = if let Value::Scalar(_) = at.value { vec![at.clone()] } else { at.items(report) };
    let mut out = BTreeMap::new();
    for item in items {
        out.extend(file(&item, context, report).unwrap_or_default());
    }
    out
}

fn file(item: &Cursor<'_>, context: &Context<'_>, report: &mut Report) -> Option<BTreeMap<String, String>> {
    let (path, required, raw) = if let Value::Scalar(text) = item.value {
        (text.clone(), true, false)
    } else {
        let fields = item.fields(support::ENV_FILE, report);
        let Some(path) = fields.get("path") else {
            report.issue(item, "it has no `path`");
            return None;
        };
        let required = fields.get("required").and_then(|at| at.bool(report)).unwrap_or(true);
        let raw = fields.get("format").is_some_and(|at| {
            at.parsed(report, |f| if f == "raw" { Ok(()) } else { Err("is no format: there is only raw") }).is_some()
        });
        (path.text(report)?.to_owned(), required, raw)
    };
    let path = resolve(&report.directory(item.pos), &path);
    if !required && !context.files.texts.contains_key(&path) {
        return None;
    }
    let text = context.file(&path, item, report)?;
    if raw {
        return Some(dotenv::raw(text));
    }
    match dotenv::parse(text, |name| context.env.get(name).cloned()) {
        Ok(variables) => Some(variables),
        Err(e) => {
            report.issue(item, format!("{path}:{}: {}", e.line, e.message));
            None
        }
    }
}
