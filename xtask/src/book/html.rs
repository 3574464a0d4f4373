//! Follows the links of a built book: what a reader would click on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result};

use crate::markdown;

/// The files of a book by their path from its root; the text of those that are pages.
pub(crate) type Pages = BTreeMap<String, Option<String>>;

/// Reads every file below `root`.
pub(crate) fn read(root: &Path) -> Result<Pages> {
    let mut pages = Pages::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            let is_page = name.ends_with(".html");
            let text = if is_page { Some(fs::read_to_string(&path).with_context(|| name.clone())?) } else { None };
            pages.insert(name, text);
        }
    }
    Ok(pages)
}

/// Complains about each link within the book to a file or a heading that is not there.
pub(crate) fn check(pages: &Pages) -> Vec<String> {
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .filter_map(|(name, text)| Some((name.as_str(), values(text.as_deref()?, " id=\"").collect())))
        .collect();
    let mut dead = Vec::new();
    for (name, text) in pages {
        // Two pages hold the whole book once more, with links as they are in the pages.
        if ["print.html", "toc.html", "404.html"].contains(&name.as_str()) {
            continue;
        }
        // What is shown in the page has to be in the book as well: it is read without a network.
        for picture in text.iter().flat_map(|text| values(text, "<img src=\"")).collect::<BTreeSet<_>>() {
            if picture.contains(':') || !pages.contains_key(&markdown::join(name, picture)) {
                dead.push(format!("{name}: the picture {picture}"));
            }
        }
        for link in text.iter().flat_map(|text| values(text, " href=\"")).collect::<BTreeSet<_>>() {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if path.contains(':') || path.starts_with("//") {
                continue;
            }
            let to = if path.is_empty() { name.clone() } else { markdown::join(name, path) };
            let there = pages.contains_key(&to);
            if !there || (!anchor.is_empty() && ids.get(to.as_str()).is_some_and(|ids| !ids.contains(anchor))) {
                dead.push(format!("{name}: {link}"));
            }
        }
    }
    dead
}

/// Texts between `before` and the next quotation mark.
fn values<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_files_and_dead_headings_are_found() {
        let page = |text: &str| Some(text.to_owned());
        let pages = Pages::from([
            (
                "index.html".into(),
                page(r##"<a href="docs/a.html#top"><a href="x.css"><a href="https://x.y"><a href="#no">"##),
            ),
            (
                "docs/a.html".into(),
                page(r##"<h1 id="top"><a href="../index.html"><a href="b.html"><a href="a.html#end">"##),
            ),
            ("x.css".into(), None),
        ]);
        assert_eq!(check(&pages), ["docs/a.html: a.html#end", "docs/a.html: b.html", "index.html: #no"]);
    }

    #[test]
    fn pictures_that_are_elsewhere_or_nowhere_are_found() {
        let text = r#"<img src="../a.png" alt=""><img src="b.png"><img src="https://x.y/c.png">"#;
        let pages = Pages::from([("docs/a.html".into(), Some(text.to_owned())), ("a.png".into(), None)]);
        let dead = ["docs/a.html: the picture b.png", "docs/a.html: the picture https://x.y/c.png"];
        assert_eq!(check(&pages), dead);
    }
}
