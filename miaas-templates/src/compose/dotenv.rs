//! Files of variables, as `env_file` names them.

use std::collections::BTreeMap;

/// Why a file of variables cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) message: String,
}

/// Reads `NAME=VALUE` lines: comments, `export`, single quotes (taken as they are), double quotes (with escapes and
/// variables, over several lines), and plain values with variables. `outer` gives variables from outside.
pub(super) fn parse(text: &str, outer: impl Fn(&str) -> Option<String>) -> Result<BTreeMap<String, String>, Problem> {
    let mut out = BTreeMap::new();
    let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let fail = |message: String| Problem { line: number + 1, message };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let (name, rest) = match line.split_once('=') {
            Some((name, rest)) => (name.trim_end(), rest.trim_start()),
            None => (line, ""),
        };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')) {
            return Err(fail(format!("{:?} is no name of a variable", super::short(name))));
        }
        if !line.contains('=') {
            // A name alone takes the variable from outside, when there is one.
            if let Some(value) = outer(name) {
                out.insert(name.to_owned(), value);
            }
            continue;
        }
        let value = match rest.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let mut body = rest[1..].to_owned();
                let end = loop {
                    if let Some(end) = closing(&body, quote) {
                        break end;
                    }
                    let Some((_, next)) = lines.next() else {
                        return Err(fail("has a quote that is not closed".to_owned()));
                    };
                    body.push('\n');
                    body.push_str(next);
                };
                let after = body[end + 1..].trim_start();
                if !after.is_empty() && !after.starts_with('#') {
                    return Err(fail("has text after the closing quote".to_owned()));
                }
                match quote {
                    '\'' => body[..end].to_owned(),
                    _ => expand(&unescape(&body[..end]), &out, &outer).map_err(fail)?,
                }
            }
            _ => {
                let plain = rest.find(" #").map_or(rest, |at| &rest[..at]);
                expand(plain.trim_end(), &out, &outer).map_err(fail)?
            }
        };
        out.insert(name.to_owned(), value);
    }
    Ok(out)
}

/// Reads `NAME=VALUE` lines as they are, for `format: raw`.
pub(super) fn raw(text: &str) -> BTreeMap<String, String> {
    let line = |l: &str| l.split_once('=').map(|(n, v)| (n.trim().to_owned(), v.to_owned()));
    text.lines().filter(|l| !l.trim_start().starts_with('#')).filter_map(line).collect()
}

fn expand(
    text: &str,
    inner: &BTreeMap<String, String>,
    outer: &impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    super::interpolate::lenient(text, &|name| outer(name).or_else(|| inner.get(name).cloned()))
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        match c {
            '\\' if quote == '"' => escaped = !escaped,
            c if c == quote && !escaped => return Some(i),
            _ => escaped = false,
        }
    }
    None
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some('$') => out.push_str("$$"),
                Some(c @ ('"' | '\\')) => out.push(c),
                Some(c) => out.extend(['\\', c]),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_variables() {
        let text = "# c\n\nexport A=1\nB = two words # note\nC='$A # x'\nD=\"x\\n$A \\$A\"\nE=${A}${NO:-d}\nF\nG=\nH=\"a\nb\"\nI=a#b\n";
        let outer = |name: &str| (name == "F").then(|| "outer".to_owned());
        let got = parse(text, outer).unwrap();
        let want = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "$A # x"),
            ("D", "x\n1 $A"),
            ("E", "1d"),
            ("F", "outer"),
            ("G", ""),
            ("H", "a\nb"),
            ("I", "a#b"),
        ];
        assert_eq!(got, want.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        for (text, line, message) in [
            ("A=1\nA B=2", 2, "\"A B\" is no name of a variable"),
            ("A='x", 1, "has a quote that is not closed"),
            ("A='x' y", 1, "has text after the closing quote"),
            ("=x", 1, "\"\" is no name of a variable"),
        ] {
            assert_eq!(parse(text, |_| None), Err(Problem { line, message: message.into() }), "{text}");
        }
        assert_eq!(raw("A='x' #\n#B=1\n")["A"], "'x' #");
    }
}
