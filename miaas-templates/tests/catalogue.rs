//! What every template of the catalogue must keep to (T5, T9), whatever it deploys.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use std::{collections::BTreeMap, fs, path::PathBuf};

use common::{render, renderer, template};
use miaas_core::{
    model::{Deployment, ExecutorKind, WorkloadSpec},
    port::Renderer as _,
};
use miaas_templates::{Entry, compose::image::is_pinned, manifest::ParamType, params::fill_generated};

/// Services that no program inside can ask for health.
const WITHOUT_HEALTH_CHECK: [&str; 2] = ["langfuse/worker", "portainer-agent/agent"];

fn directory(entry: &Entry) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../templates").join(&entry.manifest.name)
}

/// Parameter values of every example, by the name of the file.
fn examples(entry: &Entry) -> BTreeMap<String, serde_json::Value> {
    let files = fs::read_dir(directory(entry).join("examples")).unwrap();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let values = serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        (path.file_stem().unwrap().to_string_lossy().into_owned(), values)
    };
    files.map(|file| read(file.unwrap().path())).collect()
}

/// The deployment of an example, with passwords made as the server makes them.
fn deployment(entry: &Entry, values: &serde_json::Value) -> Deployment {
    let mut params = serde_json::from_value(values.clone()).unwrap();
    fill_generated(&entry.manifest, &mut params, &mut || Ok::<_, ()>([7; 32])).unwrap();
    template(&entry.manifest.name, serde_json::to_value(&params).unwrap())
}

/// Every example on every executor, as it runs.
fn rendered(entry: &Entry) -> Vec<(String, ExecutorKind, serde_json::Value, WorkloadSpec)> {
    let mut out = Vec::new();
    for (name, values) in examples(entry) {
        for executor in &entry.manifest.executors {
            let spec = render(&deployment(entry, &values), *executor).spec;
            out.push((name.clone(), *executor, values.clone(), spec));
        }
    }
    out
}

#[test]
fn t5_every_component_is_described() {
    for entry in renderer().catalog().list() {
        let m = &entry.manifest;
        let name = &m.name;
        assert!(m.description.ends_with('.') && m.description.len() <= 160, "{name}: description");
        assert!(m.category.is_some() && m.tags.len() >= 3, "{name}: category and tags");
        for p in &m.parameters {
            assert!(!p.label.is_empty() && p.help.ends_with('.'), "{name}: {} has no label or help", p.name);
            let row = format!("| `{}` |", p.name);
            assert!(entry.readme.contains(&row), "{name}: README.md has no row {row}");
        }
        assert!(!m.outputs.is_empty(), "{name}: nobody learns where it is");
        assert!(examples(entry).len() >= 2, "{name}: a minimal and a realistic example");
        let icon =
            fs::read_to_string(directory(entry).join("icon.svg")).unwrap_or_else(|e| panic!("{name}: icon: {e}"));
        assert!(icon.len() <= 8 << 10 && icon.contains("viewBox=\"0 0 64 64\""), "{name}: icon");
        assert!(!icon.contains("<script") && !icon.contains("href"), "{name}: the icon must be a drawing and no more");
    }
}

#[test]
fn t5_images_are_pinned_and_what_runs_is_bounded() {
    for entry in renderer().catalog().list() {
        for (example, executor, values, spec) in rendered(entry) {
            let at = format!("{} ({example}, {executor})", entry.manifest.name);
            for (service, s) in &spec.services {
                assert!(s.image.is_empty() || is_pinned(&s.image), "{at}: {service}: {} is not pinned", s.image);
                assert!(s.limits.mem_mib.is_some(), "{at}: {service}: no limit of memory");
                let excused = WITHOUT_HEALTH_CHECK.contains(&format!("{}/{service}", entry.manifest.name).as_str());
                assert_eq!(s.healthcheck.is_none(), excused, "{at}: {service}: health check");
            }
            let limits: u64 = spec.services.values().filter_map(|s| s.limits.mem_mib).sum();
            let reserved = renderer().demand(&deployment(entry, &values)).unwrap()[0].resources.mem_mib;
            assert_eq!(limits, reserved, "{at}: what is reserved is not what the services may use");
        }
    }
}

#[test]
fn t5_nothing_is_reachable_from_other_machines_unless_asked_for() {
    for entry in renderer().catalog().list() {
        for (example, executor, values, spec) in rendered(entry) {
            let open = values["bind"].as_str().is_some_and(|b| b != "127.0.0.1");
            for port in spec.services.values().flat_map(|s| &s.ports) {
                let loopback = port.host_ip == "127.0.0.1";
                assert_eq!(loopback, !open, "{} ({example}, {executor}): {port:?}", entry.manifest.name);
            }
        }
    }
}

#[test]
fn t9_no_password_is_known_to_everybody() {
    for entry in renderer().catalog().list() {
        for p in entry.manifest.parameters.iter().filter(|p| p.kind == ParamType::Password) {
            assert!(p.default.is_none(), "{}: {} has a default", entry.manifest.name, p.name);
        }
    }
}
