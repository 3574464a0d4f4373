//! `include`: other documents, each a project of its own with its own directory and defaults for variables.

use super::{Env, Loader};
use crate::{
    compose::{
        cursor::Cursor,
        dotenv,
        files::{directory, resolve},
        short, support,
    },
    yaml::{Node, Value},
};

/// What an included document brings; everything else of it is its own affair.
const SECTIONS: [&str; 5] = ["services", "networks", "volumes", "configs", "secrets"];

impl Loader<'_, '_> {
    /// Brings in what the document at `path` includes.
    pub(super) fn include(&mut self, root: &mut Node, path: &str, env: &Env) -> Option<()> {
        let Some(list) = root.get("include").cloned() else { return Some(()) };
        if let Value::Map(entries) = &mut root.value {
            entries.retain(|(key, _)| key.text != "include");
        }
        let section = Node { pos: list.pos, value: list.value, mark: None };
        let at = Cursor { path: "/include".to_owned(), pos: section.pos, value: &section.value };
        if let Some(start) = self.including.iter().position(|p| p == path) {
            let circle: Vec<&str> = self.including[start..].iter().map(String::as_str).chain([path]).collect();
            let text = format!("documents include each other: {}", circle.join(" → "));
            self.report.issue(&at, text);
            return None;
        }
        self.including.push(path.to_owned());
        for item in at.items(self.report) {
            let included = self.one(&item, env)?;
            self.import(root, included)?;
        }
        self.including.pop();
        Some(())
    }

    fn one(&mut self, item: &Cursor<'_>, env: &Env) -> Option<Node> {
        let base = self.report.directory(item.pos);
        if let Value::Scalar(text) = item.value {
            let path = resolve(&base, text);
            return self.project(std::slice::from_ref(&path), directory(&path), env, Some(item));
        }
        let fields = item.fields(support::INCLUDE, self.report);
        let Some(paths_at) = fields.get("path") else {
            self.report.issue(item, "the inclusion has no `path`");
            return None;
        };
        let paths: Vec<String> = paths_at.one_or_many(self.report).iter().map(|p| resolve(&base, p)).collect();
        let Some(first) = paths.first() else {
            self.report.issue(paths_at, "`path` names no file");
            return None;
        };
        let dir = match fields.get("project_directory") {
            Some(at) => resolve(&base, at.text(self.report)?),
            None => directory(first).to_owned(),
        };
        let mut variables = Env::new();
        if let Some(at) = fields.get("env_file") {
            for file in at.one_or_many(self.report) {
                let text = self.text(&resolve(&base, &file), Some(at))?;
                match dotenv::parse(text, |name| env.get(name).cloned()) {
                    Ok(pairs) => variables.extend(pairs),
                    Err(e) => {
                        self.report.issue(at, format!("{file}:{}: {}", e.line, e.message));
                        return None;
                    }
                }
            }
        }
        variables.extend(env.clone());
        self.project(&paths, &dir, &variables, Some(paths_at))
    }

    /// Adds the parts of an included document. The same part from two sides must be the same.
    fn import(&mut self, root: &mut Node, included: Node) -> Option<()> {
        let Value::Map(sections) = included.value else { return Some(()) };
        for (section_key, section) in sections {
            if !SECTIONS.contains(&section_key.text.as_str()) {
                continue;
            }
            let Value::Map(parts) = section.value else { continue };
            let Value::Map(entries) = &mut root.value else { return Some(()) };
            let at = match entries.iter().position(|(k, _)| k.text == section_key.text) {
                Some(at) => at,
                None => {
                    let empty = Node { pos: section.pos, value: Value::Map(Vec::new()), mark: None };
                    entries.push((section_key.clone(), empty));
                    entries.len() - 1
                }
            };
            let there = &mut entries[at].1;
            if there.value == Value::Null {
                there.value = Value::Map(Vec::new());
            }
            let Value::Map(mine) = &mut there.value else { continue };
            for (key, part) in parts {
                match mine.iter().find(|(k, _)| k.text == key.text) {
                    Some((_, own)) if same(own, &part) => {}
                    Some((own, _)) => {
                        let path = format!("/{}/{}", section_key.text, short(&key.text));
                        let here = Cursor { path, pos: own.pos, value: &Value::Null };
                        let message = format!(
                            "{:?} is also in an included document: {}",
                            short(&key.text),
                            self.report.place(key.pos)
                        );
                        self.report.issue_hint(
                            &here,
                            message,
                            "to change what is included, name both under one `path` of `include`",
                        );
                        return None;
                    }
                    None => mine.push((key, part)),
                }
            }
        }
        Some(())
    }
}

/// Whether two nodes say the same, wherever they stand.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.iter().any(|(other, w)| k.text == other.text && same(v, w)))
        }
        (Value::Seq(a), Value::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(v, w)| same(v, w)),
        (a, b) => a == b,
    }
}
