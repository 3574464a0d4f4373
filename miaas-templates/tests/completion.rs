//! Requests completed by what templates want generated (T2): once, and then kept.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{ApplyStack, CreateDeployment, StackService, UpdateDeployment},
    id::DeploymentId,
    model::{Deployment, DeploymentSpec, Params, Source},
    name::Name,
    time::Timestamp,
};
use miaas_templates::{
    Catalog,
    params::{Completion, RandomBytes},
};
use serde_json::{Value, json};

fn random() -> Result<RandomBytes, PortError> {
    static DRAWN: AtomicU8 = AtomicU8::new(0);
    Ok([DRAWN.fetch_add(1, Ordering::SeqCst); 32])
}

fn params(value: Value) -> Params {
    serde_json::from_value(value).unwrap()
}

fn deployment(name: &str, source: Source) -> Arc<Deployment> {
    let now = Timestamp::from_millis(0);
    Arc::new(Deployment {
        id: DeploymentId::from_bits(1),
        name: Name::parse(name).unwrap(),
        spec: DeploymentSpec::new(source),
        generation: 1,
        revision: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    })
}

/// Runs a check with a completion that knows these deployments.
fn with<T>(stored: &[Arc<Deployment>], check: impl FnOnce(&Completion<'_>) -> T) -> T {
    let catalog = Catalog::builtin().unwrap();
    let stored = |name: &str| stored.iter().find(|d| d.name.as_str() == name || d.id.as_str() == name).cloned();
    check(&Completion { catalog: &catalog, stored: &stored, random })
}

fn postgres(name: Option<&str>, given: Value) -> CreateDeployment {
    let name = name.map(str::to_owned);
    CreateDeployment { template: Some("postgres".into()), name, params: params(given), ..CreateDeployment::default() }
}

#[test]
fn t2_what_nobody_gave_is_generated_and_what_is_stored_stays() {
    let source = |given| Source::Template { name: "postgres".into(), params: params(given) };
    let stored = [deployment("db", source(json!({"password": "stored-password", "database": "app"})))];
    for (what, name, given, want) in [
        ("given stays", Some("other"), json!({"password": "given-password"}), Some("given-password")),
        ("given wins over stored", Some("db"), json!({"password": "given-password"}), Some("given-password")),
        ("stored stays", Some("db"), json!({}), Some("stored-password")),
        ("null is nothing given", Some("db"), json!({"password": null}), Some("stored-password")),
        ("a new one gets its own", Some("other"), json!({}), None),
        ("its name is the template's", None, json!({}), None),
    ] {
        let mut body = postgres(name, given);
        with(&stored, |completion| completion.create(&mut body)).unwrap();
        let got = body.params["password"].as_str().unwrap();
        assert_eq!(body.params.len(), 1, "{what}: only what is generated is filled in");
        match want {
            Some(want) => assert_eq!(got, want, "{what}"),
            None => assert!(got.len() == 26 && got != "stored-password", "{what}: {got}"),
        }
    }
    let documents = [deployment("db", Source::Compose(miaas_core::model::ComposeSource::default()))];
    let mut body = postgres(Some("db"), json!({}));
    with(&documents, |completion| completion.create(&mut body)).unwrap();
    assert_eq!(body.params["password"].as_str().unwrap().len(), 26);
}

#[test]
fn t2_an_update_gives_new_values_where_it_says_null() {
    let source = Source::Template { name: "postgres".into(), params: params(json!({"password": "stored-password"})) };
    let stored = [deployment("db", source)];
    let update = |name: &str, given: Value| {
        let mut body = UpdateDeployment { params: params(given), ..UpdateDeployment::default() };
        with(&stored, |completion| completion.update(name, &mut body)).unwrap();
        body.params
    };
    assert_eq!(update("db", json!({"password": null}))["password"].as_str().unwrap().len(), 26);
    assert_eq!(
        update("db", json!({"database": null, "password": "mine-it-is"})),
        params(json!({"database": null, "password": "mine-it-is"}))
    );
    assert_eq!(update("db", json!({})), Params::new());
    assert_eq!(update("nobody", json!({"password": null})), params(json!({"password": null})));
}

#[test]
fn t8_services_of_a_stack_are_completed_and_wrong_ones_left_to_be_refused() {
    let service = |template: &str| StackService { template: Some(template.into()), ..StackService::default() };
    let after = StackService { depends_on: vec!["db".into()], ..service("nosuch") };
    let body = ApplyStack { services: BTreeMap::from([("db".into(), service("postgres")), ("app".into(), after)]) };
    let services = with(&[], |completion| completion.stack("rag", body)).unwrap();
    let (db, none) = &services["db"];
    assert_eq!(
        (db.name.as_deref(), none.len(), db.params["password"].as_str().unwrap().len()),
        (Some("rag-db"), 0, 26)
    );
    let (app, after) = &services["app"];
    assert_eq!((app.name.as_deref(), &after[..], app.params.len()), (Some("rag-app"), &["db".to_owned()][..], 0));
}

#[test]
fn failures_are_told() {
    let unknown = with(&[], |completion| {
        completion.create(&mut CreateDeployment { template: Some("postgrse".into()), ..CreateDeployment::default() })
    });
    assert_eq!(unknown.unwrap_err().kind(), ErrorKind::NotFound);
    let catalog = Catalog::builtin().unwrap();
    let random = || Err(PortError::internal("random", "none left"));
    let completion = Completion { catalog: &catalog, stored: &|_| None, random };
    assert_eq!(completion.create(&mut postgres(None, json!({}))).unwrap_err().message(), "none left");
}
