//! Manifests with everything that the format has, and what is refused (T1, T2, T6).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use common::{assigned_by, deployment, node};
use miaas_core::{
    model::{ExecutorKind, Facts, Source, Values, reference},
    port::{RenderContext, Renderer as _, Viewpoint},
    secret::Secret,
};
use miaas_templates::{Catalog, CatalogRenderer, Entry, Manifest, params::fill_generated};
use serde_json::json;

const MANIFEST: &str = r#"
name: full
title: Everything
description: All that a manifest can say.
category: inference
tags: [a]
version: 1.0.0
app_version: "0.11.0"
license: Apache-2.0 OR LicenseRef-Own
links: {website: "https://example.org", documentation: "https://example.org/docs", source: "https://example.org/x"}
parameters:
  - {name: model, type: model, default: Qwen/Qwen2.5-0.5B-Instruct, group: Model}
  - {name: served, type: string, pattern: "^[a-z]+$", min_length: 2}
  - {name: key, type: password, generate: key}
  - {name: id, type: string, generate: uuid}
  - {name: hf_token, type: secret}
  - {name: low, type: int, default: 1}
  - {name: high, type: int, default: 9}
  - {name: gpus, type: int, default: 1, min: 0}
rules:
  - {check: "{{ params.low <= params.high }}", message: low is above high, parameters: [low, high]}
  - {check: "{{ params.served is none or params.served != 'no' }}", message: not no, parameters: [served]}
variants:
  - name: cuda
    title: NVIDIA CUDA
    architectures: [x86_64]
    resources: {gpu: {count: "{{ params.gpus }}", memory: 4GiB, vendor: nvidia, compute: "7.0"}}
  - {name: rocm, title: AMD ROCm, resources: {gpu: {count: 1, vendor: amd}, memory: 9GiB}}
  - {name: cpu, resources: {cpu: 4}}
resources: {cpu: 2, memory: 8GiB, disk: 20GiB}
architectures: [x86_64, aarch64]
ports:
  - {name: http, container: 8000, purpose: OpenAI-compatible API, scheme: http}
volumes:
  - {name: models, purpose: Downloaded model weights, backup: false, size: 10GiB}
health: {port: http, path: /health}
outputs:
  url: "http://{{ endpoints.http }}"
  key: {value: "key {{ params.key }}", label: Key, secret: true}
  open: "key {{ params.key }}"
requires:
  - {name: database, templates: [postgres], parameter: served, optional: true, help: Where it keeps its records.}
"#;

const COMPOSE: &str = r#"
services:
  a:
    image: {{ ("x/cuda:1" if variant == "cuda" else "x/rocm:1" if variant == "rocm" else "x/cpu:1") | quote }}
    environment:
      KEY: {{ params.key | quote }}
      MODEL: {{ params.model | quote }}
{% if params.hf_token %}
      HF_TOKEN: {{ params.hf_token | quote }}
{% endif %}
    gpus: [{device_ids: {{ gpus | tojson }}}]
    ports: ["127.0.0.1:{{ ports.http }}:8000"]
    volumes: [models:/models]
volumes: {models: {}}
"#;

fn renderer() -> CatalogRenderer {
    let compose = COMPOSE.replace("    gpus: [", "{% if gpus %}\n    gpus: [").replace("}}}]\n", "}}}]\n{% endif %}\n");
    let mut catalog = Catalog::empty();
    catalog.insert(Entry::new("templates/full", MANIFEST, &compose, "").unwrap());
    CatalogRenderer::new(catalog)
}

fn full(params: serde_json::Value) -> miaas_core::model::Deployment {
    let mut params = serde_json::from_value(params).unwrap();
    let manifest = Manifest::parse(MANIFEST, "m").unwrap();
    fill_generated(&manifest, &mut params, &mut || Ok::<_, ()>([7; 32])).unwrap();
    deployment(Source::Template { name: "full".into(), params })
}

fn issues(params: serde_json::Value) -> Vec<String> {
    let all = renderer().validate(None, &full(params).spec);
    all.iter().map(|i| format!("{i}{}", i.hint.as_ref().map(|h| format!(" | {h}")).unwrap_or_default())).collect()
}

#[test]
fn t6_each_variant_is_an_alternative_with_its_own_resources_and_image() {
    let d = full(json!({}));
    let all = renderer().demand(&d).unwrap();
    let names: Vec<_> = all.iter().map(|a| a.variant.as_deref().unwrap()).collect();
    assert_eq!(names, ["cuda", "rocm", "cpu"]);
    let gpu = all[0].resources.gpu.as_ref().unwrap();
    assert_eq!((gpu.vendor.as_deref(), gpu.compute.unwrap().to_string().as_str()), (Some("nvidia"), "7.0"));
    assert_eq!((all[0].architectures.as_slice(), all[1].architectures.len()), (&["x86_64".to_owned()][..], 2));
    assert_eq!((all[0].resources.mem_mib, all[1].resources.mem_mib), (8192, 9216));
    assert_eq!((all[2].resources.cpu_milli, all[2].resources.gpu.is_none()), (4000, true));
    for (demand, image) in all.iter().zip(["x/cuda:1", "x/rocm:1", "x/cpu:1"]) {
        assert_eq!(demand.images, [image]);
        let at = assigned_by(&d, demand.clone(), ExecutorKind::Docker);
        let w = renderer().render(&d, &at, node(&Facts::default(), ExecutorKind::Docker)).unwrap();
        assert_eq!(w.spec.services["a"].image, image);
    }
    let one = renderer().demand(&full(json!({"variant": "rocm"}))).unwrap();
    assert_eq!(one.iter().map(|a| a.variant.as_deref()).collect::<Vec<_>>(), [Some("rocm")]);
    assert_eq!(
        issues(json!({"variant": "rock"})),
        [
            "/source/params/variant: variant is \"rock\", which is none of auto, cuda, rocm, cpu | did you mean \"rocm\"?"
        ]
    );
    let mut at = assigned_by(&d, all[0].clone(), ExecutorKind::Docker);
    at.variant = None;
    let e = renderer().render(&d, &at, node(&Facts::default(), ExecutorKind::Docker)).unwrap_err();
    assert!(e.message.ends_with("has cuda, rocm, cpu"), "{e}");
}

#[test]
fn t2_rules_patterns_models_and_secrets() {
    for (params, want) in [
        (json!({}), &[][..]),
        (json!({"low": 10}), &["/source/params/low: low is above high | see also high"]),
        (json!({"low": 10, "high": "x"}), &["/source/params/high: high is a text, not a whole number"]),
        (json!({"served": "no"}), &["/source/params/served: not no"]),
        (json!({"served": "a"}), &["/source/params/served: served is too short: 1 of at least 2 characters"]),
        (json!({"served": "a b"}), &["/source/params/served: served is \"a b\", which does not match ^[a-z]+$"]),
        (json!({"served": "${secrets.a}"}), &[]),
        (
            json!({"model": "--rm -rf"}),
            &[
                "/source/params/model: model is \"--rm -rf\", which is no name of a model | for example Qwen/Qwen2.5-0.5B-Instruct or llama3.2:1b",
            ],
        ),
        (json!({"hf_token": "hf-token"}), &[]),
        (json!({"hf_token": "${secrets.hf-token}"}), &[]),
        (
            json!({"hf_token": "hf_AbCdEf"}),
            &[
                "/source/params/hf_token: hf_token is not the name of a stored secret | store it with `miaas secret set NAME`, then give its NAME: lower case letters, digits and inner hyphens, at most 40",
            ],
        ),
    ] {
        assert_eq!(issues(params.clone()), want, "{params}");
    }
}

#[test]
fn t2_a_secret_is_named_in_the_spec_and_filled_in_when_rendering() {
    let d = full(json!({"hf_token": "hf-token"}));
    let at = assigned_by(&d, renderer().demand(&d).unwrap().remove(0), ExecutorKind::Docker);
    let facts = Facts::default();
    let values: Values =
        [(reference::references("${secrets.hf-token}").unwrap().remove(0), Secret::new("hf_AbC"))].into();
    assert_eq!(renderer().references(&d.spec)[0].0.to_string(), "${secrets.hf-token}");
    let context = RenderContext { values: &values, ..node(&facts, ExecutorKind::Docker) };
    let w = renderer().render(&d, &at, context).unwrap();
    assert_eq!(w.spec.services["a"].environment.0["HF_TOKEN"], "hf_AbC");
    assert!(!w.compose.contains("hf_AbC"), "{}", w.compose);
}

#[test]
fn secret_outputs_are_masked_for_everybody_else() {
    let d = full(json!({}));
    let at = assigned_by(&d, renderer().demand(&d).unwrap().remove(0), ExecutorKind::Docker);
    let outputs =
        renderer().outputs(&d, &at, node(&Facts::default(), ExecutorKind::Docker), Viewpoint::User).unwrap().values;
    assert_eq!(outputs["key"].shown, "***");
    assert_eq!(outputs["key"].value.expose(), &format!("key {}", "07".repeat(32)));
    assert_eq!(outputs["open"].shown, "key ***", "a password is masked wherever it stands");
}

#[test]
fn t1_wrong_parts_of_a_manifest() {
    for (from, to, want) in [
        (
            "license: Apache-2.0 OR LicenseRef-Own",
            "license: Apache2",
            "/license: template.yaml: \"Apache2\" is no SPDX expression",
        ),
        (
            "website: \"https://example.org\"",
            "website: \"http://example.org\"",
            "/links/website: template.yaml: \"http://example.org\" is no address that starts with https://",
        ),
        ("category: inference", "category: inferense", "template.yaml:5: unknown variant `inferense`"),
        ("pattern: \"^[a-z]+$\"", "pattern: \"^[a-z+$\"", "no regular expression"),
        (
            "parameters: [low, high]",
            "parameters: [low]",
            "/rules/0/parameters: template.yaml: the check uses parameter \"high\", which is not listed",
        ),
        (
            "parameters: [low, high]",
            "parameters: [low, hihg]",
            "/rules/0/parameters/1: template.yaml: parameter \"hihg\" does not exist",
        ),
        ("params.low <= params.high", "params.low <= ", "/rules/0/check: template.yaml: the check"),
        (
            "{name: cpu, resources",
            "{name: auto, resources",
            "/variants/2/name: template.yaml: variant name \"auto\" means the first that fits",
        ),
        (
            "{name: low, type: int",
            "{name: variant, type: int",
            "/parameters: template.yaml: parameter \"variant\" is there whenever",
        ),
        (
            "architectures: [x86_64]\n",
            "architectures: [amd64]\n",
            "/variants/0/architectures/0: template.yaml: architecture \"amd64\" is not known",
        ),
        (
            "scheme: http}",
            "scheme: HTTP}",
            "/ports/0/scheme: template.yaml: scheme \"HTTP\" is not what stands before ://",
        ),
        ("size: 10GiB", "size: 10 apples", "/volumes/0/size: template.yaml: size \"10 apples\" has an unknown unit"),
        ("health: {port: http,", "health: {port: htp,", "/health/port: template.yaml: port \"htp\" does not exist"),
        ("path: /health", "path: health", "/health/path: template.yaml: \"health\" is no path of a URL"),
        (
            "parameter: served",
            "parameter: serve",
            "/requires/0/parameter: template.yaml: parameter \"serve\" does not exist",
        ),
        ("label: Key, secret: true", "lable: Key", "unknown field `lable`"),
        (
            "id, type: string, generate: uuid",
            "id, type: string, generate: key",
            "/parameters/3/generate: template.yaml: parameter \"id\" is generated as a key, but everybody can see it",
        ),
        (
            "type: password, generate: key",
            "type: password, generate: key, max_length: 20",
            "is too long: 64 of at most 20 characters",
        ),
        ("{name: hf_token, type: secret}", "{name: hf_token, type: secret, default: a}", "must not have a default"),
    ] {
        assert!(MANIFEST.contains(from), "{from}");
        let text = MANIFEST.replacen(from, to, 1);
        let found = Manifest::parse(&text, "template.yaml").unwrap_err();
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|i| i.contains(want)), "{to}: {found:?}");
    }
}
