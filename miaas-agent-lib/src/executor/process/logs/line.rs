//! One line of a log file: milliseconds, stream, text, separated by tabs.

/// A line as it stands in a log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamped {
    pub millis: i64,
    pub stderr: bool,
    pub text: String,
}

/// Appends a line; bytes that are no UTF-8 are replaced.
pub(super) fn write(out: &mut Vec<u8>, millis: i64, stderr: bool, text: &[u8]) {
    out.extend_from_slice(millis.to_string().as_bytes());
    out.extend_from_slice(if stderr { b"\te\t" } else { b"\to\t" });
    out.extend_from_slice(String::from_utf8_lossy(text).as_bytes());
    out.push(b'\n');
}

/// Reads a line back; none when it is not one (a file cut off by a loss of power).
pub(super) fn parse(line: &[u8]) -> Option<Stamped> {
    let text = String::from_utf8_lossy(line.strip_suffix(b"\n")?);
    let mut parts = text.splitn(3, '\t');
    let millis = parts.next()?.parse().ok()?;
    let stderr = match parts.next()? {
        "e" => true,
        "o" => false,
        _ => return None,
    };
    Some(Stamped { millis, stderr, text: parts.next()?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_as_they_were() {
        for (stderr, text) in [(false, ""), (true, " a\tb "), (false, "ä火")] {
            let mut out = Vec::new();
            write(&mut out, 1_234, stderr, text.as_bytes());
            assert_eq!(parse(&out), Some(Stamped { millis: 1_234, stderr, text: text.to_owned() }));
        }
        for bad in [&b"12\to\tcut off"[..], b"x\to\ttext\n", b"1\tz\ttext\n", b"\n", b""] {
            assert_eq!(parse(bad), None);
        }
    }
}
