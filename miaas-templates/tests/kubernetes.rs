//! Every manifest of every template is one that Kubernetes 1.33 knows, field for field (T4).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use common::renderer;
use k8s_openapi::{
    api::{apps::v1 as apps, batch::v1 as batch, core::v1 as core},
    serde::{Serialize, de::DeserializeOwned},
};
use miaas_core::{
    model::{Params, Values},
    name::Name,
    spec::Issue,
};
use miaas_templates::{Catalog, CatalogRenderer, Entry, KubernetesRequest, Objects, params::fill_stand_ins};
use proptest::prelude::*;
use serde_json::{Value, json};

fn derive(renderer: &CatalogRenderer, template: &str, mut params: Params) -> Result<Objects, Vec<Issue>> {
    fill_stand_ins(&renderer.catalog().get(template).unwrap().manifest, &mut params);
    let name = Name::parse("demo").unwrap();
    let values = Values::new();
    renderer.kubernetes(KubernetesRequest { name: &name, template, params: &params, values: &values, namespace: None })
}

/// What is in `written` and did not come back is a field that Kubernetes does not know.
fn unknown(written: &Value, back: &Value, path: &str, found: &mut Vec<String>) {
    match (written, back) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in a {
                match b.get(key) {
                    Some(other) => unknown(value, other, &format!("{path}.{key}"), found),
                    None => found.push(format!("{path}.{key}")),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                unknown(a, b, &format!("{path}[{i}]"), found);
            }
        }
        (a, b) if a == b => {}
        _ => found.push(format!("{path}: {written} became {back}")),
    }
}

fn typed<T: DeserializeOwned + Serialize>(object: &Value) -> Value {
    let typed: T = serde_json::from_value(object.clone()).unwrap_or_else(|e| panic!("{e}: {object:#}"));
    serde_json::to_value(typed).unwrap()
}

fn check(object: &Value) {
    let kind = (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
    let back = match kind {
        ("v1", "Namespace") => typed::<core::Namespace>(object),
        ("v1", "Service") => typed::<core::Service>(object),
        ("v1", "Secret") => typed::<core::Secret>(object),
        ("v1", "ConfigMap") => typed::<core::ConfigMap>(object),
        ("v1", "PersistentVolumeClaim") => typed::<core::PersistentVolumeClaim>(object),
        ("apps/v1", "Deployment") => typed::<apps::Deployment>(object),
        ("apps/v1", "StatefulSet") => typed::<apps::StatefulSet>(object),
        ("batch/v1", "Job") => typed::<batch::Job>(object),
        other => panic!("{other:?} is not expected"),
    };
    let mut found = Vec::new();
    unknown(object, &back, "", &mut found);
    assert_eq!(found, [""; 0], "{object:#}");
}

/// What a schema does not say: names, ports and references between the objects.
fn sound(objects: &Objects, at: &str) {
    let mut names = std::collections::BTreeSet::new();
    let kinds: Vec<(&str, &str)> = objects
        .objects
        .iter()
        .map(|o| (o["kind"].as_str().unwrap(), o["metadata"]["name"].as_str().unwrap()))
        .collect();
    for (object, (kind, name)) in objects.objects.iter().zip(&kinds) {
        assert!(names.insert((*kind, *name)), "{at}: {kind} {name} twice");
        let dns = name.len() <= 63 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        assert!(dns && name.starts_with(|c: char| c.is_ascii_lowercase()), "{at}: {name}");
        for (_, value) in object["metadata"]["labels"].as_object().unwrap() {
            assert!(value.as_str().unwrap().len() <= 63, "{at}: {value}");
        }
        let Some(pod) = object.pointer("/spec/template/spec") else { continue };
        let container = &pod["containers"][0];
        let volumes: Vec<&str> =
            pod["volumes"].as_array().into_iter().flatten().map(|v| v["name"].as_str().unwrap()).collect();
        for mount in container["volumeMounts"].as_array().into_iter().flatten() {
            assert!(volumes.contains(&mount["name"].as_str().unwrap()), "{at}: {mount}");
        }
        for volume in pod["volumes"].as_array().into_iter().flatten() {
            if let Some(claim) = volume.pointer("/persistentVolumeClaim/claimName") {
                assert!(kinds.contains(&("PersistentVolumeClaim", claim.as_str().unwrap())), "{at}: {claim}");
            }
        }
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            if let Some(port) =
                container[probe].pointer("/httpGet/port").or(container[probe].pointer("/tcpSocket/port"))
            {
                let known = container["ports"].as_array().unwrap().iter().any(|p| p["name"] == *port);
                assert!(known, "{at}: {probe} asks {port}");
            }
        }
        let labels = &object["spec"]["template"]["metadata"]["labels"];
        if let Some(selector) = object["spec"]["selector"]["matchLabels"].as_object() {
            assert!(selector.iter().all(|(k, v)| labels[k] == *v), "{at}: {selector:?}");
        }
    }
}

#[test]
fn t4_every_template_example_and_variant_is_valid() {
    let renderer = renderer();
    for entry in renderer.catalog().list() {
        let name = &entry.manifest.name;
        assert!(!entry.examples.is_empty(), "{name} has no example");
        for (example, params) in &entry.examples {
            let variants = entry.manifest.variants.iter().map(|v| Some(v.name.clone()));
            let variants: Vec<_> = if entry.manifest.variants.is_empty() { vec![None] } else { variants.collect() };
            for variant in variants {
                let at = format!("{name} ({example}, {variant:?})");
                let mut params = params.clone();
                params.extend(variant.map(|v| ("variant".to_owned(), json!(v))));
                let objects = derive(&renderer, name, params).unwrap_or_else(|e| panic!("{at}: {e:?}"));
                objects.objects.iter().for_each(check);
                sound(&objects, &at);
                let text = objects.to_yaml().unwrap();
                let back: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
                assert_eq!(back, objects.objects, "{at}: the text reads back as something else");
            }
        }
    }
}

const MANIFEST: &str = "
name: mine
title: Mine
version: 1.0.0
app_version: '2+build 3'
architectures: [aarch64]
parameters: [{name: password, type: password, generate: password}, {name: other, type: string, default: x}]
resources: {cpu: 2, memory: 4GiB, disk: 30GiB, gpu: {count: 2, vendor: amd}}
ports: [{name: http_api, container: 80, scheme: https}, {name: dns, container: 53, protocol: udp}]
volumes: [{name: big_data, size: 20GiB, backup: true}, {name: cache, backup: false}]
health: {port: http_api, path: /up}
";

const COMPOSE: &str = r#"
services:
  web_app:
    image: x:1
    entrypoint: ["sh", "-c", {{ ("run --password=" ~ params.password) | quote }}]
    command: ["$$(HOME)", "$$HOME", "$$$$"]
    environment: {PASSWORD: {{ params.password | quote }}, PLAIN: {{ params.other | quote }}}
    user: "1000:1001"
    read_only: true
    init: true
    shm_size: 64m
    tmpfs: /tmp
    gpus: [{count: 2}]
    ports: ["127.0.0.1:{{ ports.http_api }}:80", "127.0.0.1:{{ ports.dns }}:53/udp"]
    volumes: [big_data:/data, cache:/cache]
    configs: [{source: plain, target: /etc/plain.conf}, {source: hidden, target: /etc/hidden.conf, mode: 0400}]
    depends_on: {setup: {condition: service_completed_successfully}}
    healthcheck: {test: "true", interval: 5s, timeout: 3s, retries: 4, start_period: 1m}
    stop_grace_period: 90s
    deploy: {resources: {limits: {cpus: "1.5", memory: 2GiB}}}
  setup: {image: "y:1", restart: on-failure}
volumes: {big_data: {}, cache: {}}
configs:
  plain: {content: "a=1"}
  hidden: {content: {{ ("p=" ~ params.password) | quote }}}
"#;

fn mine() -> CatalogRenderer {
    let mut catalog = Catalog::empty();
    catalog.insert(Entry::new("templates/mine", MANIFEST, COMPOSE, "").unwrap());
    CatalogRenderer::new(catalog)
}

fn object<'a>(objects: &'a Objects, kind: &str, name: &str) -> &'a Value {
    let found = objects.objects.iter().find(|o| o["kind"] == kind && o["metadata"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {kind} {name}"))
}

#[test]
fn t4_what_compose_says_is_what_kubernetes_is_told() {
    let objects = derive(&mine(), "mine", [("password".to_owned(), json!("pw$(X)"))].into()).unwrap();
    objects.objects.iter().for_each(check);
    let kinds: Vec<String> = objects
        .objects
        .iter()
        .map(|o| format!("{} {}", o["kind"].as_str().unwrap(), o["metadata"]["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        [
            "Namespace demo",
            "PersistentVolumeClaim big-data",
            "PersistentVolumeClaim cache",
            "Secret demo-secrets",
            "Service setup",
            "Job setup",
            "Service web-app",
            "ConfigMap web-app-files",
            "StatefulSet web-app",
        ]
    );
    let set = object(&objects, "StatefulSet", "web-app");
    let pod = &set["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    assert_eq!(container["command"], json!(["sh", "-c", "$(MIAAS_COMMAND_2)"]));
    assert_eq!(container["args"], json!(["$$(HOME)", "$HOME", "$$$"]), "nothing of it is a variable");
    let secret = object(&objects, "Secret", "demo-secrets");
    assert_eq!(
        secret["stringData"],
        json!({"web_app.MIAAS_COMMAND_2": "run --password=pw$(X)", "web_app.PASSWORD": "pw$(X)", "web_app.1-hidden.conf": "p=pw$(X)"})
    );
    let key = |name: &str, key: &str| json!({"name": name, "valueFrom": {"secretKeyRef": {"name": "demo-secrets", "key": key}}});
    assert_eq!(
        container["env"],
        json!([key("PASSWORD", "web_app.PASSWORD"), {"name": "PLAIN", "value": "x"}, key("MIAAS_COMMAND_2", "web_app.MIAAS_COMMAND_2")])
    );
    assert_eq!(
        container["startupProbe"],
        json!({"httpGet": {"path": "/up", "port": "http-api", "scheme": "HTTPS"}, "periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 16})
    );
    assert_eq!(
        container["resources"],
        json!({"requests": {"cpu": "1", "memory": "2048Mi"}, "limits": {"cpu": "1500m", "memory": "2048Mi", "amd.com/gpu": "2"}})
    );
    assert_eq!(container["securityContext"]["runAsUser"], 1000);
    assert_eq!((&pod["securityContext"]["fsGroup"], &pod["terminationGracePeriodSeconds"]), (&json!(1001), &json!(90)));
    let storage =
        |name| object(&objects, "PersistentVolumeClaim", name)["spec"]["resources"]["requests"]["storage"].clone();
    assert_eq!((storage("big-data"), storage("cache")), (json!("20480Mi"), json!("10240Mi")));
    assert_eq!(object(&objects, "ConfigMap", "web-app-files")["data"], json!({"0-plain.conf": "a=1"}));
    let service = &object(&objects, "Service", "web-app")["spec"];
    assert_eq!(service["ports"][1], json!({"name": "dns", "port": 53, "targetPort": "dns", "protocol": "UDP"}));
    assert_eq!(object(&objects, "Service", "setup")["spec"]["clusterIP"], "None");
    assert_eq!(set["metadata"]["labels"]["app.kubernetes.io/version"], "2-build-3");
    assert_eq!(
        objects.warnings,
        [
            "service \"web_app\": `init` has no counterpart in Kubernetes",
            "service \"web_app\": it does not wait for setup: it is restarted until they are there",
        ]
    );
    assert!(!serde_json::to_string(&set).unwrap().contains("pw$(X)"), "a password stands outside of the Secret");
}

#[test]
fn t4_what_kubernetes_cannot_be_told_is_an_error() {
    for (from, to, want) in [
        (
            "user: \"1000:1001\"",
            "user: nobody",
            "service \"web_app\": user \"nobody\" is a name, and Kubernetes takes numbers only",
        ),
        ("  setup: {image", "  web.app: {image: 'z:1'}\n  setup: {image", "have one name in Kubernetes"),
    ] {
        let mut catalog = Catalog::empty();
        catalog.insert(Entry::new("templates/mine", MANIFEST, &COMPOSE.replace(from, to), "").unwrap());
        let issues =
            derive(&CatalogRenderer::new(catalog), "mine", [("password".to_owned(), json!("pw"))].into()).unwrap_err();
        assert!(issues[0].message.contains(want), "{issues:?}");
    }
    let manifest = MANIFEST.replace("health: {port: http_api, path: /up}", "");
    let compose = COMPOSE.replace("test: \"true\"", "test: {{ (\"ask \" ~ params.password) | quote }}");
    let mut catalog = Catalog::empty();
    catalog.insert(Entry::new("templates/mine", &manifest, &compose, "").unwrap());
    let issues =
        derive(&CatalogRenderer::new(catalog), "mine", [("password".to_owned(), json!("pw"))].into()).unwrap_err();
    assert!(issues[0].message.contains("the health check holds a password"), "{issues:?}");
}

/// What Kubernetes makes of a word of a command, with these variables.
fn expanded(word: &str, variables: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some(next) = after.strip_prefix('$') {
            out.push('$');
            rest = next;
        } else if let Some((name, next)) = after.strip_prefix('(').and_then(|r| r.split_once(')')) {
            out.push_str(&variables(name).unwrap_or_else(|| format!("$({name})")));
            rest = next;
        } else {
            out.push('$');
            rest = after;
        }
    }
    out + rest
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t4_texts_and_passwords_arrive_unchanged(
        password in "[^\\x00-\\x1f\\x7f-\\x9f]{1,30}|[$()A-Z{}\"' \n]{1,20}",
        other in "[^\\x00-\\x1f\\x7f-\\x9f]{0,30}|[$()A-Z{}\"' \n]{0,20}",
    ) {
        let params: Params = [("password".to_owned(), json!(password)), ("other".to_owned(), json!(other))].into();
        let Ok(objects) = derive(&mine(), "mine", params) else {
            // Only a text that reads as a reference is refused.
            let refers = [&password, &other].iter().any(|t| t.contains("${s"));
            prop_assert!(refers);
            return Ok(());
        };
        let back: Vec<Value> = serde_saphyr::from_multiple(&objects.to_yaml().unwrap()).unwrap();
        prop_assert_eq!(&back, &objects.objects);
        let data = &object(&objects, "Secret", "demo-secrets")["stringData"];
        prop_assert_eq!(&data["web_app.PASSWORD"], &json!(password));
        let container = &object(&objects, "StatefulSet", "web-app")["spec"]["template"]["spec"]["containers"][0];
        let plain = container["env"].as_array().unwrap().iter().find(|e| e["name"] == "PLAIN").unwrap();
        let arrives = expanded(plain["value"].as_str().unwrap(), &|_| None);
        prop_assert_eq!(arrives, other);
        let words = container["command"].as_array().unwrap();
        let command = expanded(words[2].as_str().unwrap(), &|name| data[format!("web_app.{name}")].as_str().map(str::to_owned));
        prop_assert_eq!(command, format!("run --password={password}"));
    }
}
