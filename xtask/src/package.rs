//! Each crate that is published has to be whole in its package: it is packed as it would be published, unpacked, and built there
//! with all its features, the others taken from their packages as well.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// The largest package that the registry takes, in bytes.
const LARGEST: u64 = 10 * 1024 * 1024;

/// What every package holds beside the code.
const EVERY: [&str; 3] = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// What is embedded when a crate is compiled, and would otherwise be missed by nobody but its users.
const EMBEDDED: [(&str, &str); 4] = [
    ("miaas-templates", "templates/redis/template.yaml"),
    ("miaas-store", "migrations/sqlite/0001_objects.sql"),
    ("miaas-store", "migrations/postgres/0001_objects.sql"),
    // Its folder has to be there, also when the page is not built.
    ("miaas-server", "page/.gitkeep"),
];

/// The web page as `make page` builds it: in the package of the server when it is there.
const PAGE: (&str, &str) = ("miaas-server", "page/index.html");

/// Packs and builds every crate that is published, and says how large each package is.
pub(crate) fn run(root: &Path) -> Result<String> {
    let packages = cargo::published(root)?;
    // Nobody looks into these builds: they need no debug information.
    let mut arguments = vec!["--config", "profile.dev.debug=0", "package", "--allow-dirty", "-q", "--all-features"];
    arguments.extend(packages.iter().flat_map(|p| ["-p", p.name.as_str()]));
    cargo::ask(root, &arguments)?;

    let built = cargo::target_directory(root)?.join("package");
    let has_page = root.join(PAGE.0).join(PAGE.1).exists();
    let mut sizes = Vec::new();
    let mut complaints = Vec::new();
    for package in &packages {
        let listed = cargo::ask(root, &["package", "--list", "--allow-dirty", "-q", "-p", &package.name])?;
        let lacks = missing(&package.name, &listed, has_page);
        complaints.extend(lacks.iter().map(|file| format!("the package of {} lacks {file}", package.name)));
        let file = built.join(format!("{}-{}.crate", package.name, package.version));
        let bytes = fs::metadata(&file).with_context(|| format!("cannot read {}", file.display()))?.len();
        complaints.extend(too_large(&package.name, bytes));
        sizes.push(format!("{} {} KiB", package.name, bytes.div_ceil(1024)));
    }
    if !complaints.is_empty() {
        bail!("{}", complaints.join("\n"));
    }
    let page = if has_page { "with the web page" } else { "without the web page (make page)" };
    Ok(format!("package: {} crates build from their packages, {page}: {}", packages.len(), sizes.join(", ")))
}

fn missing<'a>(package: &str, listed: &str, has_page: bool) -> Vec<&'a str> {
    let wanted = EMBEDDED.iter().chain(has_page.then_some(&PAGE));
    let wanted = EVERY.iter().chain(wanted.filter(|(of, _)| *of == package).map(|(_, file)| file));
    wanted.copied().filter(|file| !listed.lines().any(|line| line == *file)).collect()
}

fn too_large(package: &str, bytes: u64) -> Option<String> {
    (bytes > LARGEST).then(|| format!("the package of {package} has {bytes} bytes, the registry takes {LARGEST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_must_be_inside() {
        let every = "Cargo.toml\nREADME.md\nLICENSE-APACHE\nLICENSE-MIT\nsrc/lib.rs\n";
        assert_eq!(missing("miaas-templates", every, false), ["templates/redis/template.yaml"]);
        assert!(missing("miaas-templates", &format!("{every}templates/redis/template.yaml\n"), false).is_empty());
        assert!(missing("miaas-core", every, true).is_empty());
        assert_eq!(missing("miaas-core", "README.md\n", true), ["LICENSE-APACHE", "LICENSE-MIT"]);
    }

    #[test]
    fn a_page_that_was_built_must_be_inside() {
        let without = "README.md\nLICENSE-APACHE\nLICENSE-MIT\npage/.gitkeep\n";
        assert_eq!(missing("miaas-server", without, true), ["page/index.html"]);
        assert!(missing("miaas-server", without, false).is_empty());
    }

    #[test]
    fn what_the_registry_would_refuse_is_told() {
        assert!(too_large("a", LARGEST).is_none());
        assert!(too_large("a", LARGEST + 1).is_some_and(|said| said.contains("the package of a has 10485761 bytes")));
    }
}
