//! Who may call what; keys, join tokens, node tokens (N1, N5, S4).

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, read};

#[tokio::test]
async fn each_kind_of_credential_opens_its_own_routes_only() {
    let server = Server::start().await;
    let join = server.join_token(5).await;
    let (node, token) = server.node("n1").await;
    let (other, other_token) = server.node("n2").await;
    let beat = format!("/api/v1/nodes/{node}/heartbeat");
    let key = server.key.clone();
    let forged = format!("{}x", key);
    let table: [(&str, &str, &str, u16); 17] = [
        ("GET", "/api/v1/status", &key, 200),
        ("GET", "/api/v1/status", &join, 403),
        ("GET", "/api/v1/status", &token, 403),
        ("GET", "/api/v1/status", &forged, 401),
        ("GET", "/api/v1/status", "miaas_key_", 401),
        ("GET", "/api/v1/status", "miaas_key_key-1_x", 401),
        ("GET", "/api/v1/status", "nonsense", 401),
        ("POST", &beat, &token, 200),
        ("POST", &beat, &other_token, 403),
        ("POST", &beat, &key, 403),
        ("POST", &beat, &join, 403),
        ("POST", &beat, "", 401),
        ("POST", "/api/v1/nodes/none/heartbeat", &token, 404),
        ("POST", "/api/v1/nodes/register", &key, 403),
        ("POST", "/api/v1/nodes/register", &token, 403),
        ("POST", "/api/v1/nodes/register", "miaas_join_tok-1_x", 401),
        ("GET", "/api/v1/nodes/n1/session", &other_token, 403),
    ];
    for (method, path, credential, wanted) in table {
        let request = server.request(method.parse().unwrap(), path, credential).json(&json!({}));
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), wanted, "{method} {path} with {credential:.20}");
        assert_eq!(response.headers().contains_key("www-authenticate"), wanted == 401);
    }
    // The path may also name the node.
    assert_eq!(server.heartbeat("n2", &other_token).await.status(), 200);
    assert_ne!(node, other);
}

#[tokio::test]
async fn keys_are_shown_once_and_refused_when_deleted() {
    let server = Server::start().await;
    let (status, made) = server.post("/api/v1/keys", json!({"description": "ci"})).await;
    assert_eq!(status, 201);
    let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    assert!(key.starts_with("miaas_key_"));
    let (_, list) = server.get("/api/v1/keys").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert!(!list.to_string().contains(key), "{list}");

    let status_of = async |key: &str| server.request(Method::GET, "/api/v1/status", key).send().await.unwrap().status();
    assert_eq!(status_of(key).await, 200);
    let path = format!("/api/v1/keys/{id}");
    assert_eq!(server.send(Method::DELETE, &path, Value::Null).await.0, 204);
    assert_eq!(status_of(key).await, 401);
    assert_eq!(server.send(Method::DELETE, &path, Value::Null).await.0, 404);

    let (_, list) = server.get("/api/v1/keys").await;
    let last = format!("/api/v1/keys/{}", list["items"][0]["id"].as_str().unwrap());
    let (status, body) = server.send(Method::DELETE, &last, Value::Null).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("conflict")), "the last key stays");
}

#[tokio::test]
async fn no_secret_is_stored_in_clear() {
    let server = Server::start().await;
    let join = server.join_token(1).await;
    let state = server.dir.path().join("state");
    server.running.stop();
    let key = server.key.clone();
    server.running.wait().await.unwrap();
    let database = std::fs::read(state.join("miaas.db")).unwrap();
    for secret in [&key, &join] {
        let secret = secret.rsplit_once('_').unwrap().1.as_bytes();
        assert!(!database.windows(secret.len()).any(|w| w == secret));
    }
}

#[tokio::test]
async fn n1_racing_registrations_cannot_share_the_last_use() {
    let server = Server::start().await;
    let join = server.join_token(3).await;
    let names: Vec<String> = (0..12).map(|i| format!("racer-{i}")).collect();
    let answers = futures_util::future::join_all(names.iter().map(|name| server.register(&join, name))).await;
    let joined = answers.iter().filter(|(status, _)| *status == 201).count();
    assert_eq!(joined, 3, "{answers:?}");
    assert!(answers.iter().all(|(status, _)| matches!(status, 201 | 401)), "{answers:?}");
    let (_, nodes) = server.get("/api/v1/nodes").await;
    assert_eq!(nodes["items"].as_array().unwrap().len(), 3);
    assert_eq!(nodes["items"][0]["labels"]["zone"], "a", "labels of the token");
}

#[tokio::test]
async fn n1_a_refused_registration_gives_its_use_back() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    assert_eq!(server.heartbeat(&node, &token).await.status(), 200);
    let join = server.join_token(1).await;
    let (status, body) = server.register(&join, "n1").await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("already_exists")));
    assert_eq!(server.register(&join, "a/b").await.0, 400);
    assert_eq!(server.register(&join, "n2").await.0, 201);
    let (status, body) = server.register(&join, "n3").await;
    assert_eq!((status, &body["error"]["message"]), (401, &json!("the join token is used up")));
}

#[tokio::test]
async fn n1_join_tokens_are_listed_deleted_and_expire() {
    let server = Server::start().await;
    let (_, made) = server.post("/api/v1/tokens", json!({"ttl_seconds": 1, "description": "rack 4"})).await;
    let token = made["token"].as_str().unwrap();
    let command = made["join_command"].as_str().unwrap();
    assert_eq!(command, format!("miaas agent --server {} --join-token {token} --docker", server.running.url()));
    let (_, list) = server.get("/api/v1/tokens").await;
    assert_eq!(list["items"][0]["description"], "rack 4");
    assert!(!list.to_string().contains(token));
    tokio::time::sleep(std::time::Duration::from_millis(1050)).await;
    let (status, body) = server.register(token, "late").await;
    assert_eq!((status, &body["error"]["message"]), (401, &json!("the join token has expired")));

    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(server.send(Method::DELETE, &path, Value::Null).await.0, 204);
    let (status, body) = server.register(token, "late").await;
    assert_eq!((status, &body["error"]["message"]), (401, &json!("the join token is not valid")));
}

#[tokio::test]
async fn n5_revoked_tokens_are_refused_at_once() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    assert_eq!(server.heartbeat(&node, &token).await.status(), 200);
    assert_eq!(server.send(Method::POST, "/api/v1/nodes/n1/revoke", Value::Null).await.0, 204);
    let (status, body) = read(server.heartbeat(&node, &token).await).await;
    assert_eq!((status, &body["error"]["message"]), (401, &json!("the node token was revoked")));
    // It may register its name again, and is somebody else then.
    let (again, fresh) = server.node("n1").await;
    assert_ne!(again, node);
    assert_eq!(server.heartbeat(&again, &fresh).await.status(), 200);
}

#[tokio::test]
async fn s4_ten_thousand_wrong_keys_get_nowhere_and_keep_nobody_out() {
    let server = Server::start().await;
    let id = server.key.strip_prefix("miaas_key_").unwrap().split('_').next().unwrap();
    let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
    let guess = async |n: usize| {
        let wrong = format!("miaas_key_{id}_{n:052}");
        server.request(Method::GET, "/api/v1/status", &wrong).send().await.unwrap()
    };
    for batch in 0..100 {
        let answers = futures_util::future::join_all((0..100).map(|n| guess(100 * batch + n))).await;
        for answer in answers {
            let status = answer.status().as_u16();
            assert_eq!(answer.headers().contains_key("retry-after"), status == 429);
            *statuses.entry(status).or_default() += 1;
        }
    }
    // Sixty at once, one a second.
    assert!(statuses[&429] > 9_800 && statuses[&401] >= 60 && statuses.len() == 2, "{statuses:?}");
    // Whoever has the right key is let in, although the address is shared; another address is told what is wrong.
    assert_eq!(server.get("/api/v1/status").await.0, 200);
    let other = miaas_tls::http(None).unwrap().local_address(Some("127.0.0.2".parse().unwrap())).build().unwrap();
    let url = format!("{}/api/v1/status", server.running.url());
    assert_eq!(other.get(url).bearer_auth("miaas_key_x_y").send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn s4_a_key_is_good_for_so_many_requests_and_answers_are_hardened() {
    let server = Server::with(|config| {
        (config.api.rates.requests.burst, config.api.rates.requests.per_second) = (5.0, 0.01);
    })
    .await;
    let (_, made) = server.post("/api/v1/keys", json!({})).await;
    let viewer = made["key"].as_str().unwrap();
    for _ in 0..4 {
        assert_eq!(server.get("/api/v1/status").await.0, 200);
    }
    let (status, body) = server.get("/api/v1/status").await;
    assert_eq!((status, &body["error"]["code"]), (429, &json!("rate_limited")));
    let answer = server.request(Method::GET, "/api/v1/status", viewer).send().await.unwrap();
    assert_eq!(answer.status(), 200, "another key has its own");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.headers()[name], value);
    }
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    // Pages of others read nothing: no origin is allowed.
    let asked = server.request(Method::OPTIONS, "/api/v1/status", "").header("origin", "https://evil.example");
    let asked = asked.header("access-control-request-method", "GET").send().await.unwrap();
    assert!(asked.headers().keys().all(|name| !name.as_str().starts_with("access-control-")), "{:?}", asked.headers());
}
