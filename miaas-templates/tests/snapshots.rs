//! Every template with every example, as a reviewer can read it: the Compose document of each executor and the objects of
//! Kubernetes, for the preferred variant. `MIAAS_BLESS=1` writes them anew (T1, T4, T5).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use common::{assigned_by, deployment, node, renderer};
use miaas_core::{
    model::{Facts, Source, Values},
    name::Name,
    port::Renderer as _,
};
use miaas_templates::{CatalogRenderer, Entry, KubernetesRequest, Policy, advice, params::fill_stand_ins};

/// A policy that refuses nothing of what the catalogue has: whether it may run is not what is shown here.
fn open() -> CatalogRenderer {
    let text = "exceptions: [{reason: shown here, rules: [docker-socket, host-mount, cap-add]}]";
    renderer().with_policy(Policy::parse(text, "policy.yaml").unwrap())
}

/// Texts of one template by the names of their files.
fn texts(renderer: &CatalogRenderer, entry: &Entry) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let template = &entry.manifest.name;
    for (example, params) in &entry.examples {
        let mut params = params.clone();
        fill_stand_ins(&entry.manifest, &mut params);
        let name = Name::parse(template).unwrap();
        let request =
            KubernetesRequest { name: &name, template, params: &params, values: &Values::new(), namespace: None };
        let objects = renderer.kubernetes(request).unwrap_or_else(|e| panic!("{template} ({example}): {e:?}"));
        let mut text: String = objects.warnings.iter().map(|w| format!("# {w}\n")).collect();
        text.push_str(&objects.to_yaml().unwrap());
        out.insert(format!("{template}.{example}.kubernetes.yaml"), text);
        let d = deployment(Source::Template { name: template.clone(), params });
        let demand = renderer.demand(&d).unwrap().remove(0);
        for executor in demand.executors.clone() {
            let at = assigned_by(&d, demand.clone(), executor);
            let w = renderer.render(&d, &at, node(&Facts::default(), executor)).unwrap();
            out.insert(format!("{template}.{example}.{executor}.yaml"), w.compose);
        }
    }
    out
}

#[test]
fn t5_every_example_is_as_it_was_reviewed() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let renderer = open();
    let mut wanted: BTreeMap<String, String> = BTreeMap::new();
    for entry in renderer.catalog().list() {
        wanted.extend(texts(&renderer, entry));
    }
    if option_env!("MIAAS_BLESS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &wanted {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let there: BTreeSet<String> =
        fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let known: BTreeSet<String> = wanted.keys().cloned().collect();
    let differ: Vec<&String> = wanted
        .iter()
        .filter(|(name, text)| fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text))
        .map(|(name, _)| name)
        .chain(there.difference(&known))
        .collect();
    assert!(differ.is_empty(), "run with MIAAS_BLESS=1 when that is meant: {differ:?}");
}

#[test]
fn t7_nothing_in_the_catalogue_fails_a_trial_or_needs_advice() {
    let renderer = open();
    for entry in renderer.catalog().list() {
        for trial in renderer.trials(entry) {
            assert!(
                trial.issues.is_empty()
                    && trial.notes.iter().all(|n| n.contains("Kubernetes") || n.contains("does not wait")),
                "{}: {trial:?}",
                entry.manifest.name
            );
        }
        let advice: Vec<String> =
            advice(entry).iter().map(ToString::to_string).filter(|a| !a.ends_with("has no health check")).collect();
        assert_eq!(advice, [""; 0], "{}", entry.manifest.name);
    }
}
