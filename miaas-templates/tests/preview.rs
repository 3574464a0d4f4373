//! Previews: what a template gives before anything is deployed (T3, T4).
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use miaas_core::{
    ErrorKind,
    api::v1::{RenderTarget, RenderTemplate},
    model::{ComposeSource, Params, Source},
};
use miaas_templates::{Catalog, CatalogRenderer};
use serde_json::{Value, json};

fn renderer() -> CatalogRenderer {
    CatalogRenderer::new(Catalog::builtin().unwrap())
}

fn params(value: Value) -> Params {
    serde_json::from_value(value).unwrap()
}

fn request(target: RenderTarget, given: Value) -> RenderTemplate {
    RenderTemplate { target, params: params(given), ..RenderTemplate::default() }
}

#[test]
fn t3_a_document_with_stand_ins_and_without_passwords() {
    let given = json!({"password": "hush-hush-hush", "database": "app"});
    let rendered = renderer().preview("postgres", request(RenderTarget::Docker, given)).unwrap();
    assert!(rendered.compose.contains("services:") && rendered.kubernetes.is_empty(), "{rendered:?}");
    assert!(!rendered.compose.contains("hush"), "{}", rendered.compose);
    // Nobody gave a password, and references are shown as they are written.
    let given = json!({"ollama_url": "${services.llm.url}"});
    let rendered = renderer().preview("open-webui", request(RenderTarget::Docker, given)).unwrap();
    assert!(rendered.compose.contains("${services.llm.url}"), "{}", rendered.compose);
}

#[test]
fn t4_kubernetes_objects_have_the_name_that_was_asked_for() {
    let named = RenderTemplate {
        name: Some("cache".into()),
        namespace: Some("prod".into()),
        ..request(RenderTarget::Kubernetes, json!({}))
    };
    let rendered = renderer().preview("redis", named).unwrap();
    assert!(rendered.kubernetes.contains("instance: cache") && rendered.kubernetes.contains("namespace: prod"));
    assert!(rendered.compose.is_empty());
}

#[test]
fn t3_what_is_wrong_has_the_paths_of_the_request() {
    let wrong = |template: &str, request: RenderTemplate| renderer().preview(template, request).unwrap_err();
    assert_eq!(wrong("postgrse", RenderTemplate::default()).kind(), ErrorKind::NotFound);
    for target in [RenderTarget::Docker, RenderTarget::Kubernetes] {
        let refused = wrong("redis", request(target, json!({"port": 99_999, "colour": "red"})));
        let paths: Vec<&str> = refused.issues().iter().map(|i| i.path.as_str()).collect();
        assert_eq!(paths, ["/params/colour", "/params/port"], "{target:?}");
    }
    for (field, name, namespace) in [("/name", "No Name", "a"), ("/namespace", "a", "No Name")] {
        let request = RenderTemplate {
            name: Some(name.into()),
            namespace: Some(namespace.into()),
            ..request(RenderTarget::Kubernetes, json!({}))
        };
        assert_eq!(wrong("redis", request).issues()[0].path, field);
    }
}

#[test]
fn t3_everything_is_checked_without_rendering_it_for_a_node() {
    let template = |name: &str, given| Source::Template { name: name.into(), params: params(given) };
    let document = |text: &str| Source::Compose(ComposeSource { text: text.into(), ..ComposeSource::default() });
    for (source, want) in [
        (template("postgres", json!({})), &[][..]),
        (template("redis", json!({"port": 99_999})), &["/params/port"][..]),
        (template("postgrse", json!({})), &["/name"][..]),
        (document("services: {web: {image: 'nginx:1.27'}}"), &[][..]),
    ] {
        let issues = renderer().check(source.clone());
        let paths: Vec<&str> = issues.iter().map(|i| i.path.as_str()).collect();
        assert_eq!(paths, want, "{source:?}: {issues:?}");
    }
    assert!(!renderer().check(document("services: {web: {imgae: nginx}}")).is_empty());
}
