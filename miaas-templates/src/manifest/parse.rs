//! From text to a checked manifest.

use miaas_core::spec::{Issue, nearest};

use super::{Manifest, check};
use crate::yaml;

impl Manifest {
    /// Reads and checks a manifest. `file` is named in every issue.
    ///
    /// # Errors
    /// Every issue of the manifest at once; a document that cannot be read at all gives one.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Issue>> {
        let mut manifest: Self = yaml::read(text).map_err(|e| {
            let place = e.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
            let issue = Issue::new("", format!("{place}: {}", e.message));
            vec![match unknown_field(&e.message) {
                Some(near) => issue.with_hint(format!("did you mean {near:?}?")),
                None => issue,
            }]
        })?;
        let issues = check::manifest(&manifest, file);
        manifest.parameters.extend(manifest.variant_parameter());
        if issues.is_empty() { Ok(manifest) } else { Err(issues) }
    }
}

/// The known name nearest to the unknown one, read from a message like `unknown field x, expected one of a, b`.
fn unknown_field(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("unknown field ").or_else(|| message.strip_prefix("unknown variant "))?;
    let (word, known) = rest.split_once(", expected ")?;
    let known = known.strip_prefix("one of ").unwrap_or(known);
    nearest(word.trim_matches('`'), known.split(", ").map(|name| name.trim_matches('`')))
}
