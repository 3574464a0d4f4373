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
pub(super) const FILES: &[(&str, &str, &str, &str)] = &[
    template!("caddy"),
    template!("chroma"),
    template!("grafana"),
    template!("hello-world"),
    template!("litellm"),
    template!("loki"),
    template!("milvus"),
    template!("minio"),
    template!("mlflow"),
    template!("nats"),
    template!("open-webui"),
    template!("postgres"),
    template!("prometheus"),
    template!("qdrant"),
    template!("redis"),
    template!("redpanda"),
    template!("traefik"),
    template!("valkey"),
    template!("weaviate"),
];
