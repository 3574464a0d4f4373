//! Invariant 2: whatever deciding crates depend on, however deep, brings no runtime, HTTP, database or engine client.

use std::{collections::BTreeSet, path::Path, process::Command};

use anyhow::{Context, Result, bail};

/// Crates whose tree stays pure, built without default features (the core: without `engine`).
const PURE: [&str; 3] = ["miaas-core", "miaas-placement", "miaas-templates"];

const BANNED: [&str; 14] = [
    "tokio",
    "async-std",
    "smol",
    "mio",
    "hyper",
    "axum",
    "reqwest",
    "tungstenite",
    "sqlx",
    "sqlx-core",
    "rusqlite",
    "libsqlite3-sys",
    "bollard",
    "kube",
];

/// Resolves each pure crate with `cargo tree` and complains about what must not be there.
pub(crate) fn check_workspace(root: &Path) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for package in PURE {
        let output = Command::new("cargo")
            .args(["tree", "-p", package, "-e", "normal", "--no-default-features", "--prefix", "none", "-f", "{p}"])
            .current_dir(root)
            .output()
            .context("cannot run cargo tree")?;
        if !output.status.success() {
            bail!("cargo tree -p {package} failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        complaints.extend(check(package, &String::from_utf8_lossy(&output.stdout)));
    }
    Ok(complaints)
}

/// Complains about each banned crate in `tree`, the flat output of `cargo tree` for `package`.
fn check(package: &str, tree: &str) -> Vec<String> {
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let why =
        |found: &&str| format!("{package} pulls in {found}: cargo tree -p {package} -e normal -i {found} shows how");
    BANNED.iter().filter(|banned| names.contains(**banned)).map(why).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_anywhere_in_the_tree_is_found() {
        let tree = "miaas-placement v0.1.0 (/x)\nserde v1.0.0\ntokio v1.54.1\ntokio v1.54.1 (*)\n";
        assert_eq!(check("miaas-placement", tree).len(), 1);
        assert!(check("miaas-placement", "serde v1.0.0\ntokio-free v1.0.0\n").is_empty());
    }
}
