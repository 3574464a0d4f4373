//! Image references.

/// Checks `[domain[:port]/]path[:tag][@digest]`.
///
/// # Errors
/// The rule that it breaks.
pub fn check_reference(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if text.len() > 512 {
        return Err("it is too long".into());
    }
    let (name, digest) = text.split_once('@').map_or((text, None), |(n, d)| (n, Some(d)));
    if let Some(digest) = digest {
        let hex = digest.strip_prefix("sha256:").ok_or("the digest must start with sha256:")?;
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err("the digest must have 64 hexadecimal digits in lower case".into());
        }
    }
    let (path, tag) = split_tag(name);
    if let Some(tag) = tag {
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let ok = tag.len() <= 128
            && tag.bytes().next().is_some_and(word)
            && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-');
        if !ok {
            return Err(format!("the tag {tag:?} must be letters, digits, '_', '.' and '-'"));
        }
    }
    let mut parts = path.split('/').peekable();
    if let Some(first) = path.split('/').next()
        && path.contains('/')
        && (first.contains(['.', ':']) || first == "localhost")
    {
        check_domain(first)?;
        parts.next();
    }
    parts.try_for_each(check_component)
}

/// Whether a reference says which version it means.
#[must_use]
pub fn is_pinned(text: &str) -> bool {
    text.contains('@') || split_tag(text).1.is_some_and(|tag| tag != "latest")
}

/// Checks what stands before the name of an image; empty is allowed, a slash at the end does not matter.
///
/// # Errors
/// The rule that it breaks.
pub fn check_prefix(prefix: &str) -> Result<(), String> {
    let prefix = prefix.trim_end_matches('/');
    if prefix.is_empty() { Ok(()) } else { check_reference(&format!("{prefix}/x")) }
}

fn split_tag(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (name, None),
    }
}

fn check_domain(domain: &str) -> Result<(), String> {
    let (host, port) = domain.split_once(':').map_or((domain, None), |(h, p)| (h, Some(p)));
    if port.is_some_and(|p| p.parse::<u16>().is_err()) {
        return Err(format!("the registry {domain:?} has no valid port"));
    }
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if host.split('.').all(label) { Ok(()) } else { Err(format!("the registry {domain:?} is no host name")) }
}

fn check_component(part: &str) -> Result<(), String> {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let inner = part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
    if inner && edge(part.bytes().next()) && edge(part.bytes().last()) && !part.contains("..") && !part.contains("___")
    {
        return Ok(());
    }
    Err(format!("{part:?} must be lower case letters and digits, with single '.', '_' or '-' inside"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let digest = format!("redis@sha256:{}", "a".repeat(64));
        for text in
            ["redis", "redis:7.4-alpine", "docker.io/library/redis:7", "localhost:5000/a/b:x", "a.b/c_d/e-f:1", &digest]
        {
            assert_eq!(check_reference(text), Ok(()), "{text}");
        }
        for (text, why) in [
            ("", "it is empty"),
            ("Redis", "\"Redis\" must be lower case letters and digits, with single '.', '_' or '-' inside"),
            ("a//b", "\"\" must be lower case letters and digits, with single '.', '_' or '-' inside"),
            ("/redis", "\"\" must be lower case letters and digits, with single '.', '_' or '-' inside"),
            ("redis:", "the tag \"\" must be letters, digits, '_', '.' and '-'"),
            ("redis:a b", "the tag \"a b\" must be letters, digits, '_', '.' and '-'"),
            ("redis@md5:1", "the digest must start with sha256:"),
            ("localhost:x/redis", "the registry \"localhost:x\" has no valid port"),
            ("-a.b/c", "the registry \"-a.b\" is no host name"),
            ("redis\nx", "\"redis\\nx\" must be lower case letters and digits, with single '.', '_' or '-' inside"),
        ] {
            assert_eq!(check_reference(text), Err(why.to_owned()), "{text}");
        }
        assert!(
            is_pinned("redis:7")
                && is_pinned(&digest)
                && !is_pinned("localhost:5000/redis")
                && !is_pinned("redis:latest")
        );
    }

    #[test]
    fn prefixes() {
        for ok in ["", "/", "docker.io/library", "localhost:5000", "127.0.0.1:5000/", "team"] {
            assert_eq!(check_prefix(ok), Ok(()), "{ok}");
        }
        for bad in ["a b", "x:tag/y", "https://docker.io", "A", "a@b"] {
            assert!(check_prefix(bad).is_err(), "{bad}");
        }
    }
}
