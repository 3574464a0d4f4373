//! Documents point at what exists: relative links of every Markdown file with their headings, and the paths that ARCHITECTURE.md
//! names.

use std::collections::BTreeMap;

use super::source::File;
use crate::markdown;

/// Complains about each relative link, and each path in the map, for which `exists` (of a path from the root) is false, and about
/// each link to a heading that its document does not have.
pub(crate) fn check(documents: &[File], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let headings: BTreeMap<&str, Vec<String>> =
        documents.iter().map(|d| (d.path.as_str(), markdown::headings(&d.text))).collect();
    let mut complaints = Vec::new();
    for document in documents {
        for link in markdown::links(&document.text) {
            let (path, line) = (&document.path, link.line);
            let to = markdown::join(path, link.path);
            if !link.path.is_empty() && !exists(&to) {
                complaints.push(format!("{path}:{line}: the link to `{}` leads nowhere", link.path));
            } else if !link.heading.is_empty()
                && headings.get(to.as_str()).is_some_and(|all| !all.iter().any(|h| h == link.heading))
            {
                complaints.push(format!("{path}:{line}: {to} has no heading `#{}`", link.heading));
            }
        }
        if document.path == "ARCHITECTURE.md" {
            for (line, path) in
                markdown::outside_code(&document.text).flat_map(|(line, text)| paths(text).map(move |p| (line, p)))
            {
                if !exists(path) {
                    complaints.push(format!("{}:{line}: `{path}` does not exist", document.path));
                }
            }
        }
    }
    complaints
}

/// Words in backticks that read as a path of this repository: no blanks or placeholders, a slash inside.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|word| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
        word.trim_end_matches('/').contains('/') && !word.starts_with('/') && word.chars().all(plain)
    })
}

#[cfg(test)]
mod tests {
    use super::{super::source::planted, *};

    #[test]
    fn a_dead_link_is_found_and_a_live_one_is_not() {
        let text =
            "[ok](../README.md#why) [web](https://x.y) [here](#a)\n[dead](adr/0009.md)\n```\n[code](no.md)\n```\n# A\n";
        let complaints = check(&[planted("docs/a.md", text)], |path| path == "README.md");
        assert_eq!(complaints, ["docs/a.md:2: the link to `adr/0009.md` leads nowhere"]);
    }

    #[test]
    fn a_heading_that_is_not_there_is_found() {
        let documents =
            [planted("docs/a.md", "# A\n[ok](b.md#one) [bad](b.md#two) [bad](#b)\n"), planted("docs/b.md", "# One\n")];
        let complaints = check(&documents, |_| true);
        assert_eq!(
            complaints,
            ["docs/a.md:2: docs/b.md has no heading `#two`", "docs/a.md:2: docs/a.md has no heading `#b`"]
        );
    }

    #[test]
    fn the_map_names_only_paths_that_exist() {
        let text = "`xtask/src/` `no/such/place` `GET /api` `templates/<name>/` `/healthz` `text`\n";
        let complaints = check(&[planted("ARCHITECTURE.md", text)], |path| path.starts_with("xtask"));
        assert_eq!(complaints, ["ARCHITECTURE.md:1: `no/such/place` does not exist"]);
        assert!(check(&[planted("README.md", text)], |_| false).is_empty());
    }
}
