//! Users, and the sessions of their browsers (S1, S4).

use std::time::Duration;

use futures_util::StreamExt as _;
use miaas_core::api::v1::Role;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::support::{Answer, Server, read};

const PASSWORD: &str = "correct horse battery";

/// Somebody's browser.
struct Browser<'a> {
    server: &'a Server,
    cookie: String,
    csrf: String,
}

async fn user(server: &Server, name: &str, more: Value) {
    let mut body = json!({"name": name, "password": PASSWORD});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (status, made) = server.post("/api/v1/users", body).await;
    assert_eq!(status, 201, "{made}");
    assert!(!made.to_string().contains("argon2"), "{made}");
}

async fn try_to_sign_in(server: &Server, user: &str, password: &str) -> reqwest::Response {
    let body = json!({"user": user, "password": password});
    server.request(Method::POST, "/api/v1/session", "").json(&body).send().await.unwrap()
}

impl<'a> Browser<'a> {
    async fn sign_in(server: &'a Server, user: &str) -> Self {
        let answer = try_to_sign_in(server, user, PASSWORD).await;
        assert_eq!(answer.status(), 200);
        let set = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(set.contains("; HttpOnly; SameSite=Strict; Max-Age=604800"), "{set}");
        let cookie = set.split(';').next().unwrap().to_owned();
        let info: Value = answer.json().await.unwrap();
        assert_eq!((&info["user"], &info["from"]), (&json!(user), &json!("password")));
        Self { server, cookie, csrf: info["csrf"].as_str().unwrap().to_owned() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, path, "").header("cookie", &self.cookie).header("x-miaas-csrf", &self.csrf)
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Answer {
        read(self.request(method, path).json(&body).send().await.unwrap()).await
    }

    async fn status(&self) -> u16 {
        self.request(Method::GET, "/api/v1/status").send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn s1_a_user_signs_in_works_and_signs_out() {
    let server = Server::start().await;
    user(&server, "alice", json!({"role": "operator"})).await;
    let alice = Browser::sign_in(&server, "alice").await;
    let (status, deployed) = alice.ask(Method::POST, "/api/v1/deployments", json!({"template": "redis"})).await;
    assert_eq!(status, 202, "{deployed}");
    let (status, refused) = alice.ask(Method::GET, "/api/v1/users", Value::Null).await;
    assert_eq!(status, 403);
    assert!(refused["error"]["message"].as_str().unwrap().contains("user/alice is operator"), "{refused}");
    // The page is opened again: it learns who is signed in, and the word.
    let (_, info) = alice.ask(Method::GET, "/api/v1/session", Value::Null).await;
    assert_eq!((&info["role"], info["csrf"].as_str()), (&json!("operator"), Some(alice.csrf.as_str())));
    let (_, list) = server.get("/api/v1/users").await;
    assert!(list["items"][0]["last_sign_in_at"].is_string() && !list.to_string().contains("argon2"), "{list}");

    let (_, audit) = server.get("/api/v1/audit?limit=1000").await;
    let who: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|e| (e["path"].as_str(), e["who"].as_str())).collect();
    assert!(who.contains(&(Some("/api/v1/session"), Some("user/alice"))), "{who:?}");
    assert!(who.contains(&(Some("/api/v1/deployments"), Some("user/alice"))), "{who:?}");

    let out = alice.request(Method::DELETE, "/api/v1/session").send().await.unwrap();
    assert_eq!(out.status(), 204);
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("miaas_session=; Path=/; HttpOnly"));
    assert_eq!(alice.status().await, 401);
}

#[tokio::test]
async fn s4_other_sites_cannot_use_a_session() {
    let server = Server::start().await;
    user(&server, "alice", json!({"role": "admin"})).await;
    let alice = Browser::sign_in(&server, "alice").await;
    let host = server.running.addr.to_string();
    let own = format!("http://{host}");
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let table: [(Method, Headers<'_>, u16); 7] = [
        (Method::POST, &[], 403),
        (Method::POST, &[("x-miaas-csrf", "wrong")], 403),
        (Method::POST, &[("x-miaas-csrf", &alice.csrf), ("origin", "http://evil.example")], 403),
        (Method::POST, &[("x-miaas-csrf", &alice.csrf), ("origin", &own)], 201),
        (Method::GET, &[("origin", "null")], 403),
        (Method::GET, &[("sec-fetch-site", "same-site")], 403),
        (Method::GET, &[("sec-fetch-site", "same-origin")], 200),
    ];
    for (method, headers, wanted) in table {
        let mut request = server.request(method.clone(), "/api/v1/keys", "").header("cookie", &alice.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), wanted, "{method} {headers:?}");
        assert!(!answer.headers().contains_key("access-control-allow-origin"));
    }
    // A WebSocket needs no word: there the origin alone decides.
    alice.ask(Method::POST, "/api/v1/deployments", json!({"template": "redis"})).await;
    for (origin, fine) in [("http://evil.example", false), (own.as_str(), true)] {
        let mut request = format!("ws://{host}/ws/logs?deployment=redis").into_client_request().unwrap();
        request.headers_mut().insert("cookie", alice.cookie.parse().unwrap());
        request.headers_mut().insert("origin", origin.parse().unwrap());
        match tokio_tungstenite::connect_async(request).await {
            Ok((mut socket, _)) => assert!(fine && !matches!(socket.next().await, Some(Err(_))), "{origin}"),
            Err(e) => assert!(!fine && e.to_string().contains("403"), "{origin}: {e}"),
        }
    }
}

#[tokio::test]
async fn s1_what_is_taken_away_counts_at_once() {
    let server = Server::start().await;
    user(&server, "alice", json!({"role": "admin"})).await;
    let alice = Browser::sign_in(&server, "alice").await;
    let path = "/api/v1/users/alice";
    let change = async |body: Value| assert_eq!(server.send(Method::PATCH, path, body).await.0, 200);
    let users = async || alice.ask(Method::GET, "/api/v1/users", Value::Null).await.0;
    assert_eq!(users().await, 200);
    change(json!({"role": "viewer"})).await;
    assert_eq!((users().await, alice.status().await), (403, 200));
    change(json!({"scope": {"team": "a"}})).await;
    assert_eq!(alice.status().await, 403, "the fleet is out of reach");
    change(json!({"scope": {}, "disabled": true})).await;
    assert_eq!(alice.status().await, 401);
    assert_eq!(try_to_sign_in(&server, "alice", PASSWORD).await.status(), 401);
    change(json!({"disabled": false})).await;
    assert_eq!(alice.status().await, 200);
    change(json!({"password": "another horse battery"})).await;
    assert_eq!(alice.status().await, 401, "the session was of the old password");
    assert_eq!(try_to_sign_in(&server, "alice", PASSWORD).await.status(), 401);
    assert_eq!(try_to_sign_in(&server, "alice", "another horse battery").await.status(), 200);
    assert_eq!(server.send(Method::DELETE, path, Value::Null).await.0, 204);
    assert_eq!(try_to_sign_in(&server, "alice", "another horse battery").await.status(), 401);

    // The session of a key lives as long as the key.
    let (_, made) = server.post("/api/v1/keys", json!({"role": "viewer"})).await;
    let body = json!({"key": made["key"]});
    let answer = server.request(Method::POST, "/api/v1/session", "").json(&body).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let status = async || {
        server.request(Method::GET, "/api/v1/status", "").header("cookie", &cookie).send().await.unwrap().status()
    };
    assert_eq!(status().await, 200);
    server.send(Method::DELETE, &format!("/api/v1/keys/{}", made["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(status().await, 401);
}

#[tokio::test]
async fn s1_everybody_sees_and_ends_their_own_sessions() {
    let server = Server::start().await;
    user(&server, "alice", json!({})).await;
    user(&server, "bob", json!({})).await;
    let (here, there) = (Browser::sign_in(&server, "alice").await, Browser::sign_in(&server, "alice").await);
    let bob = Browser::sign_in(&server, "bob").await;
    let (_, list) = here.ask(Method::GET, "/api/v1/sessions", Value::Null).await;
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{list}");
    assert!(items.iter().all(|s| s["user"] == "alice" && s["address"] == "127.0.0.1"), "{list}");
    let other = items.iter().find(|s| s["current"] == false).unwrap()["id"].as_str().unwrap();
    assert_eq!(server.get("/api/v1/sessions").await.1["items"].as_array().unwrap().len(), 3);

    let path = format!("/api/v1/sessions/{other}");
    assert_eq!(bob.ask(Method::DELETE, &path, Value::Null).await.0, 404, "of somebody else");
    assert_eq!(here.ask(Method::DELETE, &path, Value::Null).await.0, 204);
    assert_eq!((here.status().await, there.status().await, bob.status().await), (200, 401, 200));

    // Another password for oneself: this browser stays, others go.
    let there = Browser::sign_in(&server, "alice").await;
    for (old, new, wanted) in
        [("wrong", "another horse battery", 403), (PASSWORD, "short", 400), (PASSWORD, "another horse battery", 204)]
    {
        let body = json!({"old": old, "new": new});
        assert_eq!(here.ask(Method::POST, "/api/v1/session/password", body).await.0, wanted, "{old} {new}");
    }
    assert_eq!((here.status().await, there.status().await), (200, 401));
    let with_key = server.post("/api/v1/session/password", json!({"old": "x", "new": "another horse battery"})).await;
    assert_eq!(with_key.0, 403, "a key has no password");
}

#[tokio::test]
async fn s1_a_link_signs_its_maker_in_once() {
    let server = Server::start().await;
    let (_, made) = server.post("/api/v1/keys", json!({"role": "viewer"})).await;
    let viewer = made["key"].as_str().unwrap();
    let link = async |key: &str| {
        let answer = server.request(Method::POST, "/api/v1/session/link", key).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        answer.json::<Value>().await.unwrap()["code"].clone()
    };
    let spend = async |code: &Value| {
        read(server.request(Method::POST, "/api/v1/session", "").json(&json!({"code": code})).send().await.unwrap())
            .await
    };
    let code = link(viewer).await;
    let (status, session) = spend(&code).await;
    assert_eq!((status, &session["role"], &session["user"]), (200, &json!("viewer"), &made["id"]), "{session}");
    assert_eq!(spend(&code).await.0, 401, "once");
    assert_eq!(spend(&json!("miaas_link_1_x")).await.0, 401);
    // A session cannot be made to outlive its own end.
    user(&server, "alice", json!({"role": "admin"})).await;
    let alice = Browser::sign_in(&server, "alice").await;
    assert_eq!(alice.ask(Method::POST, "/api/v1/session/link", Value::Null).await.0, 400);
    let code = link(viewer).await;
    server.send(Method::DELETE, &format!("/api/v1/keys/{}", made["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(spend(&code).await.0, 401, "its maker is nobody any more");
}

#[tokio::test]
async fn s4_passwords_cannot_be_tried_out() {
    let server = Server::start().await;
    user(&server, "alice", json!({})).await;
    let mut told = Vec::new();
    for name in ["alice", "nobody", "\u{202e}x", "alice"] {
        let answer = try_to_sign_in(&server, name, "wrong password").await;
        assert_eq!(answer.status(), 401, "{name}");
        told.push(answer.text().await.unwrap());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "whether there is such a user is not told: {told:?}");
    let start = tokio::time::Instant::now();
    let mut tried = 0;
    for _ in 0..10_000 {
        match try_to_sign_in(&server, "alice", "wrong password").await.status().as_u16() {
            401 => tried += 1,
            429 => {}
            other => panic!("{other}"),
        }
    }
    // Two were tried above.
    let allowed = 8 + start.elapsed().as_secs() / 10 + 1;
    assert!((8..=allowed).contains(&tried), "{tried} of 10,000 were tried, {allowed} may be");
    // The right one is not told apart from wrong ones any more, and other users are not locked out.
    let answer = try_to_sign_in(&server, "alice", PASSWORD).await;
    assert_eq!(answer.status(), 429);
    let pause: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&pause), "{pause}");
    user(&server, "bob", json!({})).await;
    Browser::sign_in(&server, "bob").await;
}

#[tokio::test]
async fn bad_users_and_sign_ins_are_refused_with_every_issue() {
    let server = Server::start().await;
    user(&server, "alice", json!({})).await;
    let users = "/api/v1/users";
    let table = [
        (Method::POST, users, json!({"name": "alice", "password": PASSWORD}), 409, "choose another name"),
        (Method::POST, users, json!({"name": "a b", "password": "short"}), 400, "12 to 1000 characters"),
        (Method::POST, users, json!({"name": "bob", "password": PASSWORD, "role": "root"}), 400, "viewer"),
        (
            Method::POST,
            users,
            json!({"name": "bob", "password": PASSWORD, "role": "admin", "scope": {"a": "b"}}),
            400,
            "not limited",
        ),
        (Method::PATCH, "/api/v1/users/alice", json!({"password": "short"}), 400, "12 to 1000 characters"),
        (Method::PATCH, "/api/v1/users/nobody", json!({"role": "admin"}), 404, "nobody"),
        (Method::DELETE, "/api/v1/users/nobody", json!(null), 404, "nobody"),
        (Method::POST, "/api/v1/session", json!({}), 400, "`user` and `password`, or `key`, or `code`"),
        (Method::POST, "/api/v1/session", json!({"user": "alice"}), 400, "`user` and `password`, or `key`, or `code`"),
        (Method::POST, "/api/v1/session", json!({"key": "miaas_join_x_y"}), 401, "not valid"),
        (Method::POST, "/api/v1/session", json!({"key": "nonsense"}), 401, ""),
        (Method::DELETE, "/api/v1/sessions/none", json!(null), 404, "none"),
    ];
    for (method, path, body, wanted, says) in table {
        let (status, answer) = server.send(method.clone(), path, body.clone()).await;
        assert!(status == wanted && answer.to_string().contains(says), "{method} {path} {body}: {status} {answer}");
    }
    let (_, session) = server.get("/api/v1/session").await;
    assert_eq!((&session["role"], &session["from"]), (&json!(Role::Admin), &json!("key")));
    assert!(session.get("csrf").is_none(), "no session, no word: {session}");
}

#[tokio::test]
async fn s1_sessions_outlive_the_server_and_nothing_of_them_is_stored_in_clear() {
    let mut server = Server::start().await;
    user(&server, "alice", json!({})).await;
    let (cookie, csrf) = {
        let alice = Browser::sign_in(&server, "alice").await;
        (alice.cookie, alice.csrf)
    };
    server.running.stop();
    let (key, dir) = (server.key.clone(), std::mem::replace(&mut server.dir, tempfile::TempDir::new().unwrap()));
    server.running.wait().await.unwrap();
    let again = Server::over(crate::support::config(&dir), Some(key)).await;
    let alice = Browser { server: &again, cookie, csrf };
    assert_eq!(alice.status().await, 200);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let token = alice.cookie.split_once('=').unwrap().1.to_owned();
    for file in std::fs::read_dir(dir.path().join("state")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        for secret in [&token, PASSWORD, "argon2id"] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret:.20}");
        }
    }
}
