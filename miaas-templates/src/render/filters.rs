//! Filters for YAML documents. Each is pure and bounded by the size of its input.

use std::fmt::Write as _;

use minijinja::{Environment, Error, ErrorKind, Value};

use super::Target;

/// Adds the filters to an environment.
pub(super) fn install(env: &mut Environment<'_>, target: Target) {
    // Compose puts variables in place of what follows a `$`.
    let dollar = if target == Target::Manifest { "$" } else { "$$" };
    env.add_filter("quote", move |value: &Value| quote(value, dollar));
    env.add_filter("tojson", move |value: &Value| to_json(value, dollar));
    env.add_filter("indent", indent);
    env.add_filter("html", html);
    env.add_filter("hexquote", hexquote);
    env.add_filter("image", image);
    env.add_filter("url_host", url_host);
}

/// One double-quoted YAML scalar that reads back as exactly this text, also after the interpolation of Compose.
fn quote(value: &Value, dollar: &str) -> Result<Value, Error> {
    let text = defined(value)?;
    let mut out = String::with_capacity(text.len() + 2);
    yaml_string(&text, dollar, &mut out);
    Ok(Value::from_safe_string(out))
}

/// A list, mapping or scalar as a flow value of YAML; texts as [`quote`] makes them.
fn to_json(value: &Value, dollar: &str) -> Result<Value, Error> {
    known(value)?;
    let json = serde_json::to_value(value)
        .map_err(|e| Error::new(ErrorKind::BadSerialization, "the value cannot be written as JSON").with_source(e))?;
    let mut out = String::new();
    flow(&json, dollar, &mut out);
    Ok(Value::from_safe_string(out))
}

/// Most spaces of one level of [`indent`].
const MAX_WIDTH: usize = 200;

/// The text with spaces before each line but the first and the empty ones, as Jinja2 has it: a line break at the end stays.
fn indent(value: &Value, width: Option<usize>, first: Option<bool>, blank: Option<bool>) -> Result<String, Error> {
    let width = width.unwrap_or(4);
    if width > MAX_WIDTH {
        let text = format!("a text is indented by at most {MAX_WIDTH} spaces");
        return Err(Error::new(ErrorKind::InvalidOperation, text));
    }
    let (text, spaces) = (defined(value)?, " ".repeat(width));
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.split('\n').enumerate() {
        let indented = if i == 0 { first == Some(true) } else { !line.is_empty() || blank == Some(true) };
        out.push_str(if i == 0 { "" } else { "\n" });
        out.push_str(if indented { &spaces } else { "" });
        out.push_str(line);
    }
    Ok(out)
}

/// The text with the special characters of HTML replaced.
fn html(value: &Value) -> Result<String, Error> {
    let mut out = String::new();
    for c in defined(value)?.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    Ok(out)
}

/// Every byte as `\xHH` in double quotes: how configuration files with texts as in C take any password.
fn hexquote(value: &Value) -> Result<String, Error> {
    let mut out = String::from("\"");
    for byte in defined(value)?.bytes() {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\x{byte:02x}");
    }
    out.push('"');
    Ok(out)
}

/// The name of an image below a registry prefix, which may be empty.
fn image(name: &Value, registry: &Value) -> Result<String, Error> {
    let (name, registry) = (defined(name)?, defined(registry)?);
    let registry = registry.trim_end_matches('/');
    Ok(if registry.is_empty() { name } else { format!("{registry}/{name}") })
}

/// A host as it stands in a URL: an IPv6 address in brackets.
fn url_host(value: &Value) -> Result<Value, Error> {
    let host = defined(value)?;
    // Brackets are YAML syntax at the start of a scalar, so the result still needs `quote` there.
    Ok(Value::from(if host.contains(':') { format!("[{host}]") } else { host }))
}

/// Refuses an undefined value. A conversion that cannot work makes the engine say which variable it was.
fn known(value: &Value) -> Result<(), Error> {
    if value.is_undefined() { i64::try_from(value.clone()).map(drop) } else { Ok(()) }
}

fn defined(value: &Value) -> Result<String, Error> {
    known(value)?;
    if value.is_none() {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "a value that was not given cannot be printed: guard it with {% if … %}",
        ));
    }
    Ok(value.to_string())
}

fn flow(value: &serde_json::Value, dollar: &str, out: &mut String) {
    match value {
        serde_json::Value::String(s) => yaml_string(s, dollar, out),
        serde_json::Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                flow(item, dollar, out);
            }
            out.push(']');
        }
        serde_json::Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                yaml_string(key, dollar, out);
                out.push_str(": ");
                flow(item, dollar, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// Appends a double-quoted scalar. `$` becomes `dollar`; whatever YAML does not count as printable, or a
/// reader could take for a line break or a byte order mark, is escaped.
fn yaml_string(text: &str, dollar: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '$' => out.push_str(dollar),
            '\u{00}'..='\u{1f}'
            | '\u{7f}'..='\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    #[test]
    fn quote_reads_back() {
        for text in [
            "",
            "plain",
            "it's \"x\"\\",
            "a\nb\tc",
            "${HOME} $x $$",
            "é漢🦀\u{2028}\u{feff}\u{85}\u{7f}",
            "# no: [",
            "'",
        ] {
            let quoted = quote(&Value::from(text), "$$").unwrap().to_string();
            let node = yaml::parse(&format!("a: {quoted}\n")).unwrap();
            let yaml::Value::Map(entries) = node.value else { panic!() };
            assert_eq!(entries[0].1.value, yaml::Value::Scalar(text.replace('$', "$$")), "{quoted}");
        }
    }

    #[test]
    fn image_takes_any_prefix() {
        for (prefix, want) in
            [("", "redis:7"), ("docker.io/library", "docker.io/library/redis:7"), ("a:5000/", "a:5000/redis:7")]
        {
            assert_eq!(image(&"redis:7".into(), &prefix.into()).unwrap(), want);
        }
    }
}
