//! Each library has to be whole in its package: what it embeds lies inside, and cargo packs it.

use std::path::Path;

use anyhow::{Result, bail};

use crate::cargo;

/// Packs every library as it would be published: what it needs must be inside.
pub(crate) fn run(root: &Path) -> Result<String> {
    let packages = cargo::libraries(root)?;
    let mut arguments = vec!["package", "--no-verify", "--allow-dirty", "-q"];
    arguments.extend(packages.iter().flat_map(|p| ["-p", p.name.as_str()]));
    cargo::ask(root, &arguments)?;
    for package in &packages {
        let listed = cargo::ask(root, &["package", "--list", "--allow-dirty", "-q", "-p", &package.name])?;
        let missing = missing(&package.name, &listed);
        if !missing.is_empty() {
            bail!("the package of {} lacks {}", package.name, missing.join(", "));
        }
    }
    Ok(format!("package: {} libraries can be packed", packages.len()))
}

/// What is embedded when a library is compiled, and so has to be inside.
const EMBEDDED: [(&str, &str); 3] = [
    ("miaas-templates", "templates/redis/template.yaml"),
    ("miaas-store", "migrations/sqlite/0001_objects.sql"),
    ("miaas-store", "migrations/postgres/0001_objects.sql"),
];

fn missing(package: &str, listed: &str) -> Vec<&'static str> {
    let inside = |file: &str| listed.lines().any(|line| line == file);
    EMBEDDED.iter().filter(|(of, file)| *of == package && !inside(file)).map(|(_, file)| *file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_must_be_inside() {
        assert_eq!(missing("miaas-templates", "Cargo.toml\nsrc/lib.rs\n"), ["templates/redis/template.yaml"]);
        assert!(missing("miaas-templates", "templates/redis/template.yaml\n").is_empty());
        assert!(missing("miaas-core", "src/lib.rs\n").is_empty());
    }
}
