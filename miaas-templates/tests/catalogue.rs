//! What every template of the catalogue must keep to (T5, T6, T9), whatever it deploys. `MIAAS_BLESS=1` writes the files of
//! `golden/catalogue` and the page anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use std::{collections::BTreeMap, fs, path::PathBuf};

use common::{assigned_by, node, renderer, template};
use miaas_core::{
    model::{Deployment, ExecutorKind, Facts, RenderedWorkload},
    port::{RenderedDemand, Renderer as _},
};
use miaas_templates::{CatalogRenderer, Entry, Policy, catalog, compose::image::is_pinned, params::fill_stand_ins};
use serde_json::json;

/// Services that no program inside can ask for health.
const WITHOUT_HEALTH_CHECK: [&str; 2] = ["langfuse/worker", "portainer-agent/agent"];

/// What `templates/portainer-agent/README.md` tells the operator to write.
const EXCEPTION: &str = "exceptions:
  - reason: Portainer manages these engines
    rules: [docker-socket, host-mount]
    values: [/var/run/docker.sock, /var/lib/docker/volumes]
";

fn allowing() -> CatalogRenderer {
    CatalogRenderer::new(renderer().catalog().clone()).with_policy(Policy::parse(EXCEPTION, "policy.yaml").unwrap())
}

fn root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// One example for one kind of hardware and one executor, as it runs.
struct Rendered {
    at: String,
    file: String,
    open: bool,
    demand: RenderedDemand,
    workload: RenderedWorkload,
}

/// Every example on every kind of hardware and every executor.
fn rendered(entry: &Entry) -> Vec<Rendered> {
    let renderer = allowing();
    let facts = Facts::default();
    let name = &entry.manifest.name;
    let mut out = Vec::new();
    for (example, params) in &entry.examples {
        let mut params = params.clone();
        let open = params.get("bind").is_some_and(|b| b != "127.0.0.1");
        // Whatever an example wants, it must render for all hardware.
        params.remove("variant");
        fill_stand_ins(&entry.manifest, &mut params);
        let d = template(name, serde_json::to_value(&params).unwrap());
        for demand in renderer.demand(&d).unwrap_or_else(|e| panic!("{name} ({example}): {e}")) {
            for executor in demand.executors.clone() {
                let variant = demand.variant.as_deref().map_or_else(String::new, |v| format!(".{v}"));
                let workload = renderer.render(&d, &assigned_by(&d, demand.clone(), executor), node(&facts, executor));
                out.push(Rendered {
                    at: format!("{name} ({example}{variant}, {executor})"),
                    file: format!("{name}.{example}{variant}.{executor}.yaml"),
                    open,
                    demand: demand.clone(),
                    workload: workload.unwrap_or_else(|e| panic!("{name} ({example}): {e}")),
                });
            }
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
        assert!(m.app_version.is_some() && m.license.is_some(), "{name}: version and licence of the software");
        let links = [&m.links.website, &m.links.documentation, &m.links.source];
        assert!(links.iter().all(|l| l.is_some()), "{name}: links");
        for p in m.parameters.iter().filter(|p| p.name != "variant") {
            assert!(!p.label.is_empty() && p.help.ends_with('.'), "{name}: {} has no label or help", p.name);
            let row = format!("| `{}` |", p.name);
            assert!(entry.readme.contains(&row), "{name}: README.md has no row {row}");
        }
        for v in &m.variants {
            assert!(!v.title.is_empty() && entry.readme.contains(&format!("| `{}` |", v.name)), "{name}: {}", v.name);
        }
        assert!(m.ports.iter().all(|p| !p.purpose.is_empty() && !p.scheme.is_empty()), "{name}: ports");
        assert!(m.volumes.iter().all(|v| !v.purpose.is_empty()), "{name}: volumes");
        assert!(!m.outputs.is_empty(), "{name}: nobody learns where it is");
        assert!(entry.examples.len() >= 2, "{name}: a minimal and a realistic example");
        assert!(entry.icon.as_ref().is_some_and(|i| i.contains("viewBox=\"0 0 64 64\"")), "{name}: icon");
        for r in rendered(entry) {
            let declared: Vec<_> = m.volumes.iter().map(|v| v.name.as_str()).collect();
            let mut used: Vec<_> = r.workload.spec.volumes.keys().map(String::as_str).collect();
            used.retain(|v| !declared.contains(v));
            assert!(used.is_empty(), "{}: volumes {used:?} are not in the manifest", r.at);
        }
    }
}

#[test]
fn t5_images_are_pinned_and_what_runs_is_bounded_and_watched() {
    for entry in renderer().catalog().list() {
        for Rendered { at, demand, workload, .. } in rendered(entry) {
            let services = &workload.spec.services;
            for (service, s) in services {
                assert!(s.image.is_empty() || is_pinned(&s.image), "{at}: {service}: {} is not pinned", s.image);
                assert!(s.limits.mem_mib.is_some(), "{at}: {service}: no limit of memory");
                let excused = WITHOUT_HEALTH_CHECK.contains(&format!("{}/{service}", entry.manifest.name).as_str());
                assert_eq!(s.healthcheck.is_none(), excused, "{at}: {service}: health check");
            }
            let limits: u64 = services.values().filter_map(|s| s.limits.mem_mib).sum();
            assert_eq!(limits, demand.resources.mem_mib, "{at}: what is reserved is not what the services may use");
            let gpus: usize = services.values().map(|s| s.gpus.len()).sum();
            let asked = demand.resources.gpu.as_ref().map_or(0, |g| g.count as usize);
            assert_eq!(gpus, asked, "{at}: the GPUs that are reserved are not those that a service gets");
        }
    }
}

#[test]
fn t5_nothing_is_reachable_from_other_machines_unless_asked_for() {
    for entry in renderer().catalog().list() {
        for r in rendered(entry) {
            for port in r.workload.spec.services.values().flat_map(|s| &s.ports) {
                assert_eq!(port.host_ip == "127.0.0.1", !r.open, "{}: {port:?}", r.at);
            }
        }
    }
}

#[test]
fn t5_rendered_examples_are_as_they_were_reviewed() {
    let folder = root("miaas-templates/tests/golden/catalogue");
    let mut want = BTreeMap::new();
    for entry in renderer().catalog().list() {
        want.extend(rendered(entry).into_iter().map(|r| (r.file, r.workload.compose)));
    }
    if option_env!("MIAAS_BLESS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        want.iter().for_each(|(file, text)| fs::write(folder.join(file), text).unwrap());
    }
    let files = fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().to_string_lossy().into_owned());
    let mut found: Vec<_> = files.collect();
    found.sort();
    assert_eq!(found, want.keys().cloned().collect::<Vec<_>>(), "run with MIAAS_BLESS=1 when that is meant");
    for (file, text) in want {
        let got = fs::read_to_string(folder.join(&file)).unwrap();
        assert_eq!(got, text, "{file} differs: run with MIAAS_BLESS=1 when that is meant");
    }
}

/// The rendered text of a template on a part of a GPU: 20 of 80 GiB.
fn on_a_quarter(name: &str) -> String {
    let mut values = renderer().catalog().get(name).unwrap().defaults();
    values.insert("vram".to_owned(), json!("20GiB"));
    values.insert("variant".to_owned(), json!("cuda"));
    let d: Deployment = template(name, serde_json::to_value(&values).unwrap());
    let demand = renderer().demand(&d).unwrap().remove(0);
    let mut at = assigned_by(&d, demand, ExecutorKind::Docker);
    for device in &mut at.devices {
        device.memory_mib = 20 << 10;
        device.device_mib = 80 << 10;
        device.exclusive = false;
    }
    let facts = Facts::default();
    renderer().render(&d, &at, node(&facts, ExecutorKind::Docker)).unwrap().compose
}

#[test]
fn t6_engines_keep_to_their_part_of_a_gpu() {
    for (name, limit) in [
        ("vllm", "--gpu-memory-utilization=0.250\n"),
        // 85 % of it: the option counts weights and cache alone.
        ("sglang", "--mem-fraction-static=0.212\n"),
        // What is not theirs: 60 GiB.
        ("ollama", "OLLAMA_GPU_OVERHEAD: \"64424509440\"\n"),
        ("llama-cpp", "LLAMA_ARG_FIT_TARGET: \"61440\"\n"),
        ("jupyter", "GPU_MEMORY_FRACTION: \"0.250\"\n"),
    ] {
        let text = on_a_quarter(name);
        assert!(text.contains(limit), "{name}: {limit:?} is not in\n{text}");
    }
}

#[test]
fn t9_the_socket_of_the_engine_needs_the_exception_that_the_readme_shows() {
    let entry = allowing().catalog().get("portainer-agent").unwrap().readme.clone();
    assert!(entry.contains(EXCEPTION.trim_end()), "the README shows another exception than the one tested here");
    let d = template("portainer-agent", json!({"secret": "0123456789abcdef"}));
    assert!(allowing().validate(Some(&d.name), &d.spec).is_empty());
    let refused = renderer().validate(Some(&d.name), &d.spec);
    assert!(refused.iter().any(|i| i.message.contains("docker-socket")), "{refused:?}");
    assert!(refused.iter().any(|i| i.message.contains("host-mount")), "{refused:?}");
}

#[test]
fn t5_the_page_is_printed_from_the_manifests() {
    let path = root("docs/catalogue.md");
    let want = catalog::markdown(renderer().catalog());
    if option_env!("MIAAS_BLESS").is_some() {
        fs::write(&path, &want).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), want, "run the example catalogue");
}
