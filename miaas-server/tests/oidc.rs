//! Signing in over a real provider of OpenID Connect (S1).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, run in real time and say what they skip"
)]

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use miaas_core::secret::Secret;
use miaas_server::{OidcConfig, RunningServer, ServerConfig, serve};
use reqwest::{Method, redirect::Policy};
use serde_json::Value;

/// The provider, which ends with the test. It goes on writing to its output.
struct Provider(Child, #[expect(dead_code, reason = "read to the end of its start")] BufReader<ChildStdout>);

impl Drop for Provider {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// None where it cannot run here.
fn provider(port: u16, secret: &str, redirect: &str) -> Option<Provider> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oidc");
    if !Path::new(folder).join("node_modules").exists() {
        eprintln!("skipped: the provider is not installed (npm ci --prefix {folder})");
        return None;
    }
    let mut command = Command::new("node");
    command.args([&format!("{folder}/provider.mjs"), &port.to_string(), secret, redirect]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("node runs");
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("ready") {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "the provider does not start");
    }
    Some(Provider(child, output))
}

/// A browser: it keeps cookies, follows redirections, and fills in forms.
struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new() -> Self {
        let http = miaas_tls::http(None).unwrap().redirect(Policy::none()).build().unwrap();
        Self { http, cookies: BTreeMap::new() }
    }

    async fn ask(&mut self, method: Method, url: &str, form: Option<String>) -> reqwest::Response {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.http.request(method, url).header("cookie", cookies.join("; "));
        if let Some(form) = form {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        }
        let answer = request.send().await.unwrap();
        for set in answer.headers().get_all("set-cookie") {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            match value {
                "" => drop(self.cookies.remove(name)),
                value => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        answer
    }

    /// Signs in as `name`; gives the address that the server sends the browser to at the end.
    async fn sign_in(&mut self, server: &str, name: &str, to: &str) -> String {
        let mut url = format!("{server}/api/v1/session/oidc?to={to}");
        for _ in 0..20 {
            let answer = self.ask(Method::GET, &url, None).await;
            let Some(next) = location(&answer, &url) else {
                assert_eq!(answer.status(), 200, "{url}");
                let page = answer.text().await.unwrap();
                let form = if page.contains(r#"value="login""#) {
                    format!("prompt=login&login={name}&password=x")
                } else {
                    "prompt=consent".to_owned()
                };
                let answer = self.ask(Method::POST, &url, Some(form)).await;
                url = location(&answer, &url).expect("a form leads on");
                continue;
            };
            if url.starts_with(server) && url.contains("/callback") {
                return next;
            }
            url = next;
        }
        panic!("the way through the provider has no end: {url}");
    }

    async fn session(&mut self, server: &str) -> (u16, Value) {
        let answer = self.ask(Method::GET, &format!("{server}/api/v1/session"), None).await;
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

fn location(answer: &reqwest::Response, base: &str) -> Option<String> {
    let location = answer.headers().get("location")?.to_str().unwrap();
    Some(reqwest::Url::parse(base).unwrap().join(location).unwrap().into())
}

async fn server(dir: &Path, port: u16, issuer: u16, secret: &str) -> RunningServer {
    let mut config = ServerConfig::new(dir);
    config.listen = format!("127.0.0.1:{port}").parse().unwrap();
    config.api.public_url = Some(format!("http://127.0.0.1:{port}"));
    let mut oidc = OidcConfig::new(format!("http://127.0.0.1:{issuer}"), "miaas");
    oidc.client_secret = Some(Secret::new(secret));
    oidc.roles = vec!["miaas-admins=admin".parse().unwrap()];
    config.api.oidc = Some(oidc);
    serve(config, std::future::pending()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_users_of_a_provider_sign_in_with_the_role_that_it_gives() {
    let (port, issuer, secret) = (free_port(), free_port(), "a secret & more: 100%");
    let url = format!("http://127.0.0.1:{port}");
    let Some(_provider) = provider(issuer, secret, &format!("{url}/api/v1/session/oidc/callback")) else { return };
    let dir = tempfile::tempdir().unwrap();
    let running = server(dir.path(), port, issuer, secret).await;

    let mut alice = Browser::new();
    assert_eq!(alice.sign_in(&url, "admin-alice", "/nodes%3Fa=b").await, format!("{url}/nodes?a=b"));
    let (status, session) = alice.session(&url).await;
    assert_eq!(status, 200, "{session}");
    assert_eq!(
        (session["user"].as_str(), session["role"].as_str(), session["from"].as_str()),
        (Some("admin-alice"), Some("admin"), Some("oidc"))
    );
    let audit = alice.ask(Method::GET, &format!("{url}/api/v1/audit"), None).await.text().await.unwrap();
    assert!(audit.contains("oidc/admin-alice[admin-alice]") && !audit.contains("code="), "{audit}");

    // Somebody without a role here is told so, and nobody is led to another site.
    let mut bob = Browser::new();
    assert_eq!(bob.sign_in(&url, "bob", "/").await, format!("{url}/sign-in?problem=no_role"));
    assert_eq!(bob.session(&url).await.0, 401);
    let mut eve = Browser::new();
    assert_eq!(eve.sign_in(&url, "admin-eve", "//evil.example/").await, format!("{url}/"));

    // The answer of the provider for one browser is worth nothing in another one.
    let mut mallory = Browser::new();
    let victim = Browser::new().ask(Method::GET, &format!("{url}/api/v1/session/oidc"), None).await;
    let state = location(&victim, &url).unwrap();
    let state = state.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    for (path, word) in [(format!("callback?code=x&state={state}"), "expired"), ("callback".to_owned(), "expired")] {
        let answer = mallory.ask(Method::GET, &format!("{url}/api/v1/session/oidc/{path}"), None).await;
        assert_eq!(answer.headers()["location"], format!("/sign-in?problem={word}"));
    }
    mallory.ask(Method::GET, &format!("{url}/api/v1/session/oidc"), None).await;
    let answer =
        mallory.ask(Method::GET, &format!("{url}/api/v1/session/oidc/callback?code=x&state={state}"), None).await;
    assert_eq!(answer.headers()["location"], "/sign-in?problem=refused");

    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_provider_that_is_away_keeps_nobody_else_out() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let running = server(dir.path(), port, free_port(), "secret").await;
    let url = running.url();
    let mut browser = Browser::new();
    let answer = browser.ask(Method::GET, &format!("{url}/api/v1/session/oidc"), None).await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
        (303, "/sign-in?problem=unavailable")
    );
    let methods: Value =
        browser.ask(Method::GET, &format!("{url}/api/v1/session/methods"), None).await.json().await.unwrap();
    assert_eq!(methods["oidc"]["path"], "/api/v1/session/oidc");
    let key = running.admin_key.as_ref().unwrap().expose().to_owned();
    let body = serde_json::json!({"key": key});
    let answer = browser.http.post(format!("{url}/api/v1/session")).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}
