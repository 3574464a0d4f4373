//! Deployments over HTTP (D1, D4, U3).

use miaas_server::serve;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, config, eventually, read};

const DEPLOYMENTS: &str = "/api/v1/deployments";

#[tokio::test]
async fn d1_a_deployment_is_created_changed_and_removed() {
    let server = Server::start().await;
    let body = json!({"template": "redis", "name": "cache", "labels": {"team": "a"}});
    let response = server.request(Method::POST, DEPLOYMENTS, &server.key).json(&body).send().await.unwrap();
    assert_eq!(response.status(), 202);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let made: Value = response.json().await.unwrap();
    assert_eq!(location, format!("{DEPLOYMENTS}/{}", made["id"].as_str().unwrap()));

    let response = server.request(Method::GET, &location, &server.key).send().await.unwrap();
    assert_eq!(response.headers()["etag"], "\"1\"");
    let (status, changed) = server.send(Method::PATCH, "/api/v1/deployments/cache", json!({"replicas": 3})).await;
    assert_eq!((status, &changed["replicas"], &changed["generation"]), (200, &json!(3), &json!(2)));
    let (status, gone) = server.send(Method::DELETE, "/api/v1/deployments/cache", Value::Null).await;
    assert_eq!((status, &gone["status"]), (202, &json!("removing")));
}

#[tokio::test]
async fn u3_if_match_is_honoured() {
    let server = Server::start().await;
    server.post(DEPLOYMENTS, json!({"template": "redis"})).await;
    let path = "/api/v1/deployments/redis";
    let change = async |method: Method, tag: &str, replicas: u32| {
        let request = server.request(method, path, &server.key).header("if-match", tag);
        read(request.json(&json!({"replicas": replicas})).send().await.unwrap()).await.0
    };
    for (method, tag, wanted) in [
        (Method::PATCH, "\"7\"", 412),
        (Method::PATCH, "\"1\"", 200),
        (Method::PATCH, "\"1\"", 412),
        (Method::PATCH, "\"9\", \"2\"", 200),
        (Method::PATCH, "*", 200),
        (Method::DELETE, "\"1\"", 412),
    ] {
        // Every change is another one, so that it counts.
        let (_, now) = server.get(path).await;
        let replicas = now["replicas"].as_u64().unwrap() as u32 + 1;
        assert_eq!(change(method.clone(), tag, replicas).await, wanted, "{method} {tag}");
    }
    // Of racing changes on one tag exactly one happens.
    let (_, now) = server.get(path).await;
    let tag = format!("\"{}\"", now["generation"]);
    let answers = futures_util::future::join_all((10..18).map(|n| change(Method::PATCH, &tag, n))).await;
    assert_eq!(answers.iter().filter(|s| **s == 200).count(), 1, "{answers:?}");
}

#[tokio::test]
async fn u3_an_idempotency_key_makes_a_repeat_harmless() {
    let server = Server::start().await;
    let create = async |key: &str, body: Value| {
        let request = server.request(Method::POST, DEPLOYMENTS, &server.key).header("idempotency-key", key);
        read(request.json(&body).send().await.unwrap()).await
    };
    let body = json!({"template": "redis", "name": "cache"});
    let answers = futures_util::future::join_all((0..6).map(|_| create("k1", body.clone()))).await;
    assert!(answers.iter().all(|(status, made)| *status == 202 && made["id"] == answers[0].1["id"]), "{answers:?}");
    let (status, other) = create("k1", json!({"template": "redis", "name": "other"})).await;
    assert_eq!((status, &other["error"]["code"]), (409, &json!("conflict")));
    assert_eq!(create("k2", body.clone()).await.0, 409, "another key is another request");
    // An error is not remembered.
    assert_eq!(create("k3", json!({"template": "none"})).await.0, 404);
    assert_eq!(create("k3", json!({"template": "none"})).await.0, 404);
    assert_eq!(create(&"x".repeat(300), json!({"template": "redis"})).await.0, 400);
    // Without a name every request makes a deployment, except for a repeat.
    let nameless = json!({"template": "redis"});
    let first = create("k4", nameless.clone()).await.1["id"].clone();
    assert_eq!(create("k4", nameless.clone()).await.1["id"], first);
    assert_ne!(create("k5", nameless.clone()).await.1["id"], first);
    let Server { running, key, dir, .. } = server;
    running.stop();
    running.wait().await.unwrap();
    let again = serve(config(&dir), std::future::pending()).await.unwrap();
    let client = miaas_tls::http(None).unwrap().build().unwrap();
    let repeat = async |body: &Value| {
        let request = client.post(format!("{}{DEPLOYMENTS}", again.url())).bearer_auth(&key);
        read(request.header("idempotency-key", "k4").json(body).send().await.unwrap()).await
    };
    let (status, repeated) = repeat(&nameless).await;
    assert_eq!((status, &repeated["id"]), (202, &first), "also after a restart");
    let path = format!("{}{DEPLOYMENTS}/{}", again.url(), first.as_str().unwrap());
    assert_eq!(client.delete(path).bearer_auth(&key).send().await.unwrap().status(), 202);
    eventually("it is gone", async || (repeat(&nameless).await.0 == 409).then_some(())).await;
    let (_, refused) = repeat(&nameless).await;
    assert!(refused["error"]["message"].as_str().unwrap().contains("gone"), "{refused}");
}

#[tokio::test]
async fn d4_dry_runs_change_nothing_and_say_what_would_happen() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    assert_eq!(server.heartbeat(&node, &token).await.status(), 200);
    let body = json!({"template": "hello-world", "name": "web"});
    for path in ["/api/v1/plan", "/api/v1/deployments?dry_run=true"] {
        let (status, plan) = server.post(path, body.clone()).await;
        assert_eq!(status, 200, "{plan}");
        assert_eq!(plan["changes"][0]["action"], "create", "{plan}");
        assert_eq!(plan["changes"][0]["node_name"], "n1");
        assert_eq!(plan["problems"], json!([]));
    }
    assert_eq!(server.get("/api/v1/deployments/web").await.0, 404);
    server.post(DEPLOYMENTS, body).await;
    let path = "/api/v1/deployments/web?dry_run=true";
    assert_eq!(server.send(Method::PATCH, path, json!({"replicas": 2})).await.0, 200);
    assert_eq!(server.send(Method::DELETE, path, Value::Null).await.0, 200);
    let (_, now) = server.get("/api/v1/deployments/web").await;
    assert_eq!((&now["generation"], &now["replicas"]), (&json!(1), &json!(1)));
    let (_, plan) =
        server.post("/api/v1/plan", json!({"template": "redis", "placement": {"node_selector": {"zone": "b"}}})).await;
    assert_eq!(plan["problems"][0]["kind"], "unplaceable", "{plan}");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let server = Server::start().await;
    for i in 0..5 {
        assert_eq!(server.post(DEPLOYMENTS, json!({"template": "redis", "name": format!("d{i}")})).await.0, 202);
    }
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let (_, page) = server.get(&format!("{DEPLOYMENTS}?limit=2&after={after}")).await;
        names.extend(page["items"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    names.sort();
    assert_eq!(names, ["d0", "d1", "d2", "d3", "d4"]);
}

#[tokio::test]
async fn templates_are_listed_shown_and_rendered() {
    let server = Server::start().await;
    let (_, list) = server.get("/api/v1/templates").await;
    let names: Vec<&str> = list["items"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted() && names.contains(&"hello-world") && names.contains(&"redis"), "{names:?}");
    let (_, detail) = server.get("/api/v1/templates/redis").await;
    assert_eq!(detail["manifest"]["name"], "redis");
    assert_eq!(detail["schema"]["type"], "object");
    assert!(detail["readme"].as_str().unwrap().starts_with('#'));
    let (status, rendered) = server.post("/api/v1/templates/redis/render", json!({"params": {}})).await;
    assert_eq!(status, 200, "{rendered}");
    assert!(rendered["compose"].as_str().unwrap().contains("redis-server"));
}

#[tokio::test]
async fn t4_templates_are_rendered_for_kubernetes() {
    let server = Server::start().await;
    let route = "/api/v1/templates/redis/render";
    let body = json!({"params": {"password": "s3cret"}, "target": "kubernetes", "name": "cache", "namespace": "team"});
    let (status, rendered) = server.post(route, body).await;
    assert_eq!(status, 200, "{rendered}");
    let text = rendered["kubernetes"].as_str().unwrap();
    assert!(text.contains("kind: StatefulSet") && text.contains("namespace: team"), "{text}");
    assert!(!text.contains("kind: Namespace"), "the namespace was given: {text}");
    assert_eq!(rendered["compose"], "");
    for (body, path) in [
        (json!({"target": "kubernetes", "params": {"port": "x"}}), "/params/port"),
        (json!({"target": "kubernetes", "name": "No Name"}), "/name"),
        (json!({"target": "kubernetes", "namespace": "a_b"}), "/namespace"),
    ] {
        let (status, refused) = server.post(route, body).await;
        assert_eq!((status, refused["error"]["details"][0]["path"].as_str()), (400, Some(path)), "{refused}");
    }
}

#[tokio::test]
async fn d4_a_generated_password_is_made_once_and_planning_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("vault");
    std::fs::create_dir(&template).unwrap();
    let manifest = "name: vault\ntitle: Vault\nversion: \"1\"\nparameters:\n  - {name: secret, type: password, generate: password}\n";
    std::fs::write(template.join("template.yaml"), manifest).unwrap();
    let compose =
        "services:\n  a:\n    image: busybox:1.36\n    environment:\n      SECRET: {{ params.secret | quote }}\n";
    std::fs::write(template.join("compose.yaml.j2"), compose).unwrap();
    std::fs::write(template.join("README.md"), "# Vault\n").unwrap();
    let server =
        Server::with(|c| c.catalogs = vec![miaas_server::CatalogSource::Folder(folder.path().to_owned())]).await;
    let (node, token) = server.node("n1").await;
    assert_eq!(server.heartbeat(&node, &token).await.status(), 200);

    let (status, made) = server.post(DEPLOYMENTS, json!({"template": "vault"})).await;
    assert_eq!((status, &made["params"]["secret"]), (202, &json!("***")), "{made}");
    let stored = || {
        let (record, _) = server.running.orchestrator.deployment_record("vault").unwrap();
        serde_json::to_value(&record.spec.source).unwrap()["template"]["params"]["secret"].clone()
    };
    let first = stored();
    assert_eq!(first.as_str().unwrap().len(), 26);
    eventually("a place", || async {
        let (_, d) = server.get("/api/v1/deployments/vault").await;
        (d["workloads"] != json!([])).then_some(())
    })
    .await;
    let (_, plan) = server.post("/api/v1/plan", json!({"template": "vault"})).await;
    assert_eq!((&plan["changes"], &plan["problems"]), (&json!([]), &json!([])), "{plan}");

    let path = "/api/v1/deployments/vault";
    assert_eq!(server.send(Method::PATCH, path, json!({"priority": 1})).await.0, 200);
    assert_eq!(stored(), first);
    assert_eq!(server.send(Method::PATCH, path, json!({"params": {"secret": null}})).await.0, 200);
    assert_ne!(stored(), first, "null asks for a new one");
}
