//! Webhooks with a real receiver (D8).

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::State, http::HeaderMap, response::IntoResponse, routing::post};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use miaas_server::ServerConfig;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Server, config, eventually};

/// What a receiver does with the next requests, and what it was sent.
#[derive(Debug, Default)]
struct Receiver {
    answers: Mutex<VecDeque<StatusCode>>,
    got: Mutex<Vec<(HeaderMap, String)>>,
}

impl Receiver {
    async fn start() -> (Arc<Self>, String) {
        let receiver = Arc::new(Self::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let routes = Router::new().route("/hook", post(take)).with_state(Arc::clone(&receiver));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (receiver, url)
    }

    fn will(&self, answers: &[u16]) {
        self.answers.lock().unwrap().extend(answers.iter().map(|code| StatusCode::from_u16(*code).unwrap()));
    }

    /// Reasons and names of what was accepted, in order of arrival.
    fn accepted(&self) -> Vec<(String, String)> {
        let got = self.got.lock().unwrap();
        let all = got.iter().map(|(_, body)| serde_json::from_str::<Value>(body).unwrap());
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        all.map(|v| (text(&v["type"]), text(&v["data"]["subject"]["name"]))).collect()
    }
}

async fn take(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: String) -> impl IntoResponse {
    let answer = receiver.answers.lock().unwrap().pop_front().unwrap_or(StatusCode::OK);
    if answer.is_success() {
        receiver.got.lock().unwrap().push((headers, body));
    }
    (answer, "said the receiver")
}

fn quick(config: &mut ServerConfig) {
    config.webhooks.allow = vec!["127.0.0.0/8".parse().unwrap()];
    let patience = &mut config.webhooks.patience;
    patience.timeout = Duration::from_secs(2);
    patience.first_pause = Duration::from_millis(20);
    patience.longest_pause = Duration::from_millis(100);
    patience.give_up_after = Duration::from_millis(400);
}

async fn make(server: &Server, name: &str, url: &str, events: &[&str]) -> String {
    let body = json!({"name": name, "url": url, "events": events});
    let (status, made) = server.post("/api/v1/webhooks", body).await;
    assert_eq!(status, 201, "{made}");
    made["secret"].as_str().unwrap().to_owned()
}

async fn secret(server: &Server, name: &str) {
    let set = server.send(Method::PUT, &format!("/api/v1/secrets/{name}"), json!({"value": "v"})).await;
    assert_eq!(set.0, 200, "{}", set.1);
}

async fn arrived(receiver: &Receiver, wanted: &[&str]) {
    eventually("the events", async || {
        let names: Vec<String> = receiver.accepted().into_iter().map(|(_, name)| name).collect();
        (names == wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn d8_events_arrive_signed_in_order_and_as_asked_for() {
    let server = Server::with(quick).await;
    secret(&server, "before").await;
    let (all, url) = Receiver::start().await;
    let (some, other) = Receiver::start().await;
    let key = make(&server, "all", &url, &["secret.*"]).await;
    make(&server, "some", &other, &["secret.deleted"]).await;
    all.will(&[500, 503]);
    for name in ["one", "two"] {
        secret(&server, name).await;
    }
    assert_eq!(server.send(Method::DELETE, "/api/v1/secrets/one", Value::Null).await.0, 204);
    arrived(&all, &["one", "two", "one"]).await;
    arrived(&some, &["one"]).await;
    assert_eq!(some.accepted()[0].0, "secret.deleted");

    let (headers, body) = all.got.lock().unwrap()[0].clone();
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(&key["whsec_".len()..]).unwrap()).unwrap();
    mac.update(format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp")).as_bytes());
    assert_eq!(header("webhook-signature"), format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["data"]["id"], header("webhook-id"));

    // That an event arrived is noted once its receiver has answered.
    eventually("nothing waits", async || {
        let (_, listed) = server.get("/api/v1/webhooks").await;
        assert!(!listed.to_string().contains("whsec_"), "{listed}");
        let first = &listed["items"][0];
        (first["waiting"] == 0 && first["last_error"].is_null()).then_some(())
    })
    .await;
    assert_eq!(server.post("/api/v1/webhooks/all/test", json!({})).await.0, 204);
    assert_eq!(all.accepted().last().unwrap().0, "webhook.test");
    all.will(&[418]);
    let (status, refused) = server.post("/api/v1/webhooks/all/test", json!({})).await;
    assert_eq!(status, 503);
    assert!(refused["error"]["message"].as_str().unwrap().contains("418 I'm a teapot: said the receiver"), "{refused}");
    assert_eq!(server.send(Method::DELETE, "/api/v1/webhooks/all", Value::Null).await.0, 204);
    let (status, gone) = server.get("/api/v1/webhooks/sme").await;
    assert_eq!((status, &gone["error"]["hint"]), (404, &json!("did you mean some?")), "{gone}");
}

#[tokio::test]
async fn d8_what_never_arrives_becomes_a_dead_letter_and_holds_nobody_up() {
    let server = Server::with(quick).await;
    let (receiver, url) = Receiver::start().await;
    // Nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    make(&server, "away", &format!("http://{free}/"), &["secret.*"]).await;
    make(&server, "here", &url, &["secret.*"]).await;
    let refuses = [500; 40];
    let (stubborn, stubborn_url) = Receiver::start().await;
    stubborn.will(&refuses);
    make(&server, "stubborn", &stubborn_url, &["secret.*"]).await;
    for name in ["one", "two"] {
        secret(&server, name).await;
    }
    arrived(&receiver, &["one", "two"]).await;
    let dead = eventually("dead letters", async || {
        let (_, dead) = server.get("/api/v1/webhooks/away/dead-letters").await;
        (dead["items"].as_array().unwrap().len() == 2).then_some(dead)
    })
    .await;
    let first = &dead["items"][0];
    assert_eq!(first["event"]["subject"]["name"], "one");
    assert!(first["tries"].as_u64().unwrap() > 2 && first["error"].as_str().unwrap().contains("refused"), "{first}");

    eventually("dead letters", async || {
        let (_, dead) = server.get("/api/v1/webhooks/stubborn/dead-letters").await;
        (dead["items"].as_array().unwrap().len() == 2).then_some(())
    })
    .await;
    stubborn.answers.lock().unwrap().clear();
    stubborn.will(&[200, 500]);
    let path = "/api/v1/webhooks/stubborn/dead-letters/redeliver";
    let (_, done) = server.post(path, json!({})).await;
    assert_eq!((&done["delivered"], &done["left"]), (&json!(1), &json!(1)), "{done}");
    assert!(done["error"].as_str().unwrap().contains("500"), "{done}");
    let (_, done) = server.post(path, json!({})).await;
    assert_eq!((&done["delivered"], &done["left"], &done["error"]), (&json!(1), &json!(0), &Value::Null), "{done}");
    arrived(&stubborn, &["one", "two"]).await;
    assert_eq!(server.send(Method::DELETE, "/api/v1/webhooks/away/dead-letters", Value::Null).await.0, 204);
    assert_eq!(server.get("/api/v1/webhooks/away").await.1["dead"], 0);
}

#[tokio::test]
async fn d8_sending_goes_on_after_a_restart() {
    let dir = tempfile::TempDir::new().unwrap();
    let patient = |config: &mut ServerConfig| {
        quick(config);
        config.webhooks.patience.give_up_after = Duration::from_secs(60);
    };
    let mut first = config(&dir);
    patient(&mut first);
    let server = Server::over(first, None).await;
    let key = server.key.clone();
    let (receiver, url) = Receiver::start().await;
    make(&server, "ops", &url, &["secret.*"]).await;
    secret(&server, "one").await;
    arrived(&receiver, &["one"]).await;
    receiver.will(&[500; 10_000]);
    for name in ["two", "three"] {
        secret(&server, name).await;
    }
    eventually("a failed try", async || {
        let (_, item) = server.get("/api/v1/webhooks/ops").await;
        (item["last_error"].is_string() && item["waiting"] == 2 && item["next_try"].is_string()).then_some(())
    })
    .await;
    server.running.stop();
    server.running.wait().await.unwrap();
    receiver.answers.lock().unwrap().clear();
    let mut second = config(&dir);
    patient(&mut second);
    let server = Server::over(second, Some(key)).await;
    arrived(&receiver, &["one", "two", "three"]).await;
    secret(&server, "four").await;
    arrived(&receiver, &["one", "two", "three", "four"]).await;
}

#[tokio::test]
async fn d8_nothing_is_sent_to_what_only_the_control_plane_reaches() {
    let server = Server::with(|c| {
        quick(c);
        c.webhooks.allow.clear();
    })
    .await;
    for (body, path) in [
        (json!({"name": "x", "url": "http://169.254.169.254/latest"}), "/url"),
        (json!({"name": "x", "url": "http://127.0.0.1:1/"}), "/url"),
        (json!({"name": "x", "url": "http://[::1]/"}), "/url"),
        (json!({"name": "x", "url": "http://0177.0.0.1/"}), "/url"),
        (json!({"name": "x", "url": "ftp://example.com/"}), "/url"),
        (json!({"name": "x", "url": "https://user:pw@example.com/"}), "/url"),
        (json!({"name": "No", "url": "https://example.com/"}), "/name"),
        (json!({"name": "x", "url": "https://example.com/", "events": ["Bad One"]}), "/events/0"),
    ] {
        let (status, refused) = server.post("/api/v1/webhooks", body.clone()).await;
        assert_eq!((status, &refused["error"]["details"][0]["path"]), (400, &json!(path)), "{body}: {refused}");
    }
    // A name says nothing about where it leads until it is dialled.
    make(&server, "named", "http://localhost:1/", &[]).await;
    let (status, refused) = server.post("/api/v1/webhooks/named/test", json!({})).await;
    assert_eq!(status, 503);
    assert!(refused["error"]["message"].as_str().unwrap().contains("not a public address"), "{refused}");
    let (status, twice) =
        server.post("/api/v1/webhooks", json!({"name": "named", "url": "https://example.com/"})).await;
    assert_eq!((status, &twice["error"]["code"]), (409, &json!("conflict")), "{twice}");
}
