//! The files of a document, as the caller read them: nothing here opens a file.

use std::collections::BTreeMap;

use miaas_core::model::ComposeSource;

use crate::yaml::MAX_BYTES;

/// Most files of one document.
pub(super) const MAX_FILES: usize = 256;

/// A document with all files that it refers to. Paths are relative to the directory of the main document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeFiles {
    /// Path of the main document.
    pub(super) main: String,
    /// Paths of the documents that are merged over it, in order.
    pub(super) overrides: Vec<String>,
    /// Texts by path.
    pub(super) texts: BTreeMap<String, String>,
}

impl ComposeFiles {
    /// A document that is called `main` in messages.
    #[must_use]
    pub fn new(main: &str, text: impl Into<String>) -> Self {
        let main = normal(main);
        Self { texts: BTreeMap::from([(main.clone(), text.into())]), overrides: Vec::new(), main }
    }

    /// The files of a deployment's source; its document is called `main`.
    #[must_use]
    pub fn of(source: &ComposeSource, main: &str) -> Self {
        let mut files = Self::new(main, bounded(&source.text));
        for (path, text) in &source.files {
            files = files.with_file(path, bounded(text));
        }
        for path in &source.overrides {
            files = files.with_override(path);
        }
        files
    }

    /// With a file that the document may refer to.
    #[must_use]
    pub fn with_file(mut self, path: &str, text: impl Into<String>) -> Self {
        self.texts.insert(normal(path), text.into());
        self
    }

    /// With a file of [`ComposeFiles::with_file`] merged over what is there so far.
    #[must_use]
    pub fn with_override(mut self, path: &str) -> Self {
        self.overrides.push(normal(path));
        self
    }
}

/// A copy of a text; what is too long is refused, so no more of it is copied than it takes to see that.
pub(super) fn bounded(text: &str) -> String {
    text.get(..text.floor_char_boundary(MAX_BYTES + 4)).unwrap_or(text).to_owned()
}

/// The directory of a path; empty for the directory of the main document.
pub(super) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| if dir.is_empty() { "/" } else { dir })
}

/// `path` as seen from `dir`, in the one way to write it.
pub(super) fn resolve(dir: &str, path: &str) -> String {
    if path.starts_with('/') || dir.is_empty() { normal(path) } else { normal(&format!("{dir}/{path}")) }
}

/// A path without `.`, without empty parts, and with `..` only at its start.
pub(super) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let absolute = path.starts_with('/');
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    format!("{}{}", if absolute { "/" } else { "" }, parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (dir, path, want) in [
            ("", "a.env", "a.env"),
            ("", "./x/../a.env", "a.env"),
            ("sub", "../a.env", "a.env"),
            ("sub", "../../a.env", "../a.env"),
            ("sub", "/etc/../../a", "/a"),
            ("/etc", "x", "/etc/x"),
        ] {
            assert_eq!(resolve(dir, path), want, "{dir} {path}");
        }
        assert_eq!((directory("a/b/c"), directory("c"), directory("/c")), ("a/b", "", "/"));
    }
}
