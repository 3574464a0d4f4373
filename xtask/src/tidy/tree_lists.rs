//! What a crate brings along is a decision: everything in its tree stands in a committed list, so that a change of it is seen by
//! whoever reads the change. `cargo xtask bless` writes the lists.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result};

use crate::cargo;

/// Where the lists are.
const FOLDER: &str = "xtask/baseline/trees";

/// Complains about each crate whose tree is another one than its list says.
pub(crate) fn check_workspace(root: &Path) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for (package, list) in lists(root)? {
        let file = format!("{FOLDER}/{package}.txt");
        let committed = fs::read_to_string(root.join(&file)).unwrap_or_default();
        complaints.extend(compare(&package, &file, &committed, &list));
    }
    Ok(complaints)
}

/// Writes every list.
pub(crate) fn bless(root: &Path) -> Result<String> {
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {FOLDER}"))?;
    let lists = lists(root)?;
    for (package, list) in &lists {
        let path = folder.join(format!("{package}.txt"));
        fs::write(&path, list).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(format!("{} lists are written to {FOLDER}", lists.len()))
}

/// The list of each library: what it brings without features, then what each feature adds.
fn lists(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut lists = BTreeMap::new();
    for package in cargo::libraries(root)? {
        let plain = cargo::tree(root, &package.name, "")?;
        let mut list = section("", &plain, plain.len());
        for feature in &package.features {
            let with = cargo::tree(root, &package.name, feature)?;
            let more: BTreeSet<String> = with.difference(&plain).cloned().collect();
            list += &section(&format!(" more with {feature}"), &more, more.len());
        }
        lists.insert(package.name, list);
    }
    Ok(lists)
}

fn section(title: &str, names: &BTreeSet<String>, count: usize) -> String {
    let names: String = names.iter().map(|name| format!("{name}\n")).collect();
    format!("# {count}{title}\n{names}")
}

fn compare(package: &str, file: &str, committed: &str, now: &str) -> Vec<String> {
    let lines = |text: &str| text.lines().filter(|l| !l.starts_with('#')).map(str::to_owned).collect::<BTreeSet<_>>();
    let (old, new) = (lines(committed), lines(now));
    let (more, gone) = (some(&(&new - &old)), some(&(&old - &new)));
    if committed == now {
        return Vec::new();
    }
    vec![format!(
        "{package} brings along another tree than {file} says (new: {more}; gone: {gone}): drop what is not needed, then write it \
         anew with cargo xtask bless"
    )]
}

/// The first few names.
fn some(names: &BTreeSet<String>) -> String {
    const SHOWN: usize = 12;
    let mut shown: Vec<&str> = names.iter().map(String::as_str).take(SHOWN).collect();
    let more = format!("{} more", names.len().saturating_sub(SHOWN));
    if names.len() > SHOWN {
        shown.push(&more);
    }
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_that_is_not_in_the_list_is_named() {
        let found = compare("a", "a.txt", "# 2\nserde\nsha2\n", "# 2\nserde\nring\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("(new: ring; gone: sha2)"), "{}", found[0]);
        assert!(compare("a", "a.txt", "# 1\nserde\n", "# 1\nserde\n").is_empty());
    }

    #[test]
    fn a_list_that_is_missing_is_found() {
        assert_eq!(compare("a", "a.txt", "", "# 1\nserde\n").len(), 1);
    }
}
