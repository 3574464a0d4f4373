//! The template environment: strict, bounded, and careful about what reaches a YAML document unquoted.

use minijinja::{
    Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig, value::ValueKind,
};

use super::{FUEL, Target, filters};

/// Deepest nesting of blocks in a template.
const RECURSION: usize = 50;

/// An environment for texts that become `target`.
pub(super) fn environment(target: Target) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(RECURSION);
    // Names the undefined variable in errors.
    env.set_debug(true);
    // The default delimiters are always valid, so this cannot fail; if it did, only blank lines would differ.
    if let Ok(syntax) =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()
    {
        env.set_syntax(syntax);
    }
    // `safe` and the HTML filters would mark a text as fit for YAML that is not; `debug` would print secrets.
    for name in ["safe", "escape", "e"] {
        env.remove_filter(name);
    }
    env.remove_global("debug");
    // With these a few words join lists without end; see `bounds`.
    env.remove_global("namespace");
    env.remove_filter("sum");
    filters::install(&mut env, target);
    env.set_formatter(move |out, _: &mut State<'_, '_>, value| print(out, value, target));
    env
}

fn print(out: &mut Output<'_>, value: &Value, target: Target) -> Result<(), Error> {
    let refuse = |why: String| Err(Error::new(ErrorKind::InvalidOperation, why));
    match value.kind() {
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => refuse("a value that was not given cannot be printed: guard it with {% if … %}".into()),
        ValueKind::Bool | ValueKind::Number => Ok(write!(out, "{value}")?),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            if target == Target::Text || value.is_safe() || text.chars().all(is_harmless) {
                return Ok(out.write_str(text)?);
            }
            // The value stays out of the message: it may be a password.
            refuse("a text with spaces or special characters cannot stand in YAML as it is: add `| quote`".into())
        }
        kind => refuse(format!("a {kind} cannot be printed: add `| tojson`")),
    }
}

/// Characters that mean themselves anywhere in a YAML scalar and in Compose.
fn is_harmless(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '+' | '=' | ':')
}
