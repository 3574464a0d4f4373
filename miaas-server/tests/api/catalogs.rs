//! Catalogues of the operator: a git repository and an index of archives (T7).

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use axum::{Router, http::StatusCode, routing::get};
use flate2::{Compression, write::GzEncoder};
use miaas_core::hash::sha256_hex;
use miaas_server::CatalogSource;
use serde_json::json;

use crate::support::Server;

const MANIFEST: &str = "name: NAME\ntitle: Mine\ndescription: Mine.\ncategory: example\nversion: 1.0.0\nlicense: MIT\n\
                        resources: {cpu: 0.1, memory: 64MiB}\n";
const COMPOSE: &str = "services:\n  main:\n    image: busybox:1.36\n";

fn files(name: &str) -> [(String, String); 4] {
    let icon = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0h1v1z\"/></svg>\n";
    [
        ("template.yaml".into(), MANIFEST.replace("NAME", name)),
        ("compose.yaml.j2".into(), COMPOSE.into()),
        ("README.md".into(), "# Mine\n".into()),
        ("icon.svg".into(), icon.into()),
    ]
}

fn template(folder: &Path, name: &str) {
    fs::create_dir_all(folder.join(name).join("examples")).unwrap();
    for (path, text) in files(name) {
        fs::write(folder.join(name).join(path), text).unwrap();
    }
    fs::write(folder.join(name).join("examples/minimal.yaml"), "{}\n").unwrap();
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=t", "-c", "user.email=t@example.com"]).args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

async fn names(server: &Server) -> Vec<String> {
    let all = server.get("/api/v1/templates").await.1;
    all["items"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap().to_owned()).collect()
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|n| n == name)
}

#[tokio::test]
async fn t7_templates_of_a_git_repository_at_a_tag() {
    let dir = tempfile::tempdir().unwrap();
    let repo = dir.path().join("repo.git");
    template(&repo.join("deep/catalogue"), "mine-one");
    git(&repo, &["init", "--quiet", "--initial-branch=main"]);
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "--quiet", "-m", "one"]);
    git(&repo, &["tag", "v1"]);
    let first = git(&repo, &["rev-parse", "HEAD"]);
    template(&repo.join("deep/catalogue"), "mine-two");
    // One that is broken, and one whose name is taken.
    template(&repo.join("deep/catalogue"), "redis");
    fs::create_dir_all(repo.join("deep/catalogue/broken")).unwrap();
    fs::write(repo.join("deep/catalogue/broken/template.yaml"), "name: [").unwrap();
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "--quiet", "-m", "two"]);

    let url = format!("file://{}", repo.display());
    for (reference, two) in [("#v1", false), ("", true), (&format!("#{first}"), false)] {
        let source: CatalogSource = format!("git+{url}//deep/catalogue{reference}").parse().unwrap();
        let server = Server::with(|c| c.catalogs = vec![source]).await;
        let names = names(&server).await;
        assert_eq!((has(&names, "mine-one"), has(&names, "mine-two")), (true, two), "{reference}: {names:?}");
        assert!(!has(&names, "broken"));
        let redis = server.get("/api/v1/templates/redis").await.1;
        assert_eq!(redis["manifest"]["title"], "Redis", "the built-in one has the name");
    }
}

/// A web server with these answers; its address.
async fn web(answers: Vec<(&'static str, Vec<u8>)>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let routes = answers.into_iter().fold(Router::new(), |all, (path, body)| all.route(path, get(|| async { body })));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

fn archive(name: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let minimal = ("examples/minimal.yaml".to_owned(), "{}\n".to_owned());
    for (path, text) in files(name).into_iter().chain([minimal]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("{name}-1.0/{path}"), text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

#[tokio::test]
async fn t7_templates_of_an_index_that_is_pinned() {
    let good = archive("mine-one");
    let index = json!({"templates": [
        {"name": "mine-one", "url": "archives/one.tar.gz", "sha256": sha256_hex(&good)},
        {"name": "changed", "url": "archives/one.tar.gz", "sha256": "0".repeat(64)},
        {"name": "missing", "url": "archives/none.tar.gz", "sha256": "0".repeat(64)},
    ]});
    let index = index.to_string().into_bytes();
    let digest = sha256_hex(&index);
    let url = web(vec![("/c/index.json", index), ("/c/archives/one.tar.gz", good)]).await;

    let source: CatalogSource = format!("{url}/c/index.json@sha256:{digest}").parse().unwrap();
    let server = Server::with(|c| c.catalogs = vec![source]).await;
    let found = names(&server).await;
    assert!(has(&found, "mine-one") && !has(&found, "changed") && !has(&found, "missing"), "{found:?}");
    let rendered = server.post("/api/v1/templates/mine-one/render", json!({})).await;
    assert_eq!(rendered.0, 200, "{}", rendered.1);

    // Another document than the one that was pinned: nothing of it is used.
    let wrong = "1".repeat(64);
    let source: CatalogSource = format!("{url}/c/index.json@sha256:{wrong}").parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = miaas_server::ServerConfig::new(folder.path());
    config.listen.set_port(0);
    config.catalogs = vec![source];
    let refused = miaas_server::serve(config, std::future::pending()).await.unwrap_err();
    assert!(refused.message().contains(&digest) && refused.hint().is_some(), "{refused}");
}

#[tokio::test]
async fn t7_a_source_that_is_away_gives_what_it_gave_the_last_time() {
    let good = archive("mine-one");
    let index = json!({"templates": [{"name": "mine-one", "url": "one.tar.gz", "sha256": sha256_hex(&good)}]});
    let index = index.to_string().into_bytes();
    let digest = sha256_hex(&index);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let there = Arc::new(AtomicBool::new(true));
    let archive = {
        let there = Arc::clone(&there);
        move || async move { if there.load(SeqCst) { Ok(good) } else { Err(StatusCode::NOT_FOUND) } }
    };
    let routes = Router::new().route("/i", get(|| async { index })).route("/one.tar.gz", get(archive));
    let web = tokio::spawn(async move { axum::serve(listener, routes).await });

    let folder = tempfile::tempdir().unwrap();
    let config = || {
        let mut config = miaas_server::ServerConfig::new(folder.path());
        config.listen.set_port(0);
        config.catalogs = vec![format!("http://{address}/i@sha256:{digest}").parse().unwrap()];
        config
    };
    for away in ["nothing", "the archives", "everything"] {
        match away {
            "the archives" => there.store(false, SeqCst),
            "everything" => web.abort(),
            _ => {}
        }
        let server = miaas_server::serve(config(), std::future::pending()).await.unwrap();
        assert!(server.state.catalog().get("mine-one").is_ok(), "away: {away}");
        server.stop();
        server.wait().await.unwrap();
    }
}
