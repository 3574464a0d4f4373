//! Invariant 2: whatever deciding crates depend on, however deep, brings no runtime, HTTP, database or engine client; and the loop
//! of the core brings a runtime and nothing that reaches out.

use std::{collections::BTreeSet, path::Path};

use anyhow::Result;

use crate::cargo;

/// What reaches out of a process.
const REACHING: [&str; 16] = [
    "mio",
    "socket2",
    "hyper",
    "axum",
    "axum-core",
    "reqwest",
    "rustls",
    "native-tls",
    "tungstenite",
    "sqlx",
    "sqlx-core",
    "rusqlite",
    "libsqlite3-sys",
    "bollard",
    "kube",
    "pyo3",
];

/// What runs futures.
const RUNTIMES: [&str; 3] = ["tokio", "async-std", "smol"];

/// Crates whose trees stay pure, each with its features, and whether it may have a runtime.
const PURE: [(&str, &str, bool); 5] = [
    ("miaas-core", "", false),
    ("miaas-core", "openapi", false),
    ("miaas-core", "engine,testing", true),
    ("miaas-placement", "", false),
    ("miaas-templates", "", false),
];

/// Resolves each pure crate and complains about what must not be there.
pub(crate) fn check_workspace(root: &Path) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for (package, features, runtime) in PURE {
        complaints.extend(check(package, features, runtime, &cargo::tree(root, package, features)?));
    }
    Ok(complaints)
}

fn check(package: &str, features: &str, runtime: bool, tree: &BTreeSet<String>) -> Vec<String> {
    let with = if features.is_empty() { String::new() } else { format!(" --features {features}") };
    let why = |found: &&str| {
        format!("{package} pulls in {found}: cargo tree -p {package}{with} -e normal -i {found} shows how")
    };
    let runtimes = RUNTIMES.iter().filter(|_| !runtime);
    REACHING.iter().chain(runtimes).filter(|banned| tree.contains(**banned)).map(why).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_anywhere_in_the_tree_is_found() {
        let tree = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let found = check("miaas-placement", "", false, &tree(&["serde", "tokio", "mio"]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(check("miaas-placement", "", false, &tree(&["serde", "tokio-free"])).is_empty());
        let found = check("miaas-core", "engine", true, &tree(&["tokio", "mio"]));
        assert_eq!(
            found,
            ["miaas-core pulls in mio: cargo tree -p miaas-core --features engine -e normal -i mio shows how"]
        );
    }
}
