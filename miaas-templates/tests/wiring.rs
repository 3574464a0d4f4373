//! References between the services of a stack, and to secrets (T8).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use common::{assigned, compose, node, renderer, template};
use miaas_core::{
    model::{Deployment, ExecutorKind, Facts, StackMember, Values, reference},
    name::Name,
    port::{Reach, RenderContext, Renderer as _, Viewpoint},
    secret::Secret,
};
use serde_json::json;

fn values(pairs: &[(&str, &str)]) -> Values {
    pairs.iter().map(|(r, v)| (reference::references(r).unwrap().remove(0), Secret::new(*v))).collect()
}

fn member(mut d: Deployment, service: &str) -> Deployment {
    let name = |text: &str| Name::parse(text).unwrap();
    d.spec.stack = Some(StackMember { stack: name("rag"), service: name(service), after: [].into() });
    d
}

#[test]
fn t8_values_take_the_place_of_references_and_people_see_the_references() {
    let d = template("redis", json!({"password": "${secrets.redis}"}));
    let references = renderer().references(&d.spec);
    assert_eq!(
        references.iter().map(|(r, path)| (r.to_string(), path.as_str())).collect::<Vec<_>>(),
        [("${secrets.redis}".to_owned(), "/source/params/password")]
    );
    let facts = Facts::default();
    let values = values(&[("${secrets.redis}", "s3 \"$cret\"")]);
    let context = RenderContext { values: &values, ..node(&facts, ExecutorKind::Docker) };
    let w = renderer().render(&d, &assigned(&d, ExecutorKind::Docker), context).unwrap();
    assert_eq!(w.spec.services["redis"].environment.0["REDISCLI_AUTH"], "s3 \"$cret\"");
    assert!(!w.compose.contains("s3 ") && !w.compose.contains("$cret"), "{}", w.compose);
}

#[test]
fn t8_a_reference_without_a_value_and_a_value_that_does_not_fit_are_errors() {
    let facts = Facts::default();
    let bad = template("redis", json!({"bind": "${secrets.where}"}));
    assert!(renderer().validate(Some(&bad.name), &bad.spec).is_empty(), "what it will be is not known yet");
    let at = assigned(&bad, ExecutorKind::Docker);
    let e = renderer().render(&bad, &at, node(&facts, ExecutorKind::Docker)).unwrap_err();
    assert!(e.message.contains("${secrets.where} has no value"), "{e}");
    let values = values(&[("${secrets.where}", "nowhere")]);
    let context = RenderContext { values: &values, ..node(&facts, ExecutorKind::Docker) };
    let e = renderer().render(&bad, &at, context).unwrap_err();
    assert!(e.message.contains("bind") && e.message.contains("no IP address"), "{e}");
    let malformed = template("redis", json!({"password": "${secrets.}"}));
    let issues = renderer().validate(Some(&malformed.name), &malformed.spec);
    assert_eq!(issues[0].path, "/source/params/password");
    assert!(issues[0].hint.as_deref().unwrap().contains("$${secrets."), "{issues:?}");
}

#[test]
fn t8_variables_of_a_document_refer_as_well() {
    let mut d = compose("services: {web: {image: 'a:1', environment: {DB: '${DB}', RAW: '$${services.db.url}'}}}");
    if let miaas_core::model::Source::Compose(source) = &mut d.spec.source {
        source.env.insert("DB".into(), "tcp://${services.db.endpoints.redis}".into());
    }
    let d = member(d, "web");
    let values = values(&[("${services.db.endpoints.redis}", "db.rag:6379")]);
    let facts = Facts::default();
    let context = RenderContext { values: &values, ..node(&facts, ExecutorKind::Docker) };
    let w = renderer().render(&d, &assigned(&d, ExecutorKind::Docker), context).unwrap();
    let environment = &w.spec.services["web"].environment.0;
    assert_eq!(environment["DB"], "tcp://db.rag:6379");
    assert_eq!(environment["RAW"], "${services.db.url}", "the document's own text is the interpolation's");
    assert!(!w.compose.contains("db.rag"), "{}", w.compose);
}

#[test]
fn t8_members_share_a_network_and_are_seen_as_their_neighbours_see_them() {
    let d = member(template("redis", json!({"password": "pw"})), "db");
    let at = assigned(&d, ExecutorKind::Docker);
    let facts = Facts::default();
    let context = node(&facts, ExecutorKind::Docker);
    let w = renderer().render(&d, &at, context).unwrap();
    let service = &w.spec.services["redis"];
    assert_eq!(w.spec.networks["miaas.stack"].name.as_deref(), Some("miaas-stack-rag"));
    assert_eq!(service.networks["miaas.stack"].aliases, ["db.rag"]);
    assert!(service.networks.contains_key("default"), "it keeps its own network");
    assert_eq!(service.ports[0].host_ip, "127.0.0.1");
    let seen = |from| {
        let outputs = renderer().outputs(&d, &at, context, from).unwrap();
        assert_eq!(outputs.secrets["password"].expose(), "pw");
        outputs.values["endpoints.redis"].value.expose().to_owned()
    };
    assert_eq!(seen(Viewpoint::User), "127.0.0.1:20000");
    assert_eq!(seen(Viewpoint::SameNode), "db.rag:6379");
    assert_eq!(seen(Viewpoint::OtherNode), "10.0.0.7:20000");
    let open = RenderContext { reach: Reach::Fleet, ..context };
    let w = renderer().render(&d, &at, open).unwrap();
    assert_eq!(w.spec.services["redis"].ports[0].host_ip, "10.0.0.7", "other nodes have to reach it");
    let offers = renderer().offers(&d.spec);
    assert!(offers.outputs.contains("address") && offers.outputs.contains("endpoints.redis"), "{offers:?}");
    assert!(offers.secrets.contains("password"), "{offers:?}");
}
