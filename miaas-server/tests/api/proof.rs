//! Nodes prove by their key who they are (N5), and operators accept those that ask (N1).

use ed25519_dalek::{Signer as _, SigningKey};
use miaas_core::model::{proof_of, to_hex};
use miaas_server::Registration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Server, facts, read};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

async fn register(server: &Server, credential: &str, name: &str, key: Option<&SigningKey>) -> Answer {
    let public = key.map(|key| to_hex(key.verifying_key().as_bytes()));
    let body = json!({"name": name, "ip": "127.0.0.1", "capabilities": facts(), "public_key": public});
    read(server.request(Method::POST, "/api/v1/nodes/register", credential).json(&body).send().await.unwrap()).await
}

async fn challenge(server: &Server, node: &str) -> String {
    let path = format!("/api/v1/nodes/{node}/challenge");
    let (status, answer) = read(server.request(Method::POST, &path, "").send().await.unwrap()).await;
    assert_eq!(status, 200, "{answer}");
    answer["challenge"].as_str().unwrap().to_owned()
}

async fn answer(server: &Server, node: &str, challenge: &str, signature: &[u8]) -> Answer {
    let body = json!({"challenge": challenge, "signature": to_hex(signature)});
    let path = format!("/api/v1/nodes/{node}/token");
    read(server.request(Method::POST, &path, "").json(&body).send().await.unwrap()).await
}

async fn renew(server: &Server, node: &str, key: &SigningKey) -> Answer {
    let challenge = challenge(server, node).await;
    answer(server, node, &challenge, &key.sign(&proof_of(&challenge)).to_bytes()).await
}

fn id(registered: &Value) -> String {
    registered["node_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn n5_a_key_gets_its_node_a_fresh_token_and_nobody_else() {
    let server = Server::with(|config| config.node_token_ttl = std::time::Duration::from_secs(1)).await;
    let join = server.join_token(2).await;
    let (own, other) = (key(1), key(2));
    let node = id(&register(&server, &join, "n1", Some(&own)).await.1);
    let stranger = id(&register(&server, &join, "n2", Some(&other)).await.1);
    let (status, renewed) = renew(&server, &node, &own).await;
    assert_eq!(status, 200, "{renewed}");
    let token = renewed["node_token"].as_str().unwrap();
    assert_eq!(server.heartbeat(&node, token).await.status(), 200);
    assert_eq!(server.heartbeat(&stranger, token).await.status(), 403);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(server.heartbeat(&node, token).await.status(), 401);
    let (_, again) = renew(&server, &node, &own).await;
    assert_eq!(
        server.heartbeat(&node, again["node_token"].as_str().unwrap()).await.status(),
        200,
        "it is the same node"
    );

    let text = challenge(&server, &node).await;
    let good = own.sign(&proof_of(&text)).to_bytes();
    let elsewhere = challenge(&server, &stranger).await;
    let refused = json!("the proof is not valid");
    for (what, node, challenge, signature) in [
        ("another node's key", &*node, &*text, other.sign(&proof_of(&text)).to_bytes().to_vec()),
        (
            "the challenge alone, which could be a message of anything",
            &node,
            &text,
            own.sign(text.as_bytes()).to_bytes().to_vec(),
        ),
        ("a cut signature", &node, &text, good[..63].to_vec()),
        ("nothing", &node, &text, Vec::new()),
        ("zeros", &node, &text, vec![0; 64]),
        (
            "a node that is not there",
            "node-0000000000000",
            &challenge(&server, "node-0000000000000").await,
            good.to_vec(),
        ),
    ] {
        let (status, body) = answer(&server, node, challenge, &signature).await;
        assert_eq!((status, &body["error"]["message"]), (401, &refused), "{what}");
    }
    let (status, _) = answer(&server, &node, &elsewhere, &own.sign(&proof_of(&elsewhere)).to_bytes()).await;
    assert_eq!(status, 401, "the challenge of another node");
    assert_eq!(
        answer(&server, &node, token, &own.sign(&proof_of(token)).to_bytes()).await.0,
        401,
        "a token is no challenge"
    );

    // What was revoked, or removed, is not let in again by its key.
    assert_eq!(server.send(Method::POST, "/api/v1/nodes/n1/revoke", Value::Null).await.0, 204);
    assert_eq!(renew(&server, &node, &own).await.0, 401);
    assert_eq!(server.send(Method::DELETE, "/api/v1/nodes/n2", Value::Null).await.0, 204);
    assert_eq!(renew(&server, &stranger, &other).await.0, 401);
}

#[tokio::test]
async fn n1_who_asks_without_a_token_waits_until_an_operator_accepts_it() {
    let server = Server::with(|config| config.api.registration = Registration::Approval).await;
    let (own, other) = (key(1), key(2));
    let (status, asked) = register(&server, "", "n1", Some(&own)).await;
    assert!(status == 202 && asked["node_token"].is_null(), "{asked}");
    let node = id(&asked);
    let (_, item) = server.get("/api/v1/nodes/n1").await;
    assert_eq!((&item["approved"], &item["status"]), (&json!(false), &json!("pending")));
    let (status, body) = renew(&server, &node, &own).await;
    assert_eq!((status, &body["error"]["hint"]), (403, &json!("`miaas node approve n1`")));
    // The same machine asks again; another takes its name from nobody, whether that waits or is a node.
    assert_eq!(id(&register(&server, "", "n1", Some(&own)).await.1), node);
    assert_eq!(register(&server, "", "n1", Some(&other)).await.0, 409);
    let join = server.join_token(1).await;
    register(&server, &join, "lost", Some(&other)).await;
    let (status, _) = register(&server, "", "lost", Some(&other)).await;
    assert_eq!(status, 409, "a node that was never heard of is still not given up for a stranger");
    assert_eq!(register(&server, "", "n3", None).await.0, 400);

    assert_eq!(server.post("/api/v1/nodes/n1/approve", Value::Null).await.0, 200);
    let (status, renewed) = renew(&server, &node, &own).await;
    assert_eq!(status, 200);
    assert_eq!(server.heartbeat(&node, renewed["node_token"].as_str().unwrap()).await.status(), 200);
    assert_eq!(server.get("/api/v1/nodes/n1").await.1["approved"], true);
    let (_, log) = server.get("/api/v1/audit").await;
    assert_eq!(log["items"][0]["who"], "nobody");

    let strict = Server::start().await;
    assert_eq!(register(&strict, "", "n1", Some(&own)).await.0, 401);
    let open = Server::with(|config| config.api.registration = Registration::Open).await;
    let (status, made) = register(&open, "", "n1", None).await;
    assert!(status == 201 && made["node_token"].is_string(), "{made}");
    let dir = tempfile::tempdir().unwrap();
    let mut config = crate::support::config(&dir);
    (config.listen, config.api.registration) = ("0.0.0.0:0".parse().unwrap(), Registration::Open);
    let error = miaas_server::serve(config, std::future::pending()).await.unwrap_err();
    assert!(error.hint().unwrap().contains("--registration approval"), "{error}");
}
