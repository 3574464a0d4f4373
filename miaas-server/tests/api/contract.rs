//! The OpenAPI document is the one of the code, whole, and every route of it wants credentials (U3).

use std::collections::BTreeSet;

use miaas_server::{openapi, route_table};
use serde_json::Value;

use crate::support::{Server, read};

fn document() -> Value {
    serde_json::from_str(&openapi()).unwrap()
}

fn documented() -> BTreeSet<(String, String)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let each = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    each.collect()
}

#[test]
fn u3_the_committed_document_is_the_one_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == openapi(), "docs/openapi.json is stale: run `make openapi`");
}

#[test]
fn u3_every_route_is_documented_and_every_operation_has_its_own_name() {
    let routed: BTreeSet<_> = route_table().iter().map(|r| (r.method.to_owned(), r.path.to_owned())).collect();
    assert_eq!(documented(), routed);
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{operation}");
            assert!(operation["responses"]["default"].is_object());
        }
    }
}

#[tokio::test]
async fn every_route_but_health_and_description_wants_credentials() {
    let server = Server::with(|config| config.api.rates.failures.burst = 10_000.0).await;
    let open = ["/", "/openapi.json", "/healthz", "/readyz", "/api/v1/session/methods"];
    // This server speaks plain HTTP, and knows no provider of OpenID Connect.
    let absent = ["/ca.pem", "/assets/{file}", "/api/v1/session/oidc", "/api/v1/session/oidc/callback"];
    for (method, path) in documented() {
        let address = path.replace("{id}", "x").replace("{name}", "x");
        let request = server.request(method.parse().unwrap(), &address, "");
        let response = request.send().await.unwrap();
        if open.contains(&path.as_str()) {
            assert_eq!(response.status(), 200, "{method} {path}");
            continue;
        }
        if absent.contains(&path.as_str()) {
            assert_eq!(response.status(), 404, "{method} {path}");
            continue;
        }
        if (method.as_str(), path.as_str()) == ("POST", "/api/v1/session") {
            assert_eq!(response.status(), 415, "the proof is in the body");
            continue;
        }
        let proof = path.strip_prefix("/api/v1/nodes/{id}/").filter(|rest| matches!(*rest, "token" | "challenge"));
        if let Some(proof) = proof {
            assert_eq!(response.status(), if proof == "token" { 415 } else { 200 }, "the proof is in the body");
            continue;
        }
        assert_eq!(response.status(), 401, "{method} {path}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer", "{method} {path}");
        let (_, body) = read(response).await;
        assert_eq!(body["error"]["code"], "unauthenticated", "{method} {path}");
    }
}

#[tokio::test]
async fn the_api_can_be_nested_in_another_application() {
    let server = Server::start().await;
    let app = axum::Router::new().nest("/miaas", miaas_server::router(server.running.state.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let outer = tokio::spawn(async move { axum::serve(listener, app).await });
    let client = miaas_tls::http(None).unwrap().build().unwrap();
    for (path, status) in [("healthz", 200), ("api/v1/status", 401), ("nothing", 404)] {
        let response = client.get(format!("http://{addr}/miaas/{path}")).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
    }
    let status =
        client.get(format!("http://{addr}/miaas/api/v1/status")).bearer_auth(&server.key).send().await.unwrap();
    assert_eq!(status.status(), 200);
    outer.abort();
}
