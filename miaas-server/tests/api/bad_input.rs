//! Whatever is sent, the answer is the envelope with a message that helps, and nothing changes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, read};

const JSON: &str = "application/json";
const DEPLOYMENTS: &str = "/api/v1/deployments";

/// Method, path, content type, body; status, code, a part of the message.
type Case = (&'static str, &'static str, &'static str, String, u16, &'static str, &'static str);

fn cases() -> Vec<Case> {
    let body =
        |path: &'static str, text: &str, status, part| ("POST", path, JSON, text.to_owned(), status, "invalid", part);
    let create = |text: &str, part| body(DEPLOYMENTS, text, 400, part);
    let long = "n".repeat(41);
    let mut cases = vec![
        create(r#"{"name": "a",}"#, "malformed JSON at line 1, column 14"),
        create("", "malformed JSON at line 1, column 0"),
        create(r#"{"replcas": 2}"#, "unknown field `replcas` at /replcas: did you mean `replicas`?"),
        create(r#"{"placement": {"nodee": "x"}}"#, "at /placement/nodee: did you mean `node`?"),
        create(r#"{"template": "redis", "replicas": -1}"#, "/replicas: invalid value: integer `-1`"),
        create(r#"{"template": "redis", "replicas": 1e400}"#, "number out of range"),
        create(r#"{"template": "redis", "replicas": 5000000000}"#, "/replicas: invalid value"),
        create(r#"{"template": "redis", "replicas": 4000000000}"#, "/replicas"),
        create(r#"{"template": "redis", "replicas": NaN}"#, "malformed JSON"),
        create(r#"{"template": "redis", "name": "a/b"}"#, "/name"),
        create(r#"{"template": "redis", "name": "a\u0000b"}"#, "/name"),
        create(&format!(r#"{{"template": "redis", "name": "{long}"}}"#), "/name"),
        create(r#"{"template": "redis", "compose": "services: {}"}"#, "either template or compose"),
        create(r#"{"template": "redis", "params": {"prot": 1}}"#, "no parameter \"prot\""),
        create(r#"{"template": "redis", "params": {"port": -5}}"#, "port"),
        create(r#"{"template": "redis", "params": {"port": 99999999999999999999}}"#, "port"),
        create(r#"{"compose": "services: ["}"#, "compose"),
        create(&"[".repeat(1000), "not an array"),
        create(&r#"{"params":"#.repeat(1000), "recursion limit"),
        create(&format!(r#"{{"params": {{"a": {}"#, "[".repeat(1000)), "recursion limit"),
        body("/api/v1/plan", r#"{"template": "redis", "nam": "x"}"#, 400, "did you mean `name`?"),
        body("/api/v1/tokens", r#"{"uses": 0}"#, 400, "/uses"),
        body("/api/v1/tokens", r#"{"ttl_seconds": 99999999999}"#, 400, "/ttl_seconds"),
        body("/api/v1/tokens", r#"{"labels": {"a b": "c"}}"#, 400, "/labels"),
        body("/api/v1/keys", r#"{"description": "a\u0007b"}"#, 400, "/description"),
        body("/api/v1/templates/redis/render", r#"{"params": {"port": "x"}}"#, 400, "/params/port"),
        ("POST", DEPLOYMENTS, JSON, r#"{"template": "redsi"}"#.into(), 404, "not_found", "template \"redsi\""),
        ("POST", DEPLOYMENTS, "text/plain", "{}".into(), 415, "unsupported_media_type", "text/plain"),
        ("POST", DEPLOYMENTS, JSON, " ".repeat(1024 * 1024 + 1), 413, "too_large", "larger"),
        ("GET", "/api/v1/nodes?limit=0", JSON, String::new(), 400, "invalid", "/limit"),
        ("GET", "/api/v1/nodes?limit=x", JSON, String::new(), 400, "invalid", "/limit"),
        ("GET", "/api/v1/nodes?limt=1", JSON, String::new(), 400, "invalid", "did you mean `limit`?"),
        ("GET", "/api/v1/nodes?status=onlin", JSON, String::new(), 400, "invalid", "`onlin`"),
        ("GET", "/api/v1/nodes?label=zone", JSON, String::new(), 400, "invalid", "key=value"),
        ("GET", "/api/v1/events?after=-1", JSON, String::new(), 400, "invalid", "/after"),
        ("GET", "/api/v1/deployments/none/logs?tail=-1", JSON, String::new(), 400, "invalid", "/tail"),
        ("GET", "/api/v1/nodes/%ff", JSON, String::new(), 400, "invalid", "path"),
        ("GET", "/api/v1/nodes/none", JSON, String::new(), 404, "not_found", "none"),
        ("GET", "/api/v1/nodes/a%2F..%2Fb%00", JSON, String::new(), 404, "not_found", "node"),
        ("GET", "/api/v1/templates/none", JSON, String::new(), 404, "not_found", "none"),
        ("GET", "/api/v1/deployments/none", JSON, String::new(), 404, "not_found", "none"),
        ("GET", "/api/v1/deployments/none/logs", JSON, String::new(), 404, "not_found", "none"),
        ("DELETE", "/api/v1/deployments/none", JSON, String::new(), 404, "not_found", "none"),
        ("DELETE", "/api/v1/tokens/none", JSON, String::new(), 404, "not_found", "none"),
        ("POST", "/api/v1/nodes/none/cordon", JSON, String::new(), 404, "not_found", "none"),
        ("GET", "/api/v2/nothing", JSON, String::new(), 404, "not_found", "/api/v2/nothing"),
        ("PUT", DEPLOYMENTS, JSON, String::new(), 405, "method_not_allowed", "PUT"),
    ];
    for field in ["cpu_milli", "x"] {
        cases.push(create(&format!(r#"{{"template": "redis", "{field}": 1}}"#), "unknown field"));
    }
    cases
}

#[tokio::test]
async fn bad_requests_are_refused_with_a_message_that_helps() {
    let server = Server::start().await;
    let mut wrong = Vec::new();
    for (method, path, kind, body, status, code, part) in cases() {
        let shown: String = body.chars().take(60).collect();
        let request = server.request(method.parse().unwrap(), path, &server.key);
        let (got, answer) = read(request.header("content-type", kind).body(body).send().await.unwrap()).await;
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        if (got, answer["error"]["code"].as_str()) != (status, Some(code)) || !message.contains(part) {
            wrong.push(format!("{method} {path} {shown}: wanted {status} {code} {part:?}, got {got} {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let (_, list) = server.get(DEPLOYMENTS).await;
    assert_eq!(list["items"], json!([]), "nothing was created");
}

#[tokio::test]
async fn a_taken_name_is_refused_and_the_first_stays() {
    let server = Server::start().await;
    assert_eq!(server.post(DEPLOYMENTS, json!({"template": "redis", "name": "cache"})).await.0, 202);
    let (status, body) = server.post(DEPLOYMENTS, json!({"template": "hello-world", "name": "cache"})).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("already_exists")));
    assert_eq!(server.get("/api/v1/deployments/cache").await.1["template"], "redis");
}

#[tokio::test]
async fn bad_registrations_name_every_issue() {
    let server = Server::start().await;
    let join = server.join_token(1).await;
    let bad = json!({"name": "a\u{7}b/c", "ip": "here", "capabilities": {}});
    let request = server.request(Method::POST, "/api/v1/nodes/register", &join).json(&bad);
    let (status, body) = read(request.send().await.unwrap()).await;
    assert_eq!(status, 400);
    let details: Vec<&Value> = body["error"]["details"].as_array().unwrap().iter().map(|d| &d["path"]).collect();
    assert_eq!(details, ["/name", "/ip"]);
    let missing = server.request(Method::POST, "/api/v1/nodes/register", &join).json(&json!({"name": "a"}));
    let (_, body) = read(missing.send().await.unwrap()).await;
    assert_eq!(body["error"]["message"], "field `ip` is missing at /ip");
}

#[tokio::test]
async fn a_template_with_a_missing_variable_names_variable_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken");
    std::fs::create_dir(&broken).unwrap();
    std::fs::write(
        broken.join("template.yaml"),
        concat!(
            "name: broken\ntitle: Broken\nversion: \"1\"\nparameters:\n",
            "  - {name: size, type: string, required: true}\n"
        ),
    )
    .unwrap();
    let compose = "services:\n  a:\n    image: x:{{ params.size }}\n    command: [\"{{ params.sise }}\"]\n";
    std::fs::write(broken.join("compose.yaml.j2"), compose).unwrap();
    std::fs::write(broken.join("README.md"), "# Broken\n").unwrap();
    let server =
        Server::with(|c| c.catalogs = vec![miaas_server::CatalogSource::Folder(folder.path().to_owned())]).await;
    for (path, body) in [
        ("/api/v1/templates/broken/render", json!({"params": {"size": "1"}})),
        (DEPLOYMENTS, json!({"template": "broken", "params": {"size": "1"}})),
    ] {
        let (status, answer) = server.post(path, body).await;
        let message = answer["error"]["message"].as_str().unwrap();
        assert_eq!(status, 400, "{answer}");
        for part in ["sise", "compose.yaml.j2", "4"] {
            assert!(message.contains(part), "{path}: {message}");
        }
    }
}
