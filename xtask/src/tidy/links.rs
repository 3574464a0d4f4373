//! Documents point at what exists: relative links of every Markdown file, and the paths that ARCHITECTURE.md names.

use super::source::File;

/// Complains about each relative link, and each path in the map, for which `exists` (of a path from the root) is false.
pub(crate) fn check(documents: &[File], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut complaints = Vec::new();
    for document in documents {
        let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, link) in
            outside_code(&document.text).flat_map(|(line, text)| links(text).map(move |link| (line, link)))
        {
            if !exists(&join(folder, link)) {
                complaints.push(format!("{}:{line}: the link to `{link}` leads nowhere", document.path));
            }
        }
        if document.path == "ARCHITECTURE.md" {
            for (line, path) in
                outside_code(&document.text).flat_map(|(line, text)| paths(text).map(move |p| (line, p)))
            {
                if !exists(path) {
                    complaints.push(format!("{}:{line}: `{path}` does not exist", document.path));
                }
            }
        }
    }
    complaints
}

/// Lines outside fenced blocks, numbered from 1.
fn outside_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// Targets of `[text](target)` that are files of the repository.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?.split('#').next()?;
        (!target.is_empty() && !target.contains(':')).then_some(target)
    })
}

/// Words in backticks that read as a path of this repository: no blanks or placeholders, a slash inside.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|word| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
        word.trim_end_matches('/').contains('/') && !word.starts_with('/') && word.chars().all(plain)
    })
}

fn join(folder: &str, link: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::{super::source::planted, *};

    #[test]
    fn a_dead_link_is_found_and_a_live_one_is_not() {
        let text =
            "[ok](../README.md#why) [web](https://x.y) [here](#a)\n[dead](adr/0009.md)\n```\n[code](no.md)\n```\n";
        let complaints = check(&[planted("docs/a.md", text)], |path| path == "README.md");
        assert_eq!(complaints, ["docs/a.md:2: the link to `adr/0009.md` leads nowhere"]);
    }

    #[test]
    fn the_map_names_only_paths_that_exist() {
        let text = "`xtask/src/` `no/such/place` `GET /api` `templates/<name>/` `/healthz` `text`\n";
        let complaints = check(&[planted("ARCHITECTURE.md", text)], |path| path.starts_with("xtask"));
        assert_eq!(complaints, ["ARCHITECTURE.md:1: `no/such/place` does not exist"]);
        assert!(check(&[planted("README.md", text)], |_| false).is_empty());
    }
}
