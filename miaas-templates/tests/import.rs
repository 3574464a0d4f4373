//! What others wrote becomes templates that pass the checks and mean the same (T7).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::{collections::BTreeMap, fs, path::Path};

use miaas_core::{
    model::{ExecutorKind, Facts, WorkloadSpec},
    port::Renderer as _,
};
use miaas_templates::{
    Catalog, CatalogRenderer, Entry,
    compose::parse_document,
    import::{About, Imported, from_compose, portainer},
    manifest::ParamType,
};

const SHOP: &str = r#"
x-common: &common
  restart: unless-stopped
  logging: {driver: json-file, options: {max-size: 10m}}
services:
  web:
    <<: *common
    image: "nginx:${NGINX_TAG:-1.27}"
    ports:
      - "${WEB_PORT:-8080}:80"
      - "127.0.0.1:9000:9000/udp"
      - {target: 443, published: "8443"}
    environment:
      GREETING: "Hello, ${WHO:-world}! It costs 5$$ and {{ braces }}"
      DEBUG: "${DEBUG:+--debug}"
      DATABASE: "postgres://shop:${DB_PASSWORD}@db:5432/${DB_NAME:-shop}?q=\"x\""
    command: ["nginx", "-g", "daemon off;"]
    depends_on: {db: {condition: service_healthy}}
  db:
    <<: *common
    image: postgres:17
    environment: [POSTGRES_PASSWORD=$DB_PASSWORD, "POSTGRES_DB=${DB_NAME:-shop}"]
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck: {test: ["CMD-SHELL", "pg_isready -U $$POSTGRES_USER"], interval: 2s, retries: 30}
    deploy: {resources: {limits: {cpus: "1.5", memory: 1g}}}
volumes:
  data: {}
"#;

fn write(imported: &Imported, dir: &Path) -> std::path::PathBuf {
    let directory = dir.join(&imported.name);
    for (path, text) in &imported.files {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

/// The entry, after every example was rendered for every target.
fn checked(imported: &Imported, dir: &Path) -> Entry {
    let show = || imported.files.iter().map(|(p, t)| format!("--- {p}\n{t}")).collect::<String>();
    let entry = Entry::read(&write(imported, dir)).unwrap_or_else(|e| panic!("{e:?}\n{}", show()));
    for trial in CatalogRenderer::new(Catalog::empty()).trials(&entry) {
        assert!(trial.issues.is_empty(), "{} for {}: {:?}\n{}", trial.example, trial.target, trial.issues, show());
    }
    entry
}

/// What the example gives, without what the placement decides.
fn meaning(mut spec: WorkloadSpec) -> WorkloadSpec {
    for (_, service) in spec.services_mut() {
        service.ports.iter_mut().for_each(|p| p.host = 0);
    }
    spec
}

#[test]
fn t7_a_compose_file_keeps_its_meaning() {
    let dir = tempfile::tempdir().unwrap();
    let imported = from_compose("shop", SHOP, About::default()).unwrap();
    let entry = checked(&imported, dir.path());
    let kind = |name: &str| entry.manifest.parameters.iter().find(|p| p.name == name).unwrap();
    assert_eq!(kind("web_port").kind, ParamType::Port);
    assert_eq!(kind("web_port").default, Some(8080.into()));
    assert_eq!(kind("db_password").kind, ParamType::Password);
    assert_eq!(kind("nginx_tag").default, Some("1.27".into()));
    assert!(imported.notes.iter().any(|n| n.starts_with("resources:")), "{:?}", imported.notes);

    // Rendered with the defaults it is the document with the defaults.
    let env = BTreeMap::from([("DB_PASSWORD".to_owned(), "pass word".to_owned()), ("DEBUG".to_owned(), String::new())]);
    let original = parse_document(SHOP, "shop.yaml", &env).unwrap();
    let mut catalog = Catalog::empty();
    catalog.insert(entry);
    let renderer = CatalogRenderer::new(catalog);
    let d = common::template("shop", serde_json::json!({"db_password": "pass word", "debug": ""}));
    let at = common::assigned_by(&d, renderer.demand(&d).unwrap().remove(0), ExecutorKind::Docker);
    let facts = Facts::default();
    let rendered = renderer.render(&d, &at, common::node(&facts, ExecutorKind::Docker)).unwrap();
    assert_eq!(meaning(rendered.spec), meaning(original.spec), "{}", rendered.compose);
}

#[test]
fn t7_what_a_template_cannot_have_is_refused_with_its_line() {
    for (text, line, what) in [
        ("include: [a.yaml]\nservices: {a: {image: x}}", 1, "a template is one document"),
        ("services:\n  a:\n    image: x\n    env_file: a.env", 4, "a template has no files"),
        ("services:\n  a:\n    image: x\n    ports: [\"8000-8005:8000-8005\"]", 4, "a template publishes single ports"),
        ("services:\n  a: {image: x}\nsecrets:\n  s: {file: ./s}", 4, "a template has no files"),
        ("services:\n  a: [", 2, ""),
    ] {
        let issues = from_compose("x", text, About::default()).unwrap_err();
        assert!(
            issues.iter().any(|i| i.message.contains(&format!("line {line}")) && i.message.contains(what)),
            "{issues:?}"
        );
    }
    let built = from_compose("x", "services:\n  a: {build: .}", About::default()).unwrap_err();
    assert!(built.iter().any(|i| i.path.contains("build")), "{built:?}");
}

#[test]
fn t7_portainers_containers_become_templates_and_the_rest_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let text = r#"{"version": "3", "templates": [
        {"id": 1, "type": 1, "title": "My SQL!", "description": "A database", "categories": ["database"], "platform": "linux",
         "logo": "https://example.com/x.png", "image": "mysql:8.4", "command": "mysqld --x='$y'", "restart_policy": "unless-stopped",
         "env": [{"name": "MYSQL_ROOT_PASSWORD", "label": "Root password"},
                 {"name": "MODE", "label": "Mode", "description": "How", "select": [{"text": "A", "value": "a"}, {"text": "B", "value": "b", "default": true}]},
                 {"name": "FIXED", "default": "it's $5", "preset": true},
                 {"name": "TZ", "default": "UTC"}],
         "ports": ["3306/tcp", "33060:33060/tcp"], "volumes": [{"container": "/var/lib/mysql"}],
         "labels": [{"name": "a", "value": "b"}], "note": "<b>Mind</b> this"},
        {"type": 3, "title": "Stack", "repository": {"url": "https://example.com/r", "stackfile": "a/b.yml"}},
        {"type": 1, "title": "IIS", "platform": "windows", "image": "iis"}]}"#;
    let all = portainer(text).unwrap();
    let [mysql, stack, windows] = &all[..] else { panic!("{all:?}") };
    let imported = mysql.result.as_ref().unwrap();
    assert_eq!(imported.name, "my-sql");
    let entry = checked(imported, dir.path());
    let of = |name: &str| entry.manifest.parameters.iter().find(|p| p.name == name).unwrap();
    assert_eq!((of("mysql_root_password").kind, of("mode").kind), (ParamType::Password, ParamType::Enum));
    assert_eq!(of("mode").default, Some("b".into()));
    assert_eq!(of("tz").default, Some("UTC".into()));
    assert!(imported.files["README.md"].contains("Mind this"));
    assert!(stack.result.as_ref().unwrap_err().contains("fetch a/b.yml of https://example.com/r"));
    assert!(windows.result.as_ref().unwrap_err().contains("Windows"));
    assert!(portainer("{}").is_err() && portainer("[").is_err());
}
