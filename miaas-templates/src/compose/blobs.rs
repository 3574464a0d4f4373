//! Configs and secrets: their texts, and the files that services get of them.

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{model::FileMount, secret::Secret, spec::nearest};

use super::{
    Context,
    cursor::{Cursor, Report},
    files::resolve,
    mounts, short,
    support::{self, Field},
};
use crate::yaml::Value;

/// Longest text of a config or secret, as engines limit it.
const MAX_BYTES: usize = 1_000_000;

/// What tells configs from secrets.
pub(super) struct Kind {
    /// The field of the document and of services.
    pub(super) field: &'static str,
    table: &'static [Field],
    /// Where files are that name no place.
    directory: &'static str,
    secret: bool,
}

pub(super) const CONFIGS: Kind = Kind { field: "configs", table: support::CONFIG, directory: "/", secret: false };
pub(super) const SECRETS: Kind =
    Kind { field: "secrets", table: support::SECRET, directory: "/run/secrets/", secret: true };

/// Texts by name. A name without a text had an issue.
pub(super) type Texts = BTreeMap<String, Option<Secret>>;

/// The top-level `configs` or `secrets`.
pub(super) fn read(kind: &Kind, at: &Cursor<'_>, context: &Context<'_>, report: &mut Report) -> Texts {
    let mut out = Texts::new();
    for (key, entry) in at.parts(report) {
        let fields = entry.fields(kind.table, report);
        let given: Vec<(&str, &Cursor<'_>)> = fields
            .iter()
            .filter(|(n, _)| matches!(**n, "file" | "content" | "environment"))
            .map(|(n, at)| (*n, at))
            .collect();
        let text = match given.as_slice() {
            [(name, at)] => text(name, at, context, report),
            [] => {
                // `external: true` is already reported.
                if !entry.has("external") {
                    report.issue_hint(&entry, "it has no text", "give it `file`, `content` or `environment`");
                }
                None
            }
            _ => {
                report.issue(
                    &entry,
                    "its text is given more than once: `file`, `content` and `environment` exclude each other",
                );
                None
            }
        };
        out.insert(key.text.clone(), text);
    }
    out
}

fn text(name: &str, at: &Cursor<'_>, context: &Context<'_>, report: &mut Report) -> Option<Secret> {
    let value = at.text(report)?;
    let text = match name {
        "content" => value.to_owned(),
        "environment" => match context.env.get(value) {
            Some(text) => text.clone(),
            None => {
                report.issue(at, format!("variable {:?} is not given", short(value)));
                return None;
            }
        },
        _ => context.file(&resolve(&report.directory(at.pos), value), at, report)?.to_owned(),
    };
    if text.len() > MAX_BYTES {
        report.issue(at, format!("the text is longer than {MAX_BYTES} bytes"));
        return None;
    }
    Some(Secret::new(text))
}

/// The `configs` or `secrets` of a service.
pub(super) fn files(kind: &Kind, at: &Cursor<'_>, texts: &Texts, report: &mut Report) -> Vec<FileMount> {
    let mut out: Vec<FileMount> = Vec::new();
    let mut targets = BTreeSet::new();
    for item in at.items(report) {
        let Some(file) = file(kind, &item, texts, report) else { continue };
        if !targets.insert(file.target.clone()) {
            report.issue(&item, format!("{:?} is given twice", short(&file.target)));
        }
        out.push(file);
    }
    out
}

fn file(kind: &Kind, item: &Cursor<'_>, texts: &Texts, report: &mut Report) -> Option<FileMount> {
    let mut out = FileMount {
        content: Secret::new(""),
        target: String::new(),
        mode: 0o444,
        uid: None,
        gid: None,
        secret: kind.secret,
    };
    let mut target = None;
    let source = if let Value::Scalar(text) = item.value {
        text.clone()
    } else {
        let fields = item.fields(support::FILE, report);
        for (name, at) in &fields {
            match *name {
                "target" => target = at.plain(report),
                "uid" => out.uid = at.number(report, 0..=i64::from(u32::MAX)),
                "gid" => out.gid = at.number(report, 0..=i64::from(u32::MAX)),
                "mode" => out.mode = at.parsed(report, mode)?,
                _ => {}
            }
        }
        match fields.get("source") {
            Some(at) => at.plain(report)?,
            None => {
                report.issue(item, "it names no `source`");
                return None;
            }
        }
    };
    let Some(content) = texts.get(&source) else {
        let text = format!("{:?} is not declared under the top-level `{}`", short(&source), kind.field);
        match nearest(&source, texts.keys().map(String::as_str)) {
            Some(near) => report.issue_hint(item, text, format!("did you mean {near:?}?")),
            None => report.issue(item, text),
        }
        return None;
    };
    let target = target.unwrap_or_else(|| source.clone());
    let path = if target.starts_with('/') { target } else { format!("{}{target}", kind.directory) };
    out.target = mounts::target(&path, item, report)?;
    out.content = content.clone()?;
    Some(out)
}

/// Permission bits, in octal as people write them.
pub(super) fn mode(text: &str) -> Result<u32, &'static str> {
    const RULE: &str = "is no mode: write it in octal with a leading 0, for example 0440";
    let digits = text.strip_prefix("0o").or_else(|| text.strip_prefix('0')).ok_or(RULE)?;
    match u32::from_str_radix(if digits.is_empty() { "0" } else { digits }, 8) {
        Ok(mode) if mode <= 0o7777 && !digits.starts_with('+') => Ok(mode),
        _ => Err(RULE),
    }
}
