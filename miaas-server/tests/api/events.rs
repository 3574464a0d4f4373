//! The event log as pages and as a stream (D8).

use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, eventually};

async fn read_stream(server: &Server, last: Option<u64>, count: usize) -> Vec<(Option<u64>, Value)> {
    read(server, "/api/v1/events", last, count).await
}

/// Reads messages of a stream until `count` came: id (none where it has none) and data.
async fn read(server: &Server, path: &str, last: Option<u64>, count: usize) -> Vec<(Option<u64>, Value)> {
    let mut request = server.request(Method::GET, path, &server.key).header("accept", "text/event-stream");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no", "or nginx gathers events before it passes them on");
    let mut bytes = response.bytes_stream();
    let (mut text, mut messages) = (String::new(), Vec::new());
    while messages.len() < count {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(10), bytes.next()).await;
        text.push_str(std::str::from_utf8(&chunk.expect("an event comes").unwrap().unwrap()).unwrap());
        while let Some(end) = text.find("\n\n") {
            let message: String = text.drain(..end + 2).collect();
            let field =
                |name: &str| message.lines().find_map(|l| l.strip_prefix(name)).map(str::trim).map(str::to_owned);
            if let Some(data) = field("data:") {
                messages.push((field("id:").map(|id| id.parse().unwrap()), serde_json::from_str(&data).unwrap()));
            }
        }
    }
    messages
}

async fn create(server: &Server, name: &str) {
    assert_eq!(server.post("/api/v1/deployments", json!({"template": "redis", "name": name})).await.0, 202);
}

/// Of three deployments: each is created, and each finds no place.
async fn six_events(server: &Server) -> Vec<Value> {
    for name in ["a", "b", "c"] {
        create(server, name).await;
    }
    eventually("six events", || async {
        let (_, page) = server.get("/api/v1/events").await;
        page["items"].as_array().filter(|items| items.len() == 6).cloned()
    })
    .await
}

#[tokio::test]
async fn d8_pages_and_the_stream_tell_the_same_and_a_stream_goes_on_where_it_ended() {
    let server = Server::start().await;
    let listed = six_events(&server).await;

    let streamed = read_stream(&server, None, listed.len()).await;
    let ids: Vec<&Value> = streamed.iter().map(|(_, e)| &e["id"]).collect();
    assert_eq!(ids, listed.iter().map(|e| &e["id"]).collect::<Vec<_>>());

    // From the first id on: the rest, then what happens while the stream is open.
    let first = streamed.iter().find_map(|(id, _)| *id).unwrap();
    let rest: Vec<&Value> = listed.iter().filter(|e| e["cursor"].as_u64().unwrap() > first).collect();
    let (resumed, ()) = tokio::join!(read_stream(&server, Some(first), rest.len() + 1), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        create(&server, "late").await;
    });
    assert_eq!(
        resumed[..rest.len()].iter().map(|(_, e)| &e["id"]).collect::<Vec<_>>(),
        rest.iter().map(|e| &e["id"]).collect::<Vec<_>>()
    );
    assert_eq!(resumed[rest.len()].1["subject"]["name"], "late");

    let (_, after) = server.get(&format!("/api/v1/events?after={first}&limit=1")).await;
    assert_eq!(after["items"][0]["id"], rest[0]["id"]);
}

#[tokio::test]
async fn d8_the_newest_events_come_in_order_and_a_stream_can_begin_with_them() {
    let server = Server::start().await;
    let listed = six_events(&server).await;
    let (status, newest) = server.get("/api/v1/events?tail=2").await;
    assert_eq!((status, &newest["items"], newest.get("next")), (200, &json!(listed[4..]), None));
    let last = listed[5]["cursor"].as_u64().unwrap();
    assert_eq!(server.get(&format!("/api/v1/events?tail=2&after={last}")).await.1["items"], json!([]));

    let (streamed, ()) = tokio::join!(read(&server, "/api/v1/events?tail=2", None, 3), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        create(&server, "late").await;
    });
    let ids: Vec<&Value> = streamed.iter().map(|(_, e)| &e["id"]).collect();
    assert_eq!(ids[..2], [&listed[4]["id"], &listed[5]["id"]]);
    assert_eq!(streamed[2].1["subject"]["name"], "late");
    // Who comes back goes on where it was, whatever its address says.
    let again = read(&server, "/api/v1/events?tail=1", Some(listed[3]["cursor"].as_u64().unwrap()), 2).await;
    assert_eq!(again.iter().map(|(_, e)| &e["id"]).collect::<Vec<_>>(), ids[..2]);

    for query in ["tail=0", "tail=1001", "tail=1&limit=1", "tail=x"] {
        assert_eq!(server.get(&format!("/api/v1/events?{query}")).await.0, 400, "{query}");
    }
}

#[tokio::test]
async fn a_bad_cursor_is_refused() {
    let server = Server::start().await;
    let request = server.request(Method::GET, "/api/v1/events", &server.key).header("accept", "text/event-stream");
    assert_eq!(request.header("last-event-id", "x").send().await.unwrap().status(), 400);
}
