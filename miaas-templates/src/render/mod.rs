//! Strict rendering of template texts, with limits on time and size.

mod bounds;
mod engine;
mod error;
mod filters;
mod variables;

pub use variables::variables;

use std::io;

use miaas_core::port::RenderError;
use serde_json::Value;

/// Longest rendered text, in bytes.
pub const MAX_OUTPUT: usize = 1 << 20;
/// Work of one rendering: about one unit an instruction and one for 64 bytes that are made.
pub const FUEL: u64 = 200_000;

/// What the text becomes, which decides what may be printed without a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A Compose document: a text must be of harmless characters or go through `quote`.
    Yaml,
    /// YAML that is no Compose: the same, and a `$` is only a `$`.
    Manifest,
    /// A plain text for people or a single quantity.
    Text,
}

/// Renders `source` with the variables of `context`, an object. `file` is named in errors.
///
/// # Errors
/// A syntax error, an undefined variable, a text that cannot stand unquoted, or a limit that was reached; each with file and
/// line.
pub fn render(file: &str, source: &str, context: &Value, target: Target) -> Result<String, RenderError> {
    bounds::check(source).map_err(|(why, hint)| RenderError {
        message: format!("{file}: {why}"),
        file: Some(file.to_owned()),
        line: None,
        hint: Some(hint.to_owned()),
    })?;
    let env = engine::environment(target);
    let template = env.template_from_named_str(file, source).map_err(|e| error::explain(&e, file, context))?;
    let mut out = Bounded { bytes: Vec::with_capacity(source.len() * 2), full: false };
    let done = template.render_captured_to(minijinja::value::Serde(context), &mut out).map(drop);
    if out.full {
        return Err(RenderError {
            message: format!("{file}: the rendered text is longer than {} KiB", MAX_OUTPUT / 1024),
            file: Some(file.to_owned()),
            line: None,
            hint: Some("does a loop of the template end?".to_owned()),
        });
    }
    done.map_err(|e| error::explain(&e, file, context))?;
    String::from_utf8(out.bytes).map_err(|_| RenderError::new(format!("{file}: the rendered text is not UTF-8")))
}

/// Takes at most [`MAX_OUTPUT`] bytes.
#[derive(Debug)]
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + buf.len() > MAX_OUTPUT {
            self.full = true;
            return Err(io::Error::other("the output limit is reached"));
        }
        self.bytes.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
