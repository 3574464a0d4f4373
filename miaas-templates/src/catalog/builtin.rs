//! The built-in templates, embedded when this crate is compiled.

macro_rules! template {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/", $name, "/template.yaml")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/", $name, "/compose.yaml.j2")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/", $name, "/README.md")),
        )
    };
}

/// Name, manifest, Compose template and README of each.
pub(super) const FILES: [(&str, &str, &str, &str); 2] = [template!("hello-world"), template!("redis")];
