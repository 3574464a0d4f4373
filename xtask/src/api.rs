//! The public API of every library as text, so that a change of it is seen by whoever reads the change. It is read from what
//! rustdoc writes, which a stable compiler can make: each public item with its declaration, and its methods with their signatures.
//! `cargo xtask api` compares with the committed lists, `cargo xtask api --bless` writes them.

mod page;

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// Where the lists are.
const FOLDER: &str = "xtask/baseline/api";

/// Documents every library and compares its items with the list of it, or writes the list.
pub(crate) fn run(root: &Path, bless: bool) -> Result<String> {
    let packages = cargo::libraries(root)?;
    let mut arguments = vec!["doc", "-q", "--no-deps", "--all-features", "--lib"];
    arguments.extend(packages.iter().flat_map(|p| ["-p", p.name.as_str()]));
    cargo::ask(root, &arguments)?;
    let docs = cargo::target_directory(root)?.join("doc");
    let mut complaints = Vec::new();
    for package in &packages {
        let list = listing(&docs.join(package.name.replace('-', "_")))?;
        let file = root.join(FOLDER).join(format!("{}.txt", package.name));
        if bless {
            fs::create_dir_all(root.join(FOLDER)).with_context(|| format!("cannot make {FOLDER}"))?;
            fs::write(&file, &list).with_context(|| format!("cannot write {}", file.display()))?;
        } else {
            let committed = fs::read_to_string(&file).unwrap_or_default();
            complaints.extend(differences(&committed, &list).map(|line| format!("{}: {line}", package.name)));
        }
    }
    if !complaints.is_empty() {
        let hint = "when that is meant, say so in CHANGELOG.md and write the lists anew: cargo xtask api --bless";
        bail!("the public API is another one than {FOLDER} says\n{}\n{hint}", complaints.join("\n"));
    }
    Ok(format!("api: {} libraries as in {FOLDER}", packages.len()))
}

/// One line for each item and method of a documented crate, in order.
fn listing(docs: &Path) -> Result<String> {
    let read = |path: &str| {
        let path = docs.join(path);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let mut lines = BTreeSet::new();
    for item in page::items(&read("all.html")?) {
        lines.extend(page::lines(&item.path, &read(&item.file)?));
    }
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// Lines that are gone and lines that are new.
fn differences<'a>(committed: &'a str, now: &'a str) -> impl Iterator<Item = String> + use<'a> {
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (committed.lines().collect(), now.lines().collect());
    let gone: Vec<String> = old.difference(&new).map(|line| format!("- {line}")).collect();
    let added: Vec<String> = new.difference(&old).map(|line| format!("+ {line}")).collect();
    gone.into_iter().chain(added)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_is_told() {
        let found: Vec<String> = differences("a\nb\n", "b\nc\n").collect();
        assert_eq!(found, ["- a", "+ c"]);
        assert_eq!(differences("a\n", "a\n").count(), 0);
    }
}
