//! Invariants 1 and 4: sibling crates never depend on each other, and some dependencies belong to one crate.
//! `deny.toml` says the same about the resolved graph; this names the manifest that broke the rule, and needs no tool.

use std::{collections::BTreeMap, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Crates that siblings stand on.
const FOUNDATION: [&str; 2] = ["miaas-core", "miaas-tls"];

/// Crates between the core and the composition roots.
const SIBLINGS: [&str; 5] = ["miaas-placement", "miaas-templates", "miaas-agent-lib", "miaas-store", "miaas-client"];

/// Dependencies that belong to somebody. One of the examples is an application with routes of its own.
const OWNED: [(&str, &[&str]); 5] = [
    ("axum", &["miaas-server", "miaas-examples"]),
    ("bollard", &["miaas-agent-lib"]),
    ("sqlx", &["miaas-store"]),
    ("rusqlite", &["miaas-store"]),
    ("pyo3", &["miaas-python"]),
];

/// What each workspace member declares, of every kind (also for tests and build scripts).
pub(crate) type Manifest = BTreeMap<String, Vec<String>>;

/// Reads the workspace at `root` with `cargo metadata`.
pub(crate) fn workspace(root: &Path) -> Result<Manifest> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cannot run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(parse(&serde_json::from_slice(&output.stdout).context("cargo metadata wrote no JSON")?))
}

fn parse(metadata: &Value) -> Manifest {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    list(&metadata["packages"])
        .iter()
        .map(|package| (name(package), list(&package["dependencies"]).iter().map(name).collect()))
        .collect()
}

/// Complains about each dependency that a layer may not have.
pub(crate) fn check(workspace: &Manifest) -> Vec<String> {
    let mut complaints = Vec::new();
    for (package, dependencies) in workspace {
        for dependency in dependencies {
            let foreign = |owners: &[&str]| !owners.contains(&package.as_str());
            if let Some((_, owners)) = OWNED.iter().find(|(owned, owners)| owned == dependency && foreign(owners)) {
                let owners = owners.join(" and ");
                complaints.push(format!("{package} depends on {dependency}, which belongs to {owners} alone"));
            }
            let ours = workspace.contains_key(dependency) && dependency != package;
            if package == "miaas-core" && ours {
                complaints
                    .push(format!("miaas-core depends on {dependency}: the core depends on no other crate of ours"));
            }
            if SIBLINGS.contains(&package.as_str()) && ours && !FOUNDATION.contains(&dependency.as_str()) {
                complaints.push(format!("{package} depends on {dependency}: siblings meet only in composition roots"));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(packages: &Value) -> Vec<String> {
        check(&parse(&serde_json::json!({ "packages": packages })))
    }

    #[test]
    fn each_broken_layer_is_found() {
        let found = complaints(&serde_json::json!([
            {"name": "miaas-core", "dependencies": [{"name": "miaas-core"}, {"name": "miaas-store"}]},
            {"name": "miaas-store", "dependencies": [{"name": "miaas-core"}, {"name": "miaas-templates", "kind": "dev"}]},
            {"name": "miaas-templates", "dependencies": [{"name": "axum"}]},
        ]));
        assert_eq!(
            found,
            [
                "miaas-core depends on miaas-store: the core depends on no other crate of ours",
                "miaas-store depends on miaas-templates: siblings meet only in composition roots",
                "miaas-templates depends on axum, which belongs to miaas-server and miaas-examples alone",
            ]
        );
    }

    #[test]
    fn composition_roots_may_see_everything() {
        let found = complaints(&serde_json::json!([
            {"name": "miaas-core", "dependencies": []},
            {"name": "miaas-store", "dependencies": [{"name": "miaas-core"}, {"name": "sqlx"}]},
            {"name": "miaas-server", "dependencies": [{"name": "axum"}, {"name": "miaas-store"}]},
        ]));
        assert!(found.is_empty(), "{found:?}");
    }
}
