//! Every route with every kind of credential (S1): the table of the code is what the guard does.

use std::time::Duration;

use miaas_core::api::v1::Role;
use miaas_server::{Access, route_table};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, read};

async fn key(server: &Server, body: Value) -> String {
    let (status, made) = server.post("/api/v1/keys", body).await;
    assert_eq!(status, 201, "{made}");
    made["key"].as_str().unwrap().to_owned()
}

/// Somebody who is signed in with an API key: the cookie of the session, and its word.
async fn session(server: &Server, key: &str) -> (String, String) {
    let request = server.request(Method::POST, "/api/v1/session", "").json(&json!({"key": key}));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let info: Value = answer.json().await.unwrap();
    (cookie, info["csrf"].as_str().unwrap().to_owned())
}

/// Whom a credential is of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    Nobody,
    Unknown,
    Expired,
    Key(Role),
    Limited,
    Join,
    Node,
    OtherNode,
    Session(Role),
    /// A page of another site that makes the browser of an administrator ask.
    Forged,
}

/// What the guard does: lets through, or refuses with this status.
fn wanted(access: Access, who: Who) -> Option<u16> {
    match (access, who) {
        (Access::Public | Access::Proof, _) => None,
        (_, Who::Nobody | Who::Unknown | Who::Expired) => Some(401),
        (Access::Role { role, .. }, Who::Key(own) | Who::Session(own)) if own >= role => None,
        (Access::Role { role, scoped: true }, Who::Limited) if Role::Operator >= role => None,
        (Access::Node, Who::Node) | (Access::Join, Who::Join) => None,
        _ => Some(403),
    }
}

#[tokio::test]
async fn s1_every_route_lets_in_whom_the_table_says_and_nobody_else() {
    let server = Server::with(|config| config.api.rates.failures.burst = 10_000.0).await;
    let (node, token) = server.node("n1").await;
    let (_, other) = server.node("n2").await;
    let mut credentials = vec![
        (Who::Nobody, String::new()),
        (Who::Unknown, "miaas_key_key-1_x".to_owned()),
        (Who::Expired, key(&server, json!({"role": "viewer", "ttl_seconds": 1})).await),
        (Who::Limited, key(&server, json!({"role": "operator", "scope": {"team": "a"}})).await),
        (Who::Join, server.join_token(1).await),
        (Who::Node, token),
        (Who::OtherNode, other),
    ];
    for role in Role::ALL {
        let key = key(&server, json!({"role": role.as_str()})).await;
        credentials.push((Who::Session(role), key.clone()));
        credentials.push((Who::Key(role), key));
    }
    credentials.push((Who::Forged, server.key.clone()));
    tokio::time::sleep(Duration::from_millis(1050)).await;
    let mut cells = 0;
    for route in route_table() {
        for (who, credential) in &credentials {
            // What is let through must change nothing that the next cell needs: it names nothing that is there.
            let named = if route.access == Access::Node { node.as_str() } else { "none" };
            let path = route.path.replace("{id}", named).replace("{name}", "none");
            let method: Method = route.method.parse().unwrap();
            let request = match who {
                Who::Session(_) => {
                    // A fresh one: some routes end it.
                    let (cookie, word) = session(&server, credential).await;
                    server.request(method, &path, "").header("cookie", cookie).header("x-miaas-csrf", word)
                }
                Who::Forged => {
                    let (cookie, _) = session(&server, credential).await;
                    server.request(method, &path, "").header("cookie", cookie).header("origin", "https://evil.example")
                }
                _ => server.request(method, &path, credential),
            };
            // A body that no route takes, so that nothing is made or changed.
            let request = if route.method == "GET" { request } else { request.json(&json!({"no_such_field": 1})) };
            let request = request.header("accept", "application/json").timeout(Duration::from_secs(5));
            let status = request.send().await.unwrap().status().as_u16();
            cells += 1;
            if route.access == Access::Proof {
                // What it wants is in the body: credentials change nothing.
                // 404: there is no provider that a browser could come back from.
                assert!(matches!(status, 200 | 400 | 401 | 404), "{} {path} by {who:?}: {status}", route.method);
                continue;
            }
            match wanted(route.access, *who) {
                Some(refused) => assert_eq!(status, refused, "{} {path} by {who:?}", route.method),
                None => assert!(!matches!(status, 401 | 403 | 500..), "{} {path} by {who:?}: {status}", route.method),
            }
        }
    }
    assert_eq!(cells, route_table().len() * credentials.len());
}

#[tokio::test]
async fn s1_a_viewer_gets_no_password_and_changes_nothing() {
    let server = Server::start().await;
    let viewer = key(&server, json!({})).await;
    server.post("/api/v1/deployments", json!({"template": "redis", "params": {"password": "pass-0123456789"}})).await;
    let get = async |path: &str| read(server.request(Method::GET, path, &viewer).send().await.unwrap()).await;
    let (status, item) = get("/api/v1/deployments/redis").await;
    assert!(status == 200 && !item.to_string().contains("pass-0123456789"), "{item}");
    assert_eq!(get("/api/v1/deployments/redis/outputs").await.0, 200);
    let (status, refused) = get("/api/v1/deployments/redis/outputs?reveal=true").await;
    assert_eq!(status, 403, "{refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains("role operator"), "{refused}");
}

#[tokio::test]
async fn s1_a_limited_key_sees_and_changes_its_own_deployments_only() {
    let server = Server::start().await;
    let limited = key(&server, json!({"role": "operator", "scope": {"team": "a"}})).await;
    let call = async |method: Method, path: &str, body: Value| {
        read(server.request(method, path, &limited).json(&body).send().await.unwrap()).await
    };
    for (name, team) in [("ours", "a"), ("theirs", "b")] {
        let body = json!({"template": "redis", "name": name, "labels": {"team": team, "x": "y"}});
        assert_eq!(server.post("/api/v1/deployments", body).await.0, 202);
    }
    let (_, list) = call(Method::GET, "/api/v1/deployments", Value::Null).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["items"][0]["name"], "ours");

    let deployments = "/api/v1/deployments";
    for (method, path, body, wanted) in [
        (Method::GET, "/api/v1/deployments/ours", json!(null), 200),
        (Method::PATCH, "/api/v1/deployments/ours", json!({"replicas": 2}), 200),
        (Method::PATCH, "/api/v1/deployments/ours", json!({"labels": {"team": "b"}}), 400),
        (Method::GET, "/api/v1/deployments/theirs", json!(null), 404),
        (Method::PATCH, "/api/v1/deployments/theirs", json!({"replicas": 2}), 404),
        (Method::DELETE, "/api/v1/deployments/theirs", json!(null), 404),
        (Method::GET, "/api/v1/deployments/theirs/logs", json!(null), 404),
        (Method::GET, "/api/v1/deployments/theirs/outputs?reveal=true", json!(null), 404),
        (Method::GET, "/api/v1/deployments/theirs/revisions", json!(null), 404),
        (Method::POST, "/api/v1/deployments/theirs/rollback", json!({}), 404),
        (Method::POST, deployments, json!({"template": "redis", "name": "new"}), 400),
        (Method::POST, deployments, json!({"template": "redis", "name": "new", "labels": {"team": "b"}}), 400),
        (Method::POST, "/api/v1/plan", json!({"template": "redis", "name": "theirs", "labels": {"team": "a"}}), 409),
        (Method::POST, deployments, json!({"template": "redis", "name": "theirs", "labels": {"team": "a"}}), 409),
        (Method::POST, deployments, json!({"template": "redis", "name": "new", "labels": {"team": "a"}}), 202),
        (Method::DELETE, "/api/v1/deployments/new", json!(null), 202),
        (Method::GET, "/api/v1/nodes", json!(null), 403),
        (Method::GET, "/api/v1/events", json!(null), 403),
        (Method::PUT, "/api/v1/secrets/x", json!({"value": "x"}), 403),
        (Method::GET, "/api/v1/templates", json!(null), 200),
    ] {
        let (status, answer) = call(method.clone(), path, body).await;
        assert_eq!(status, wanted, "{method} {path}: {answer}");
        if path.contains("theirs") && wanted == 404 {
            let missing = call(method, &path.replace("theirs", "absent"), json!({})).await.1.to_string();
            assert_eq!(
                answer.to_string().replace("theirs", "absent"),
                missing,
                "it is told apart from what is not there"
            );
        }
    }
}

#[tokio::test]
async fn s1_keys_expire_tell_when_they_were_used_and_one_administrator_stays() {
    let server = Server::start().await;
    for (body, path) in [
        (json!({"role": "root"}), "role"),
        (json!({"ttl_seconds": 0}), "/ttl_seconds"),
        (json!({"role": "admin", "scope": {"team": "a"}}), "/role"),
        (json!({"scope": {"not a key": "a"}}), "/scope"),
        (json!({"description": "\u{7}"}), "/description"),
    ] {
        let (status, answer) = server.post("/api/v1/keys", body).await;
        assert!(status == 400 && answer.to_string().contains(path), "{path}: {answer}");
    }
    let brief = key(&server, json!({"role": "admin", "ttl_seconds": 1})).await;
    let used = async || server.request(Method::GET, "/api/v1/status", &brief).send().await.unwrap();
    assert_eq!(used().await.status(), 200);
    let (_, list) = server.get("/api/v1/keys").await;
    let mine =
        |list: &Value| list["items"].as_array().unwrap().iter().find(|k| k["expires_at"].is_string()).cloned().unwrap();
    assert!(mine(&list)["last_used_at"].is_string(), "{list}");
    tokio::time::sleep(Duration::from_millis(1050)).await;
    let (status, answer) = read(used().await).await;
    assert_eq!((status, &answer["error"]["message"]), (401, &json!("the API key has expired")));
    // One that expires is no administrator to count on.
    let first = list["items"].as_array().unwrap().iter().find(|k| k["expires_at"].is_null()).unwrap()["id"].clone();
    let path = format!("/api/v1/keys/{}", first.as_str().unwrap());
    assert_eq!(server.send(Method::DELETE, &path, Value::Null).await.0, 409);
    let expired = format!("/api/v1/keys/{}", mine(&list)["id"].as_str().unwrap());
    assert_eq!(server.send(Method::DELETE, &expired, Value::Null).await.0, 204);
}

#[tokio::test]
async fn s3_keys_of_what_is_stored_are_rotated_over_the_api() {
    let server = Server::start().await;
    server.send(Method::PUT, "/api/v1/secrets/a", json!({"value": "hush"})).await;
    let (status, one) = server.post("/api/v1/seal/rotate", json!({})).await;
    assert!(status == 200 && one["objects"].as_u64().unwrap() > 3, "{one}");
    let (status, two) = server.post("/api/v1/seal/rotate", json!({"master": true})).await;
    assert_eq!(status, 200);
    assert!(one["root_key"] != two["root_key"] && one["master_key"] != two["master_key"], "{one} {two}");
    assert_eq!(server.get("/api/v1/secrets").await.1["items"][0]["name"], "a");
}

#[test]
fn s1_the_documented_permissions_are_those_of_the_table() {
    let mut text = String::from(
        "# Permissions\n\nWho may call which route: this page is made from the table that guards them. A role may do all that the \
         ones above it may.\nRoutes that are also for limited keys (`miaas key create --scope`) reach the deployments with these \
         labels only.\n\n| Method | Path | Who | Limited keys |\n|---|---|---|---|\n",
    );
    for route in route_table() {
        let (who, limited) = match route.access {
            Access::Public => ("everybody", ""),
            Access::Role { role, scoped } => (role.as_str(), if scoped && role < Role::Admin { "yes" } else { "" }),
            Access::Node => ("the node itself", ""),
            Access::Proof => ("whoever proves who it is in the request", ""),
            Access::Join => ("a machine with a join token", ""),
        };
        text += &format!("| {} | `{}` | {who} | {limited} |\n", route.method, route.path);
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/permissions.md");
    if std::env::var_os("MIAAS_UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/permissions.md is stale: MIAAS_UPDATE=1 cargo test -p miaas-server --test api s1_"
    );
}
