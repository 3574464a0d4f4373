//! Questions to cargo about the workspace.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its features, without `default`.
    pub(crate) features: Vec<String>,
    /// Whether others can depend on it.
    pub(crate) is_library: bool,
}

/// The crates that are published: `publish` of their manifests says so.
pub(crate) fn published(root: &Path) -> Result<Vec<Package>> {
    Ok(parse(&metadata(root)?))
}

/// Those of them that other programs take.
pub(crate) fn libraries(root: &Path) -> Result<Vec<Package>> {
    Ok(published(root)?.into_iter().filter(|p| p.is_library).collect())
}

/// Where cargo writes to.
pub(crate) fn target_directory(root: &Path) -> Result<PathBuf> {
    let metadata = metadata(root)?;
    Ok(PathBuf::from(metadata["target_directory"].as_str().context("cargo metadata names no target directory")?))
}

fn metadata(root: &Path) -> Result<Value> {
    serde_json::from_str(&ask(root, &["metadata", "--no-deps", "--format-version", "1"])?)
        .context("cargo metadata wrote no JSON")
}

fn parse(metadata: &Value) -> Vec<Package> {
    let package = |value: &Value| {
        let of_kind = |target: &Value| target["kind"].as_array().is_some_and(|k| k.iter().any(|k| k == "lib"));
        Package {
            name: value["name"].as_str().unwrap_or_default().to_owned(),
            version: value["version"].as_str().unwrap_or_default().to_owned(),
            features: value["features"]
                .as_object()
                .into_iter()
                .flat_map(|f| f.keys().cloned())
                .filter(|f| f != "default")
                .collect(),
            is_library: value["targets"].as_array().is_some_and(|targets| targets.iter().any(of_kind)),
        }
    };
    // No registry at all stands for `publish = false`.
    let is_published = |value: &&Value| value["publish"].as_array().is_none_or(|registries| !registries.is_empty());
    metadata["packages"].as_array().into_iter().flatten().filter(is_published).map(package).collect()
}

/// Names of everything that a crate with these features depends on, however deep, on Linux: the same on every machine.
pub(crate) fn tree(root: &Path, package: &str, features: &str) -> Result<BTreeSet<String>> {
    let target = "x86_64-unknown-linux-gnu";
    let mut arguments = vec!["tree", "-p", package, "-e", "normal", "--no-default-features", "--target", target];
    arguments.extend(["--features", features, "--prefix", "none", "-f", "{p}"]);
    let out = ask(root, &arguments)?;
    Ok(names(&out).into_iter().filter(|name| name != package).collect())
}

/// Names in the flat output of `cargo tree`.
fn names(tree: &str) -> BTreeSet<String> {
    tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Runs cargo and gives what it prints.
pub(crate) fn ask(root: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("cargo").args(arguments).current_dir(root).output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo {} failed:\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_published_is_left_out_and_programs_are_no_libraries() {
        let package = |name: &str, kind: &str, publish: Value| {
            serde_json::json!({
                "name": name, "version": "0.1.0", "features": {"default": [], "tls": []},
                "targets": [{"kind": [kind]}], "publish": publish,
            })
        };
        let metadata = serde_json::json!({"packages": [
            package("core", "lib", Value::Null), package("cli", "bin", Value::Null), package("benches", "lib", serde_json::json!([])),
        ]});
        let found: Vec<_> = parse(&metadata).into_iter().map(|p| (p.name, p.version, p.is_library)).collect();
        assert_eq!(found, [("core".into(), "0.1.0".into(), true), ("cli".into(), "0.1.0".into(), false)]);
        assert_eq!(parse(&metadata)[0].features, ["tls"]);
    }

    #[test]
    fn each_name_counts_once() {
        let tree = "miaas-core v0.1.0 (/x)\nserde v1.0.0\nserde v1.0.0 (*)\n\nsha2 v0.10.9\n";
        assert_eq!(names(tree).into_iter().collect::<Vec<_>>(), ["miaas-core", "serde", "sha2"]);
    }
}
