//! The audit log (S4): complete, in order, without secrets, and telling when it was tampered with.

use miaas_core::{
    api::v1::AuditEntry,
    port::{Key, Kind, Op, Store as _, When, Write},
};
use miaas_store::{DurableStore, Location, MasterKeySource};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Server;

async fn entries(server: &Server) -> Vec<AuditEntry> {
    let (status, page) = server.get("/api/v1/audit?limit=1000").await;
    assert_eq!(status, 200, "{page}");
    serde_json::from_value(page["items"].clone()).unwrap()
}

fn flaw(all: &[AuditEntry]) -> Option<String> {
    let before = std::iter::once(None).chain(all.iter().map(Some));
    all.iter().zip(before).find_map(|(entry, before)| entry.flaw(before))
}

#[tokio::test]
async fn s4_every_change_is_entered_with_who_what_and_from_where() {
    let server = Server::start().await;
    let (_, made) = server.post("/api/v1/keys", json!({"role": "viewer"})).await;
    let viewer = made["key"].as_str().unwrap();
    let join = server.join_token(1).await;
    server.register(&join, "n1").await;
    server.send(Method::PUT, "/api/v1/secrets/a", json!({"value": "pass-0123456789"})).await;
    let body = json!({"template": "redis", "params": {"password": "pass-0123456789"}});
    server.post("/api/v1/deployments", body).await;
    server.send(Method::PATCH, "/api/v1/deployments/redis", json!({"replicas": 2})).await;
    server.get("/api/v1/deployments/redis/outputs?reveal=true").await;
    server.request(Method::DELETE, "/api/v1/deployments/redis", viewer).send().await.unwrap();
    server.send(Method::DELETE, "/api/v1/deployments/absent", Value::Null).await;
    // What changes nothing is not entered, nor is what nobody known asked for.
    server.get("/api/v1/deployments/redis").await;
    server.send(Method::DELETE, "/api/v1/deployments/redis?dry_run=true", Value::Null).await;
    server.request(Method::DELETE, "/api/v1/deployments/redis", "nonsense").send().await.unwrap();

    let all = entries(&server).await;
    let told: Vec<String> = all.iter().map(|e| format!("{} {} {}", e.method, e.path, e.status)).collect();
    assert_eq!(
        told,
        [
            "POST /api/v1/keys 201",
            "POST /api/v1/tokens 201",
            "POST /api/v1/nodes/register 201",
            "PUT /api/v1/secrets/a 200",
            "POST /api/v1/deployments 202",
            "PATCH /api/v1/deployments/redis 200",
            "GET /api/v1/deployments/redis/outputs?reveal=true 200",
            "DELETE /api/v1/deployments/redis 403",
            "DELETE /api/v1/deployments/absent 404",
        ]
    );
    assert_eq!(flaw(&all), None);
    assert!(all.iter().all(|e| e.from == "127.0.0.1"), "{all:?}");
    assert!(all[2].who.starts_with("tok-") && all[7].who == made["id"].as_str().unwrap(), "{all:?}");
    let (created, changed) = (&all[4], &all[5]);
    assert!(created.object.as_ref().unwrap().starts_with("deployment/dep-"), "{created:?}");
    assert!(
        created.before.is_none() && created.after.is_some() && changed.after != changed.before,
        "{created:?} {changed:?}"
    );
    assert_eq!((&created.object, &created.after), (&changed.object, &changed.before));
    assert!(all[2].object.as_ref().unwrap().starts_with("node/node-") && all[3].object.as_deref() == Some("secret/a"));
    assert!(!serde_json::to_string(&all).unwrap().contains("pass-0123456789"));

    let (_, page) = server.get("/api/v1/audit?limit=2&after=3").await;
    assert_eq!((&page["items"][0]["number"], &page["next"]), (&json!(4), &json!("5")));

    // Nine entries; what the range leaves out does not count as more.
    for (query, numbers, next) in [
        ("tail=2", vec![8, 9], None),
        ("tail=2&before=5", vec![3, 4], None),
        ("tail=5&after=2&before=5", vec![3, 4], None),
        ("tail=100", (1..=9).collect(), None),
        ("before=4", vec![1, 2, 3], None),
        ("before=4&limit=1", vec![1], Some("1")),
        ("before=1", vec![], None),
        ("before=0&tail=3", vec![], None),
        ("after=9", vec![], None),
    ] {
        let (status, page) = server.get(&format!("/api/v1/audit?{query}")).await;
        let found: Vec<u64> = page["items"].as_array().unwrap().iter().map(|e| e["number"].as_u64().unwrap()).collect();
        assert_eq!((status, found, page.get("next").and_then(Value::as_str)), (200, numbers, next), "{query}");
    }
    assert_eq!(server.get("/api/v1/audit?tail=1&limit=1").await.0, 400);
}

#[tokio::test]
async fn s4_entries_of_many_callers_form_one_chain() {
    let server = Server::start().await;
    let names: Vec<String> = (0..60).map(|i| format!("/api/v1/secrets/s{i}")).collect();
    let calls = names.iter().map(|path| server.send(Method::PUT, path, json!({"value": "x"})));
    assert!(futures_util::future::join_all(calls).await.iter().all(|(status, _)| *status == 200));
    let all = entries(&server).await;
    assert_eq!((all.len(), flaw(&all)), (60, None));
}

#[tokio::test]
async fn s4_what_was_asked_is_entered_also_when_the_caller_has_gone() {
    let server = Server::start().await;
    for n in 0..20 {
        let path = format!("/api/v1/secrets/s{n}");
        let request = server.request(Method::PUT, &path, &server.key).json(&json!({"value": "x"}));
        tokio::time::timeout(std::time::Duration::from_micros(300 * n), request.send()).await.ok();
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let (_, secrets) = server.get("/api/v1/secrets").await;
    let all = entries(&server).await;
    assert_eq!(all.len(), secrets["items"].as_array().unwrap().len(), "{all:?}");
    assert_eq!(flaw(&all), None);
}

#[tokio::test]
async fn s4_whoever_writes_to_the_database_leaves_a_trace() {
    let server = Server::start().await;
    for n in 0..4 {
        server.send(Method::PUT, &format!("/api/v1/secrets/s{n}"), json!({"value": "x"})).await;
    }
    let state = server.dir.path().join("state");
    server.running.stop();
    let (key, dir) = (server.key, server.dir);
    server.running.wait().await.unwrap();
    // Even with the master key an entry cannot be taken out.
    let location = Location::Sqlite(state.join("miaas.db"));
    let source = MasterKeySource::File(state.join("master.key"));
    let (store, sealed) = DurableStore::open_sealed(&location, &source).await.unwrap();
    let gone = Write { key: Key::new(Kind::Audit, format!("{:016}", 4)), op: Op::Delete, when: When::Any };
    sealed.commit(vec![gone]).await.unwrap();
    store.close().await;
    drop(sealed);
    let mut config = miaas_server::ServerConfig::new(state);
    config.listen = "127.0.0.1:0".parse().unwrap();
    let server = Server::over(config, Some(key)).await;
    let (status, answer) = server.get("/api/v1/audit").await;
    assert_eq!((status, &answer["error"]["message"]), (500, &json!("entry 4 of the audit log is gone")));
    drop(dir);
}
