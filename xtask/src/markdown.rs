//! The little that the checks need to know of Markdown.

/// A link to a file of the repository, or to a heading of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link<'a> {
    /// Line, from 1.
    pub(crate) line: usize,
    /// Relative path; empty for the document itself.
    pub(crate) path: &'a str,
    /// The heading; empty for the whole file.
    pub(crate) heading: &'a str,
}

impl Link<'_> {
    /// `#heading`, or nothing.
    pub(crate) fn anchor(&self) -> String {
        if self.heading.is_empty() { String::new() } else { format!("#{}", self.heading) }
    }
}

/// Lines outside fenced blocks, numbered from 1.
pub(crate) fn outside_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// Links outside fenced blocks that lead to no other place than this repository.
pub(crate) fn links(text: &str) -> impl Iterator<Item = Link<'_>> {
    outside_code(text).flat_map(|(line, text)| targets(text).filter_map(move |target| link(line, target)))
}

/// The text with each link replaced by what `new` gives for it.
pub(crate) fn map_links(text: &str, new: impl Fn(Link<'_>) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fenced = false;
    for line in text.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        if fenced || fence {
            out.push_str(line);
            continue;
        }
        let mut rest = line;
        for target in targets(line) {
            let Some(replaced) = link(0, target).and_then(&new) else { continue };
            let Some(at) = rest.find(&format!("]({target})")) else { continue };
            out.push_str(&rest[..at]);
            out.push_str(&format!("]({replaced})"));
            rest = &rest[at + target.len() + 3..];
        }
        out.push_str(rest);
    }
    out
}

/// What stands between the round brackets of `[text](target)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn link(line: usize, target: &str) -> Option<Link<'_>> {
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let here = !target.is_empty() && !path.contains(':') && !path.contains(' ');
    here.then_some(Link { line, path, heading })
}

/// The path from the root that `link` means in the file `document`.
pub(crate) fn join(document: &str, link: &str) -> String {
    if link.is_empty() {
        return document.to_owned();
    }
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// The names by which headings are linked to, as GitHub and mdBook make them.
pub(crate) fn headings(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let titles = outside_code(text).filter(|(_, line)| line.starts_with('#'));
    for (_, title) in titles {
        let title = title.trim_start_matches('#').trim();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        let name: String = kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect();
        let before = names.iter().filter(|other| {
            let number = other.strip_prefix(&name).and_then(|rest| rest.strip_prefix('-'));
            **other == name || number.is_some_and(|n| n.parse::<usize>().is_ok())
        });
        let before = before.count();
        names.push(if before == 0 { name } else { format!("{name}-{before}") });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_code_and_not_to_other_places() {
        let text = "[a](b.md#c) [web](https://x.y) [mail](mailto:a@b)\n```\n[code](no.md)\n```\n[here](#d)\n";
        let found: Vec<_> = links(text).map(|l| (l.line, l.path, l.heading)).collect();
        assert_eq!(found, [(1, "b.md", "c"), (5, "", "d")]);
    }

    #[test]
    fn links_are_replaced_where_they_stand() {
        let text = "[a](x.md) and [a](x.md) [b](y.md#z)\n```\n[a](x.md)\n```\n";
        let new = |link: Link<'_>| (link.path == "x.md").then(|| "new".to_owned());
        assert_eq!(map_links(text, new), "[a](new) and [a](new) [b](y.md#z)\n```\n[a](x.md)\n```\n");
    }

    #[test]
    fn headings_have_the_names_that_links_use() {
        let text = "# Why there, why not, and what if\n## `code` & more\n## Twice\n## Twice\n```\n# no heading\n```\n";
        assert_eq!(headings(text), ["why-there-why-not-and-what-if", "code--more", "twice", "twice-1"]);
    }

    #[test]
    fn paths_are_joined_from_the_document() {
        for (document, link, path) in [
            ("docs/a.md", "../README.md", "README.md"),
            ("docs/adr/1.md", "./2.md", "docs/adr/2.md"),
            ("README.md", "docs/a.md", "docs/a.md"),
            ("docs/a.md", "", "docs/a.md"),
        ] {
            assert_eq!(join(document, link), path);
        }
    }
}
