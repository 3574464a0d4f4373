//! TLS (S2): the server's own authority, brought certificates, limits of connections (S4).

use std::{fs, path::Path, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey as _};
use miaas_core::{model::to_hex, time::Timestamp};
use miaas_server::TlsSource;
use miaas_tls::{Authority, CaPin, Identity, client_config};
use reqwest::Certificate;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{Server, eventually, facts};

async fn status(server: &Server, client: reqwest::ClientBuilder) -> Result<u16, String> {
    let request = client.build().unwrap().get(format!("{}/api/v1/status", server.running.url()));
    let answer = request.bearer_auth(&server.key).send().await;
    answer.map(|a| a.status().as_u16()).map_err(|e| format!("{e:?}"))
}

fn pinned(pin: Option<CaPin>) -> reqwest::ClientBuilder {
    miaas_tls::http(pin).unwrap()
}

#[tokio::test]
async fn s2_the_servers_own_certificate_is_believed_by_its_pin_and_by_its_file() {
    let server = Server::with(|config| config.tls = Some(TlsSource::Own(vec!["gpu.example".to_owned()]))).await;
    assert!(server.running.url().starts_with("https://127.0.0.1:"), "{}", server.running.url());
    let pin = server.running.ca_pin.unwrap();
    assert_eq!(status(&server, pinned(Some(pin))).await, Ok(200));
    let other = Authority::new("other", Timestamp::from_millis(0)).unwrap().pin().unwrap();
    for wrong in [Some(other), None] {
        let error = status(&server, pinned(wrong)).await.unwrap_err();
        assert!(error.contains("UnknownIssuer"), "{wrong:?}: {error}");
    }
    // Others take the file, and look at names.
    let client = pinned(Some(pin)).build().unwrap();
    let pem = client.get(format!("{}/ca.pem", server.running.url())).send().await.unwrap().text().await.unwrap();
    drop(Certificate::from_pem(pem.as_bytes()).unwrap());
    // What is joined with knows the pin.
    let made =
        client.post(format!("{}/api/v1/tokens", server.running.url())).bearer_auth(&server.key).send().await.unwrap();
    let made: Value = made.json().await.unwrap();
    let command = made["join_command"].as_str().unwrap();
    assert!(command.contains(&format!("--server {} --ca-pin {pin} --join-token", server.running.url())), "{command}");
    // Plain HTTP is no way in.
    let plain = server.running.url().replace("https", "http");
    assert!(client.get(format!("{plain}/healthz")).send().await.is_err());
    // The authority outlives the server.
    let dir = server.dir.path().join("state");
    server.running.stop();
    let (key, keep) = (server.key, server.dir);
    server.running.wait().await.unwrap();
    let mut config = miaas_server::ServerConfig::new(dir);
    (config.listen, config.tls) = ("127.0.0.1:0".parse().unwrap(), Some(TlsSource::Own(Vec::new())));
    let again = Server::over(config, Some(key)).await;
    assert_eq!(again.running.ca_pin, Some(pin));
    assert_eq!(status(&again, pinned(Some(pin))).await, Ok(200));
    drop(keep);
}

#[tokio::test]
async fn s2_other_machines_get_tls_unless_plain_http_was_asked_for() {
    let open = "0.0.0.0:0".parse().unwrap();
    let server = Server::with(|config| config.listen = open).await;
    assert!(server.running.url().starts_with("https://") && server.running.ca_pin.is_some());
    let server = Server::with(|config| (config.listen, config.insecure_http) = (open, true)).await;
    assert!(server.running.url().starts_with("http://") && server.running.ca_pin.is_none());
}

/// A certificate and its key as files.
fn write(folder: &Path, authority: &Authority) {
    let pem =
        |kind: &str, der: &[u8]| format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", STANDARD.encode(der));
    let issued = authority.issue(&["127.0.0.1".to_owned()], Timestamp::from_millis(1_790_000_000_000)).unwrap();
    let chain: String = issued.chain.iter().map(|c| pem("CERTIFICATE", c)).collect();
    fs::write(folder.join("chain.pem"), chain).unwrap();
    fs::write(folder.join("key.pem"), pem("PRIVATE KEY", issued.key.secret_der())).unwrap();
}

#[tokio::test]
async fn s2_a_brought_certificate_is_replaced_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] =
        ["one", "two"].map(|name| Authority::new(name, Timestamp::from_millis(1_790_000_000_000)).unwrap());
    write(folder.path(), &one);
    let files = TlsSource::Files { chain: folder.path().join("chain.pem"), key: folder.path().join("key.pem") };
    let server = Server::with(|config| config.tls = Some(files.clone())).await;
    let with = |authority: &Authority| pinned(Some(authority.pin().unwrap()));
    assert_eq!(status(&server, with(&one)).await, Ok(200));
    // A broken file changes nothing.
    fs::write(folder.path().join("chain.pem"), "nothing").unwrap();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(status(&server, with(&one)).await, Ok(200));
    write(folder.path(), &two);
    eventually("the new certificate", async || status(&server, with(&two)).await.ok()).await;
    assert!(status(&server, with(&one)).await.is_err());

    for (chain, key, says) in [("none.pem", "key.pem", "none.pem"), ("key.pem", "key.pem", "holds no certificate")] {
        let dir = tempfile::tempdir().unwrap();
        let mut config = miaas_server::ServerConfig::new(dir.path().join("state"));
        config.listen = "127.0.0.1:0".parse().unwrap();
        config.tls = Some(TlsSource::Files { chain: folder.path().join(chain), key: folder.path().join(key) });
        let error = miaas_server::serve(config, std::future::pending()).await.unwrap_err();
        assert!(error.message().contains(says), "{error}");
    }
}

#[tokio::test]
async fn s4_a_connection_that_says_nothing_is_closed_and_so_is_one_that_says_too_much() {
    let server = Server::with(|config| {
        config.connections.headers = Duration::from_millis(300);
        config.connections.connections = 3;
    })
    .await;
    let addr = server.running.addr;
    // One that never ends its headers.
    let mut slow = TcpStream::connect(addr).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: ").await.unwrap();
    let silent = TcpStream::connect(addr).await.unwrap();
    let more = TcpStream::connect(addr).await.unwrap();
    // All places are taken; the next is answered once these are closed.
    assert_eq!(server.get("/healthz").await.0, 200);
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(5), slow.read_to_end(&mut rest)).await.unwrap().ok();
    let told = String::from_utf8_lossy(&rest).into_owned();
    assert!(told.is_empty() || told.starts_with("HTTP/1.1 408"), "{told}");
    drop((silent, more));

    let mut large = TcpStream::connect(addr).await.unwrap();
    large
        .write_all(format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n", "a".repeat(200_000)).as_bytes())
        .await
        .ok();
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(5), large.read_to_end(&mut rest)).await.unwrap().ok();
    let told = String::from_utf8_lossy(&rest).into_owned();
    assert!(told.is_empty() || told.starts_with("HTTP/1.1 431"), "{told}");
    assert_eq!(server.get("/healthz").await.0, 200);
}

/// A client that shows this Ed25519 key in the handshake.
fn showing(pin: Option<CaPin>, key: &SigningKey) -> reqwest::Client {
    let identity = Identity::of_key(key.to_pkcs8_der().unwrap().as_bytes()).unwrap();
    let config = client_config(pin, Some(&identity)).unwrap();
    reqwest::Client::builder().tls_backend_preconfigured(config).build().unwrap()
}

#[tokio::test]
async fn s2_a_node_token_is_good_on_a_connection_of_its_node() {
    for required in [true, false] {
        let server = Server::with(|config| {
            (config.tls, config.api.mutual_tls) = (Some(TlsSource::Own(Vec::new())), required);
        })
        .await;
        let (pin, url) = (server.running.ca_pin, server.running.url());
        let nobody = pinned(pin).build().unwrap();
        let (own, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let join = nobody.post(format!("{url}/api/v1/tokens")).bearer_auth(&server.key).send().await.unwrap();
        let join: Value = join.json().await.unwrap();
        let public = to_hex(own.verifying_key().as_bytes());
        let body = json!({"name": "n1", "ip": "127.0.0.1", "capabilities": facts(), "public_key": public});
        let register = nobody.post(format!("{url}/api/v1/nodes/register")).bearer_auth(join["token"].as_str().unwrap());
        let node: Value = register.json(&body).send().await.unwrap().json().await.unwrap();
        let (id, token) = (node["node_id"].as_str().unwrap(), node["node_token"].as_str().unwrap());
        let beat = async |client: reqwest::Client| {
            let request = client.post(format!("{url}/api/v1/nodes/{id}/heartbeat")).bearer_auth(token);
            // Nobody but another server is believed what key a node showed.
            let request = request.header("x-miaas-node-key", &public).json(&json!({}));
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        assert_eq!(beat(showing(pin, &own)).await.0, 200);
        let (status, says) = beat(showing(pin, &other)).await;
        assert!(status == 403 && says.contains("of another node than the key"), "{says}");
        let (status, says) = beat(nobody.clone()).await;
        assert_eq!(status, if required { 403 } else { 200 }, "{says}");
        assert_eq!(says.contains("must show its key"), required, "{says}");
    }
}

#[tokio::test]
async fn s2_mutual_tls_wants_tls() {
    let dir = tempfile::TempDir::new().unwrap();
    let mut config = crate::support::config(&dir);
    config.api.mutual_tls = true;
    let error = miaas_server::serve(config, std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("plain HTTP") && error.hint().unwrap().contains("--tls"), "{error}");
}
