//! Command lines: a list, or a text that is split like a shell does.

use super::cursor::{Cursor, Report};
use crate::yaml::Value;

/// A command line. An empty list is one: it takes the image's away.
pub(super) fn read(at: &Cursor<'_>, report: &mut Report) -> Option<Vec<String>> {
    match at.value {
        Value::Scalar(_) => at.parsed(report, split),
        _ => Some(at.texts(report)),
    }
}

/// Splits at white space outside of quotes, without expanding anything.
fn split(text: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(c) => word.push(c),
                        None => return Err("has a quote that is not closed"),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                            Some('\n') => {}
                            Some(c) => word.extend(['\\', c]),
                            None => return Err("has a quote that is not closed"),
                        },
                        Some(c) => word.push(c),
                        None => return Err("has a quote that is not closed"),
                    }
                }
            }
            '\\' => match chars.next() {
                Some('\n') => {}
                Some(c) => word.get_or_insert_default().push(c),
                None => return Err("ends with a backslash"),
            },
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn splits_like_a_shell() {
        for (text, want) in [
            ("a b  c", Ok(vec!["a", "b", "c"])),
            ("sh -c 'echo \"$x\" && y'", Ok(vec!["sh", "-c", "echo \"$x\" && y"])),
            ("a \"b \\\"c\\\" \\n\" d\\ e", Ok(vec!["a", "b \"c\" \\n", "d e"])),
            ("a '' \"\"", Ok(vec!["a", "", ""])),
            ("a'b'c", Ok(vec!["abc"])),
            ("", Ok(vec![])),
            ("a 'b", Err("has a quote that is not closed")),
            ("a\\", Err("ends with a backslash")),
        ] {
            let want: Result<Vec<String>, _> = want.map(|v| v.into_iter().map(String::from).collect());
            assert_eq!(split(text), want, "{text}");
        }
    }
}
