//! Each feature has to compile alone: what only compiles beside another one breaks for whoever takes it alone.

use std::path::Path;

use anyhow::{Result, bail};

use crate::cargo::{self, Package};

/// Checks every library without features, and with each alone.
pub(crate) fn run(root: &Path) -> Result<String> {
    let builds = builds(&cargo::libraries(root)?);
    let mut broken = Vec::new();
    for arguments in &builds {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if let Err(error) = cargo::ask(root, &arguments) {
            broken.push(format!("{error:#}"));
        }
    }
    if !broken.is_empty() {
        bail!("{} of {} builds are broken\n{}", broken.len(), builds.len(), broken.join("\n"));
    }
    Ok(format!("features: {} builds, each crate without features and with each alone", builds.len()))
}

fn builds(packages: &[Package]) -> Vec<Vec<String>> {
    let build = |package: &str, feature: Option<&String>| {
        let mut arguments = vec!["check", "-q", "-p", package, "--no-default-features"];
        arguments.extend(feature.into_iter().flat_map(|f| ["--features", f.as_str()]));
        arguments.into_iter().map(str::to_owned).collect::<Vec<String>>()
    };
    let of = |p: &Package| {
        let alone = p.features.iter().map(Some);
        std::iter::once(None).chain(alone).map(|feature| build(&p.name, feature)).collect::<Vec<_>>()
    };
    packages.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_feature_is_built_alone() {
        let package = Package {
            name: "a".into(),
            version: "0.1.0".into(),
            features: vec!["x".into(), "y".into()],
            is_library: true,
        };
        let builds: Vec<String> = builds(&[package]).into_iter().map(|b| b.join(" ")).collect();
        let plain = "check -q -p a --no-default-features";
        assert_eq!(builds, [plain.to_owned(), format!("{plain} --features x"), format!("{plain} --features y")]);
    }
}
