//! What goes over the wire, against a peer that answers with canned bytes.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    thread::JoinHandle,
    time::Duration,
};

use futures_util::StreamExt as _;
use miaas_client::{Client, ErrorKind, Secret};
use miaas_core::{api::v1::PatchLabels, port::LogOptions};

/// Answers each connection with the next of `answers` and returns what was asked: head and body.
fn peer(answers: Vec<String>) -> (Client, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        let answer = |answer: String| {
            let (mut socket, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(socket.try_clone().unwrap());
            let (mut asked, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
                asked.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            asked.push_str(&String::from_utf8(body).unwrap());
            socket.write_all(answer.as_bytes()).unwrap();
            asked
        };
        answers.into_iter().map(answer).collect()
    };
    (Client::new(&url, Secret::new("mia_k")).unwrap(), std::thread::spawn(serve))
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn lists_follow_pages_and_carry_the_key() {
    let item = |name: &str| format!(r#"{{"name":"{name}","title":"T"}}"#);
    let first = ok(&format!(r#"{{"items":[{}],"next":"a b"}}"#, item("redis")));
    let second = ok(&format!(r#"{{"items":[{}]}}"#, item("web")));
    let (client, asked) = peer(vec![first, second]);
    let names: Vec<String> = client.templates().await.unwrap().into_iter().map(|t| t.name).collect();
    assert_eq!(names, ["redis", "web"]);
    let asked = asked.join().unwrap();
    assert!(asked[0].starts_with("GET /api/v1/templates?limit=500 "), "{}", asked[0]);
    assert!(asked[0].contains("authorization: Bearer mia_k"), "{}", asked[0]);
    assert!(asked[1].starts_with("GET /api/v1/templates?limit=500&after=a+b "), "{}", asked[1]);
}

#[tokio::test]
async fn names_cannot_leave_their_place_in_the_path() {
    let error = "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 71\r\n\r\n";
    let body = r#"{"error":{"code":"not_found","message":"node \"../x\" does not exist"}}"#;
    let (client, asked) = peer(vec![format!("{error}{body}")]);
    let patch = PatchLabels { remove: vec!["zone".into()], ..PatchLabels::default() };
    let error = client.patch_labels("../x?y", &patch).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::NotFound, Some(404)));
    assert_eq!(error.to_string(), "node \"../x\" does not exist");
    let asked = asked.join().unwrap();
    assert!(asked[0].starts_with("PATCH /api/v1/nodes/..%2Fx%3Fy/labels HTTP/1.1"), "{}", asked[0]);
    assert!(asked[0].ends_with(r#"{"set":{},"remove":["zone"]}"#), "{}", asked[0]);
}

/// A deployment as a server shows it.
fn deployment(generation: u64, revision: u64, surge: u32) -> String {
    ok(&format!(
        r#"{{"id":"dep-1","name":"web","template":"t","params":{{}},"replicas":1,"ready":1,"status":"ready",
        "generation":{generation},"revision":{revision},"update":{{"max_surge":{surge}}},"placement":{{}},"priority":0,"labels":{{}},
        "created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","ready_at":null,"workloads":[],"problems":[]}}"#
    ))
}

/// The answer to who saw an older generation.
fn changed_meanwhile() -> String {
    "HTTP/1.1 412 Precondition Failed\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned()
}

#[tokio::test]
async fn what_others_change_while_an_update_is_paused_stays_changed() {
    let answers = vec![deployment(7, 4, 0), changed_meanwhile(), deployment(8, 4, 2), deployment(9, 4, 2)];
    let (client, asked) = peer(answers);
    assert_eq!(client.pause("web").await.unwrap().generation, 9);
    let asked = asked.join().unwrap();
    assert!(
        asked[1].starts_with("PATCH /api/v1/deployments/web ") && asked[1].contains("if-match: \"7\""),
        "{}",
        asked[1]
    );
    assert!(asked[3].contains("if-match: \"8\""), "{}", asked[3]);
    assert!(asked[3].contains(r#""max_surge":2"#) && asked[3].contains(r#""paused":true"#), "{}", asked[3]);
}

#[tokio::test]
async fn a_revision_that_comes_meanwhile_is_not_promoted() {
    let (seen, newer) = (deployment(7, 4, 0), deployment(8, 5, 0));
    let (client, asked) = peer(vec![seen.clone(), seen, changed_meanwhile(), newer.clone(), newer]);
    client.promote("web").await.unwrap();
    let asked = asked.join().unwrap();
    assert!(asked[4].contains("if-match: \"8\"") && asked[4].contains(r#""promoted":4"#), "{}", asked[4]);
}

#[tokio::test]
async fn who_is_always_too_late_is_told() {
    let rounds = (0..16).flat_map(|_| [deployment(7, 4, 0), changed_meanwhile()]);
    let (client, asked) = peer(rounds.collect());
    assert_eq!(client.resume("web").await.unwrap_err().status(), Some(412));
    assert_eq!(asked.join().unwrap().len(), 32);
}

#[tokio::test]
async fn a_log_that_breaks_off_says_why() {
    let line = r#"{"workload":"web-0-x","service":"web","at":null,"stderr":true,"text":"hello"}"#;
    let broken = r#"{"error":{"code":"unavailable","message":"the node went away"}}"#;
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let (half, rest) = line.split_at(20);
    let body =
        [chunk(half), chunk(&format!("{rest}\n\n")), chunk(broken), chunk("\n"), "0\r\n\r\n".to_owned()].concat();
    let (client, asked) = peer(vec![format!("{head}{body}")]);
    let options = LogOptions { tail: Some(5), ..LogOptions::default() };
    let mut lines = client.logs("web", &options).await.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap().text, "hello");
    let error = lines.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Unavailable, "the node went away"));
    assert!(lines.next().await.is_none());
    let asked = asked.join().unwrap();
    assert!(asked[0].starts_with("GET /api/v1/deployments/web/logs?tail=5 "), "{}", asked[0]);
    assert!(asked[0].contains("accept: application/x-ndjson"), "{}", asked[0]);
}

#[tokio::test]
async fn events_come_with_their_cursors() {
    let event = r#""id":"ev-1","at":"2026-01-02T03:04:05.678Z","severity":"info","reason":"node.online","subject":{"kind":"node","id":"n","name":"n"},"message":"m""#;
    let data = |cursor: u64| format!("data: {{\"cursor\":{cursor},{event}}}\n");
    let body = format!(": warm\n\n{}\nid: 41\n{}\nid: 42\n{}\n", data(41), data(41), data(42));
    let (client, asked) = peer(vec![ok(&body)]);
    let items: Vec<_> = client.watch_events(40).await.unwrap().map(|item| item.unwrap().cursor).collect().await;
    assert_eq!(items, [41, 41, 42]);
    assert!(asked.join().unwrap()[0].starts_with("GET /api/v1/events?after=40 "));
}

#[tokio::test]
async fn silence_and_absence_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::new(&url, Secret::new("k")).unwrap().with_timeout(Duration::from_millis(50));
    assert_eq!(client.status().await.unwrap_err().kind(), ErrorKind::Timeout);
    drop(listener);
    let error = client.status().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.hint().unwrap().contains("miaas dev"));
    assert!(error.to_string().contains(&url), "{error}");
}
