//! Paths of a node, compared by their parts. Nothing here can see symbolic links: an allowed root must not hold any that
//! others can make.

/// An absolute path without `.`, `..` and empty parts.
pub(super) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Whether `path` is `root` or below it; both are [`normal`].
pub(super) fn inside(path: &str, root: &str) -> bool {
    root == "/" || path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
