//! Stacks and secrets over HTTP (T8, S3).

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, eventually};

const STACK: &str = "/api/v1/stacks/rag";

fn body() -> Value {
    json!({"services": {
        "db": {"template": "redis", "params": {"password": "${secrets.redis}"}},
        "app": {
            "compose": "services: {app: {image: 'busybox:1.36', environment: {DB: '${DB}'}}}",
            "env": {"DB": "redis://:${services.db.secrets.password}@${services.db.address}"},
        },
    }})
}

#[tokio::test]
async fn t8_a_stack_is_planned_applied_changed_and_removed() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    assert_eq!(server.heartbeat(&node, &token).await.status(), 200);
    let (status, refused) = server.send(Method::PUT, STACK, body()).await;
    assert_eq!(status, 400, "{refused}");
    let said = refused["error"]["details"][0]["message"].as_str().unwrap_or_default().to_owned();
    assert!(said.contains("there is no secret \"redis\""), "{refused}");
    let (status, made) = server.send(Method::PUT, "/api/v1/secrets/redis", json!({"value": "s3cret-1"})).await;
    assert_eq!((status, &made["version"]), (200, &json!(1)));

    let (status, plan) = server.send(Method::PUT, &format!("{STACK}?dry_run=true"), body()).await;
    assert_eq!((status, &plan["services"]), (200, &json!({"app": "create", "db": "create"})));
    assert_eq!(plan["changes"].as_array().unwrap().len(), 2, "{plan}");
    assert!(!plan.to_string().contains("s3cret-1"), "{plan}");
    assert_eq!(server.get(STACK).await.0, 404, "planning stores nothing");

    let (status, applied) = server.send(Method::PUT, STACK, body()).await;
    assert_eq!((status, &applied["services"]), (200, &json!({"app": "create", "db": "create"})));
    let (_, again) = server.send(Method::PUT, STACK, body()).await;
    assert_eq!(again["services"], json!({"app": "unchanged", "db": "unchanged"}));
    let placed = eventually("both have a place", || async {
        let (_, found) = server.get(STACK).await;
        let services = found["services"].as_object()?;
        services.values().all(|d| d["workloads"].as_array().is_some_and(|w| !w.is_empty())).then_some(found)
    });
    let placed = placed.await;
    assert_eq!(placed["services"]["db"]["name"], "rag-db");
    assert!(!placed.to_string().contains("s3cret-1"), "{placed}");
    let (_, masked) = server.get("/api/v1/deployments/rag-app/outputs").await;
    assert!(!masked.to_string().contains("s3cret-1"), "{masked}");

    let mut changed = body();
    changed["services"]["db"]["params"]["maxmemory"] = json!("32MiB");
    changed["services"].as_object_mut().unwrap().remove("app");
    let (_, answer) = server.send(Method::PUT, STACK, changed).await;
    assert_eq!(answer["services"], json!({"app": "remove", "db": "update"}));
    assert_eq!(answer["differences"], json!({"db": [{"path": "/params/maxmemory", "after": "32MiB"}]}));
    assert_eq!(server.get("/api/v1/stacks").await.1["items"][0]["name"], "rag");
    assert_eq!(server.send(Method::DELETE, STACK, Value::Null).await.0, 200);
    assert_eq!(server.send(Method::DELETE, "/api/v1/stacks/rga", Value::Null).await.0, 404);
}

#[tokio::test]
async fn s3_secrets_go_in_and_never_come_out() {
    let server = Server::start().await;
    server.send(Method::PUT, "/api/v1/secrets/redis", json!({"value": "s3cret-1"})).await;
    server.post("/api/v1/deployments", json!({"template": "redis", "params": {"password": "${secrets.redis}"}})).await;
    let (status, listed) = server.get("/api/v1/secrets").await;
    assert_eq!((status, &listed["items"][0]["used_by"]), (200, &json!(["redis"])));
    for path in ["/api/v1/secrets", "/api/v1/deployments/redis", "/api/v1/events"] {
        let (_, answer) = server.get(path).await;
        assert!(!answer.to_string().contains("s3cret-1"), "{path}: {answer}");
    }
    let dry = "/api/v1/secrets/redis?dry_run=true";
    let (status, plan) = server.send(Method::PUT, dry, json!({"value": "s3cret-2"})).await;
    assert!(status == 200 && plan["changes"].is_array() && !plan.to_string().contains("s3cret"), "{plan}");
    assert_eq!(server.get("/api/v1/secrets").await.1["items"][0]["version"], 1);
    let (status, used) = server.send(Method::DELETE, "/api/v1/secrets/redis", Value::Null).await;
    assert_eq!((status, &used["error"]["code"]), (409, &json!("conflict")));
    for (name, value) in [("Not a name", "x"), ("empty", "")] {
        let (status, refused) =
            server.send(Method::PUT, &format!("/api/v1/secrets/{name}"), json!({"value": value})).await;
        assert_eq!(status, 400, "{refused}");
    }
    assert_eq!(server.send(Method::PUT, "/api/v1/secrets/a", json!({"value": "x", "typo": 1})).await.0, 400);
}

/// A parameter of type `secret` names a stored secret; a new value of it reaches the machine without another request (T2, S3).
#[tokio::test]
async fn s3_a_rotated_secret_reaches_what_names_it_in_a_parameter() {
    let server = Server::start().await;
    let (node, token) = server.node("alpha").await;
    assert!(server.heartbeat(&node, &token).await.status().is_success());
    let body = json!({"template": "llama-cpp",
        "params": {"variant": "cpu", "cpus": 2, "memory": "2GiB", "hf_token": "face"}});
    let (status, refused) = server.post("/api/v1/deployments", body.clone()).await;
    assert_eq!(status, 400, "{refused}");
    assert!(refused.to_string().contains("face") && refused.to_string().contains("miaas secret set"), "{refused}");
    let id = miaas_core::id::NodeId::parse(&node).unwrap();
    let on_node = |value: &'static str| {
        let (orchestrator, id) = (server.running.orchestrator.clone(), id.clone());
        eventually("the value on the node", move || {
            let target = orchestrator.target(&id);
            let here = target.workloads.iter().flat_map(|w| w.spec.services.values());
            let found = here.filter_map(|s| s.environment.0.get("HF_TOKEN")).any(|v| v == value);
            async move { found.then_some(()) }
        })
    };
    for value in ["hf_one", "hf_two"] {
        let (status, said) = server.send(Method::PUT, "/api/v1/secrets/face", json!({"value": value})).await;
        assert_eq!(status, 200, "{said}");
        if value == "hf_one" {
            let (status, made) = server.post("/api/v1/deployments", body.clone()).await;
            assert_eq!((status, &made["params"]["hf_token"]), (202, &json!("face")), "{made}");
        }
        on_node(value).await;
        let (_, shown) = server.get("/api/v1/deployments/llama-cpp").await;
        assert!(!shown.to_string().contains(value), "{shown}");
    }
}

#[tokio::test]
async fn t8_the_ready_made_stacks_can_be_applied() {
    let server = Server::start().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/stacks");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let stack = miaas_templates::stack::StackFile::parse(&text, &file.display().to_string()).unwrap();
        let path = format!("/api/v1/stacks/{}", stack.name);
        let request = serde_json::to_value(stack.into_request(&[].into()).unwrap()).unwrap();
        let (status, answer) = server.send(Method::PUT, &path, request.clone()).await;
        assert_eq!(status, 200, "{}: {answer:#}", file.display());
        let (_, again) = server.send(Method::PUT, &format!("{path}?dry_run=true"), request).await;
        assert!(unchanged(&again), "{}: {again:#}", file.display());
        let read = read_back(&server, &path).await;
        let (_, back) = server.send(Method::PUT, &path, read.clone()).await;
        assert!(unchanged(&back), "{}: {back:#} {read:#}", file.display());
    }
}

fn unchanged(answer: &Value) -> bool {
    answer["services"].as_object().unwrap().values().all(|action| action == "unchanged")
}

/// The request that the file of a stack is.
async fn read_back(server: &Server, stack: &str) -> Value {
    let response = server.request(Method::GET, &format!("{stack}/file"), &server.key).send().await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (200.try_into().unwrap(), &"application/yaml".parse().unwrap())
    );
    let text = response.text().await.unwrap();
    let file = miaas_templates::stack::StackFile::parse(&text, "miaas.yaml").unwrap();
    serde_json::to_value(file.into_request(&[].into()).unwrap()).unwrap()
}

#[tokio::test]
async fn t8_a_stack_is_read_back_without_its_secrets_and_keeps_them() {
    let server = Server::start().await;
    let compose =
        "services: {app: {image: 'busybox:1.36', env_file: [a.env], environment: {TOKEN: '${TOKEN}', DB: '${DB}'}}}";
    let body = json!({"services": {
        "db": {"template": "redis", "params": {"password": "s3cret-given", "maxmemory": "32MiB"}},
        "made": {"template": "postgres"},
        "app": {
            "compose": compose, "files": {"a.env": "A=s3cret-file\n"},
            "env": {"TOKEN": "s3cret-env", "DB": "${services.db.secrets.password}"},
            "replicas": 2, "labels": {"team": "search"},
        },
    }});
    let (status, made) = server.send(Method::PUT, STACK, body).await;
    assert_eq!(status, 200, "{made}");
    let read = read_back(&server, STACK).await;
    assert!(!read.to_string().contains("s3cret"), "{read}");
    assert_eq!(read["services"]["db"]["params"], json!({"password": "${stored}", "maxmemory": "32MiB"}));
    assert_eq!(read["services"]["app"]["env"], json!({"TOKEN": "${stored}", "DB": "${services.db.secrets.password}"}));
    assert_eq!(
        (&read["services"]["app"]["compose"], &read["services"]["app"]["replicas"]),
        (&json!(compose), &json!(2))
    );
    let (_, again) = server.send(Method::PUT, STACK, read.clone()).await;
    assert!(unchanged(&again), "{again:#} {read:#}");
    let stored =
        |deployment: &str| server.running.orchestrator.deployment_record(deployment).unwrap().0.spec.source.clone();
    let miaas_core::model::Source::Compose(source) = stored("rag-app") else { panic!("a document was applied") };
    assert_eq!((source.env["TOKEN"].as_str(), source.files["a.env"].as_str()), ("s3cret-env", "A=s3cret-file\n"));

    let mut changed = read;
    changed["services"]["db"]["params"]["password"] = json!("s3cret-new");
    let (_, answer) = server.send(Method::PUT, STACK, changed).await;
    assert_eq!(answer["services"], json!({"app": "unchanged", "db": "update", "made": "unchanged"}), "{answer:#}");
    assert_eq!(server.get("/api/v1/stacks/rga/file").await.0, 404);
}
