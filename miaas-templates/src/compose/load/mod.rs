//! From files to one tree: includes brought in, `extends` resolved, documents merged.

mod extends;
mod include;
pub(super) mod merge;
mod profiles;

use std::collections::BTreeMap;

use super::{
    cursor::{Cursor, Report},
    files::{ComposeFiles, MAX_FILES, directory},
    interpolate, short,
};
use crate::yaml::{self, Node, Value};

type Env = BTreeMap<String, String>;

/// Brings the documents of `files` together.
#[derive(Debug)]
pub(super) struct Loader<'a, 'r> {
    pub(super) files: &'a ComposeFiles,
    pub(super) report: &'r mut Report,
    /// The chain of documents that are being included, to see circles.
    including: Vec<String>,
    /// Text that interpolation may still produce.
    left: usize,
}

impl<'a, 'r> Loader<'a, 'r> {
    pub(super) const fn new(files: &'a ComposeFiles, report: &'r mut Report) -> Self {
        Self { files, report, including: Vec::new(), left: interpolate::MAX_TEXT }
    }

    /// The whole document; none when something is wrong, which is then reported.
    pub(super) fn load(&mut self, env: &Env) -> Option<Node> {
        let paths: Vec<String> = std::iter::once(&self.files.main).chain(&self.files.overrides).cloned().collect();
        let mut root = self.project(&paths, directory(&self.files.main), env, None)?;
        merge::settle(&mut root);
        if !self.report.issues.is_empty() {
            return None;
        }
        profiles::select(&mut root, env, self.report);
        self.report.issues.is_empty().then_some(root)
    }

    /// Documents that make one project: merged over each other, in order.
    fn project(&mut self, paths: &[String], dir: &str, env: &Env, from: Option<&Cursor<'_>>) -> Option<Node> {
        let mut whole: Option<Node> = None;
        for path in paths {
            let mut node = self.read(path, dir, env, from)?;
            self.include(&mut node, path, env)?;
            self.extend_services(&mut node, path, env)?;
            whole = Some(match whole {
                None => node,
                Some(base) => merge::documents(base, node, self.report),
            });
        }
        whole
    }

    /// One document, with its variables replaced.
    fn read(&mut self, path: &str, dir: &str, env: &Env, from: Option<&Cursor<'_>>) -> Option<Node> {
        let text = self.text(path, from)?;
        if self.report.files() >= MAX_FILES {
            self.report.plain(path, None, format!("the document reads more than {MAX_FILES} files"));
            return None;
        }
        let file = self.report.add_file(path, dir);
        let mut root = match yaml::parse_file(text, file) {
            Ok(root) => root,
            Err(e) => {
                self.report.plain(path, e.line.zip(e.column), e.message);
                return None;
            }
        };
        if !matches!(root.value, Value::Map(_) | Value::Null) {
            let kind = root.value.kind();
            self.report.issue(&Cursor::root(&root), format!("expected a mapping, found {kind}"));
            return None;
        }
        let before = self.report.issues.len();
        interpolate::tree(&mut root, env, &mut self.left, self.report);
        // With variables missing, whatever follows would be noise.
        (self.report.issues.len() == before).then_some(root)
    }

    /// The text of a file.
    fn text(&mut self, path: &str, from: Option<&Cursor<'_>>) -> Option<&'a str> {
        let text = self.files.texts.get(path);
        if text.is_none() {
            let message = format!("the file {:?} was not given with the document", short(path));
            match from {
                Some(at) => self.report.issue(at, message),
                None => self.report.plain(path, None, message),
            }
        }
        text.map(String::as_str)
    }
}
