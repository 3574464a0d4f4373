//! From files of the repository to the sources of a book: the pages that the summary names, with what they include, under the paths
//! that they have in the repository, so that links between them hold. Pure but for `read`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::markdown;

/// Where links go that leave the book.
const REPOSITORY: &str = "https://github.com/miaas/miaas/blob/main";

/// The sources of a book.
#[derive(Debug)]
pub(crate) struct Staged {
    /// Texts by their path.
    pub(crate) files: BTreeMap<String, String>,
    /// Paths of pictures that the pages show: to be there as they are.
    pub(crate) pictures: BTreeSet<String>,
    /// How many of them are pages.
    pub(crate) pages: usize,
}

/// Collects what `summary` names. `read` gives the text of a file by its path from the root.
pub(crate) fn stage(read: &impl Fn(&str) -> Option<String>, summary: &str) -> Result<Staged> {
    let get = |path: &str| read(path).with_context(|| format!("{path} cannot be read"));
    let contents = get(summary)?;
    let pages: BTreeSet<String> = markdown::links(&contents).map(|link| markdown::join(summary, link.path)).collect();
    let (mut files, mut pictures) = (BTreeMap::new(), BTreeSet::new());
    for path in &pages {
        let text = get(path).with_context(|| format!("{summary} names a page that is not there"))?;
        for included in includes(&text) {
            let included = markdown::join(path, included);
            let text = get(&included).with_context(|| format!("{path} includes a file that is not there"))?;
            files.insert(included, text);
        }
        pictures.extend(markdown::links(&text).map(|link| markdown::join(path, link.path)).filter(|to| is_picture(to)));
        files.insert(path.clone(), linked(path, &text, &pages));
    }
    // A summary is at the root of a book, and its links start there.
    let contents = markdown::map_links(&contents, |link| Some(markdown::join(summary, link.path) + &link.anchor()));
    files.insert("SUMMARY.md".to_owned(), contents);
    Ok(Staged { files, pictures, pages: pages.len() })
}

/// The page with links out of the book made absolute.
fn linked(path: &str, text: &str, pages: &BTreeSet<String>) -> String {
    markdown::map_links(text, |link| {
        let to = markdown::join(path, link.path);
        let stays = link.path.is_empty() || pages.contains(&to) || is_picture(&to);
        (!stays).then(|| format!("{REPOSITORY}/{to}{}", link.anchor()))
    })
}

fn is_picture(path: &str) -> bool {
    [".png", ".svg", ".jpg"].iter().any(|end| path.ends_with(end))
}

/// Paths of `{{#include PATH}}`, without what follows a colon.
fn includes(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{#include ").skip(1).filter_map(|rest| Some(rest.split("}}").next()?.split(':').next()?.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &str); 5] = [
        ("docs/SUMMARY.md", "# Summary\n\n[Overview](../README.md)\n- [A](a.md)\n- [One](adr/1.md)\n"),
        ("README.md", "[a](docs/a.md#top) [code](core/src/lib.rs) [web](https://x.y)\n"),
        ("docs/a.md", "[here](#top) [one](adr/1.md) [up](../README.md)\n{{#include ../core/src/lib.rs:part}}\n"),
        ("docs/adr/1.md", "[a](../a.md) ![seen](../images/a.png)\n```\n[not a link](../b.md)\n```\n"),
        ("core/src/lib.rs", "//! [a](b.md)\n"),
    ];

    fn read(path: &str) -> Option<String> {
        FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
    }

    #[test]
    fn pages_keep_their_paths_and_links_out_of_the_book_become_absolute() {
        let staged = stage(&read, "docs/SUMMARY.md").unwrap();
        let file = |path: &str| staged.files[path].as_str();
        assert_eq!(staged.pages, 3);
        assert_eq!(staged.pictures, BTreeSet::from(["docs/images/a.png".to_owned()]));
        assert_eq!(
            file("SUMMARY.md"),
            "# Summary\n\n[Overview](README.md)\n- [A](docs/a.md)\n- [One](docs/adr/1.md)\n"
        );
        assert_eq!(
            file("README.md"),
            "[a](docs/a.md#top) [code](https://github.com/miaas/miaas/blob/main/core/src/lib.rs) [web](https://x.y)\n"
        );
        for same in ["docs/a.md", "docs/adr/1.md", "core/src/lib.rs"] {
            assert_eq!(file(same), read(same).unwrap(), "{same} is as it was");
        }
    }

    #[test]
    fn a_page_or_an_include_that_is_not_there_is_named() {
        let without = |gone: &'static str| move |path: &str| if path == gone { None } else { read(path) };
        let error = stage(&without("docs/a.md"), "docs/SUMMARY.md").unwrap_err();
        assert!(
            format!("{error:#}").contains("docs/SUMMARY.md names a page that is not there: docs/a.md"),
            "{error:#}"
        );
        let error = stage(&without("core/src/lib.rs"), "docs/SUMMARY.md").unwrap_err();
        assert!(format!("{error:#}").contains("docs/a.md includes a file that is not there"), "{error:#}");
    }
}
