//! Documents of several files: merging, `extends`, `include`, variables, configs and secrets (T3).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::collections::BTreeMap;

use miaas_core::model::*;
use miaas_templates::compose::{ComposeFiles, Document, missing, parse_files};

type Env = BTreeMap<String, String>;

fn env(pairs: &[(&str, &str)]) -> Env {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// Files from `== path` lines: the first is the main document.
fn files(text: &str) -> ComposeFiles {
    let mut parts = text.split("== ").skip(1).map(|part| part.split_once('\n').unwrap());
    let (main, text) = parts.next().unwrap();
    parts.fold(ComposeFiles::new(main, text), |files, (path, text)| files.with_file(path, text))
}

fn parse(text: &str) -> Document {
    parse_files(&files(text), &Env::new()).unwrap_or_else(|issues| panic!("{issues:?}"))
}

fn refused(text: &str) -> Vec<String> {
    parse_files(&files(text), &Env::new()).unwrap_err().iter().map(ToString::to_string).collect()
}

fn merged(base: &str, over: &str) -> Service {
    let indent = |text: &str| text.lines().map(|l| format!("    {l}\n")).collect::<String>();
    let text = |body| format!("services:\n  a:\n    image: x:1\n{}", indent(body));
    let files = ComposeFiles::new("c.yaml", text(base)).with_file("o.yaml", text(over)).with_override("o.yaml");
    let mut document = parse_files(&files, &Env::new()).unwrap_or_else(|issues| panic!("{issues:?}"));
    document.spec.service_mut("a").unwrap().clone()
}

#[test]
fn t3_documents_merge_by_the_rules_of_the_specification() {
    let s = merged(
        "command: [a, b]\nhealthcheck: {test: [CMD, x], retries: 5}",
        "command: [c]\nhealthcheck: {test: [CMD, y]}",
    );
    assert_eq!(s.command.unwrap(), ["c"]);
    let check = s.healthcheck.unwrap();
    assert_eq!((check.test, check.retries), (HealthTest::Exec(vec!["y".into()]), 5));
    let s = merged("healthcheck: {x-http: {port: 80}, interval: 5s}", "healthcheck: {x-http: {path: '/ready?now=1'}}");
    let check = s.healthcheck.unwrap();
    let http = HttpTest { port: 80, path: "/ready?now=1".into() };
    assert_eq!((check.test, check.interval), (HealthTest::Http(http), Millis(5_000)));
    // Lists of pairs and mappings are the same thing.
    let s = merged("environment: [A=1, B=2]\nlabels: {x: '1'}", "environment: {B: '3', C: ''}\nlabels: [y=2]");
    assert_eq!(s.environment.0, env(&[("A", "1"), ("B", "3"), ("C", "")]));
    assert_eq!(s.labels, env(&[("x", "1"), ("y", "2")]));
    // The same port is the same, others are added.
    let s = merged("ports: ['8080:80', '127.0.0.1:1:2']", "ports: ['8080:80', {target: 81, published: '8081'}]");
    assert_eq!(s.ports.iter().map(|p| p.host).collect::<Vec<_>>(), [8080, 1, 8081]);
    // What is mounted at the same place is replaced, a short form by a long one as well.
    let s = merged("tmpfs: [/a, /b]\ndevices: ['/dev/a:/dev/x']", "tmpfs: /b\ndevices: ['/dev/b:/dev/x']");
    assert_eq!(s.mounts.len(), 2);
    assert_eq!(s.isolation.devices[0].host, "/dev/b");
    assert_eq!(s.isolation.devices.len(), 1);
    let s = merged("logging: {driver: syslog, options: {a: b}}", "logging: {driver: local}");
    assert_eq!(s.logging.unwrap(), Logging { driver: Some("local".into()), options: BTreeMap::new() });
    let s = merged("dns: 1.1.1.1", "dns: [8.8.8.8, 1.1.1.1]");
    assert_eq!(s.dns.servers, ["1.1.1.1", "8.8.8.8"]);
    // Marks say otherwise.
    let s = merged(
        "ports: ['1:1']\nuser: a\nenvironment: {A: '1'}",
        "ports: !override ['2:2']\nuser: !reset null\nenvironment: {A: !reset null}",
    );
    assert_eq!((s.ports.len(), s.ports[0].host, s.user, s.environment.0.len()), (1, 2, None, 0));
    // An empty value changes nothing.
    let s = merged("environment: {A: '1'}", "environment:");
    assert_eq!(s.environment.0, env(&[("A", "1")]));
}

#[test]
fn t3_what_cannot_be_merged_is_named() {
    let files = ComposeFiles::new("c.yaml", "services: {a: {image: 'x:1', deploy: {resources: {limits: {cpus: 1}}}}}")
        .with_file("o.yaml", "services: {a: {deploy: [x]}}")
        .with_override("o.yaml");
    let issues = parse_files(&files, &Env::new()).unwrap_err();
    assert_eq!(issues[0].to_string(), "/services/a/deploy: o.yaml:1:24: a list cannot be merged over a mapping");
}

#[test]
fn t3_extends_takes_a_service_from_the_same_and_from_another_file() {
    let document = parse(
        "== c.yaml
services:
  base: {image: 'x:1', environment: {A: '1', B: '1'}, tmpfs: /a}
  web: {extends: base, environment: [B=2], tmpfs: [/b]}
  far: {extends: {service: worker, file: lib/common.yaml}, command: [x]}
== lib/common.yaml
services:
  root: {image: 'y:1', env_file: far.env}
  worker: {extends: {service: root}, user: u, depends_on: [base]}
== lib/far.env
F=1
",
    );
    let web = &document.spec.services["web"];
    assert_eq!(web.environment.0, env(&[("A", "1"), ("B", "2")]));
    assert_eq!(web.mounts.len(), 2);
    let far = &document.spec.services["far"];
    assert_eq!((far.image.as_str(), far.user.as_deref()), ("y:1", Some("u")));
    // A path is relative to the file that names it.
    assert_eq!(far.environment.0, env(&[("F", "1")]));
    assert!(far.depends_on.contains_key("base"));
}

#[test]
fn t3_circles_are_printed() {
    for (text, want) in [
        (
            "== c.yaml\nservices:\n  a: {extends: b}\n  b: {extends: {service: c}}\n  c: {extends: a, image: 'x:1'}\n",
            "/services/a/extends: c.yaml:2:16: services extend each other: a (c.yaml) → b (c.yaml) → c (c.yaml) → a (c.yaml)",
        ),
        (
            "== c.yaml\nservices:\n  a: {extends: {service: a, file: d.yaml}}\n== d.yaml\nservices:\n  a: {extends: {service: a, file: c.yaml}}\n",
            "/services/a/extends: c.yaml:2:16: services extend each other: a (c.yaml) → a (d.yaml) → a (c.yaml)",
        ),
        (
            "== c.yaml\ninclude: [d.yaml]\n== d.yaml\ninclude: [e.yaml]\n== e.yaml\ninclude: [d.yaml]\n",
            "/include: d.yaml:1:10: documents include each other: d.yaml → e.yaml → d.yaml",
        ),
        (
            "== c.yaml\nservices:\n  a: {image: 'x:1', network_mode: 'service:b'}\n  b: {image: 'x:1', links: [a]}\n",
            "/services/a: c.yaml:2:3: services wait for each other: a → b → a",
        ),
    ] {
        assert_eq!(refused(text), [want], "{text}");
    }
}

#[test]
fn t3_include_brings_in_projects_with_their_own_directory_and_variables() {
    let document = parse(
        "== c.yaml
include:
  - db/compose.yaml
  - {path: [two/a.yaml, two/b.yaml], project_directory: three, env_file: two/defaults.env}
services: {web: {image: 'x:1', depends_on: [db, two]}}
== db/compose.yaml
services: {db: {image: 'p:1', env_file: ./db.env, volumes: ['data:/d']}}
volumes: {data: {}}
== db/db.env
FROM=db
== two/a.yaml
services: {two: {image: 'y:${TAG}', env_file: v.env}}
== two/b.yaml
services: {two: {user: u}}
== two/defaults.env
TAG=9
== three/v.env
FROM=three
",
    );
    let services = &document.spec.services;
    assert_eq!(services["db"].environment.0, env(&[("FROM", "db")]));
    assert_eq!(services["two"].environment.0, env(&[("FROM", "three")]));
    assert_eq!((services["two"].image.as_str(), services["two"].user.as_deref()), ("y:9", Some("u")));
    assert!(document.spec.volumes.contains_key("data"));
    assert_eq!(
        refused(
            "== c.yaml\ninclude: [d.yaml]\nservices: {a: {image: 'x:1'}}\n== d.yaml\nservices: {a: {image: 'x:2'}}\n"
        ),
        ["/services/a: c.yaml:2:12: \"a\" is also in an included document: d.yaml:1:12"]
    );
}

#[test]
fn t3_a_file_that_was_not_given_is_named_and_can_be_asked_for() {
    let text = "== c.yaml
include: [sub/d.yaml]
services:
  a: {image: 'x:1', env_file: [one.env, {path: maybe.env, required: false}], extends: {file: e.yaml, service: b}, configs: [c]}
configs: {c: {file: '${DIR:-conf}/c.txt'}}
";
    assert_eq!(refused(text), ["/include/0: c.yaml:1:11: the file \"sub/d.yaml\" was not given with the document"]);
    let list = |files: &ComposeFiles| {
        missing(files, &Env::new()).into_iter().map(|r| (r.path, r.required)).collect::<Vec<_>>()
    };
    let path = |p: &str, required| (p.to_owned(), required);
    let first = files(text);
    assert_eq!(
        list(&first),
        [
            path("conf/c.txt", true),
            path("e.yaml", true),
            path("maybe.env", false),
            path("one.env", true),
            path("sub/d.yaml", true)
        ]
    );
    let more = first
        .with_file("sub/d.yaml", "services: {d: {image: 'x:1', env_file: deep.env}}")
        .with_file("./conf/../conf/c.txt", "text")
        .with_file("e.yaml", "services: {b: {image: 'y:1'}}")
        .with_file("one.env", "A=1");
    assert_eq!(list(&more), [path("maybe.env", false), path("sub/deep.env", true)]);
    let all = more.with_file("sub/deep.env", "");
    let document = parse_files(&all, &Env::new()).unwrap();
    let file = &document.spec.services["a"].files[0];
    assert_eq!((file.content.expose(), file.target.as_str(), file.mode, file.secret), ("text", "/c", 0o444, false));
}

#[test]
fn t3_configs_and_secrets_are_files() {
    let text = "== c.yaml
services:
  a:
    image: x:1
    configs: [plain, {source: plain, target: /etc/a.conf, mode: 0o600, uid: '5'}]
    secrets: [pw, {source: token, target: t, mode: 0400, gid: '7'}]
configs:
  plain: {content: \"a: ${NAME}\\n\"}
secrets:
  pw: {environment: PASSWORD}
  token: {file: token.txt}
== token.txt
hunter2";
    let variables = env(&[("NAME", "n"), ("PASSWORD", "p$w")]);
    let document = parse_files(&files(text), &variables).unwrap();
    let shown: Vec<_> = document.spec.services["a"]
        .files
        .iter()
        .map(|f| (f.content.expose(), f.target.as_str(), f.mode, f.uid, f.gid, f.secret))
        .collect();
    assert_eq!(
        shown,
        [
            ("a: n\n", "/plain", 0o444, None, None, false),
            ("a: n\n", "/etc/a.conf", 0o600, Some(5), None, false),
            ("p$w", "/run/secrets/pw", 0o444, None, None, true),
            ("hunter2", "/run/secrets/t", 0o400, None, Some(7), true),
        ]
    );
    assert!(!format!("{document:?}").contains("hunter2"));
    for (part, want) in [
        ("secrets: {s: {external: true}}", "`external` is not supported: it is for clusters of Docker"),
        ("configs: {c: {}}", "it has no text"),
        (
            "configs: {c: {content: x, file: y}}",
            "its text is given more than once: `file`, `content` and `environment` exclude each other",
        ),
        ("secrets: {s: {environment: NO}}", "variable \"NO\" is not given"),
    ] {
        let issues = refused(&format!("== c.yaml\nservices: {{a: {{image: 'x:1'}}}}\n{part}\n"));
        assert!(issues.len() == 1 && issues[0].ends_with(want), "{part}: {issues:?}");
    }
}

#[test]
fn t3_profiles_choose_services() {
    let text = "== c.yaml
services:
  a: {image: 'x:1', depends_on: {debug: {condition: service_started, required: false}}}
  debug: {image: 'x:1', profiles: [debug, test]}
  off: {image: 'x:1', scale: 0}
";
    let names = |profiles: &str| {
        let document = parse_files(&files(text), &env(&[("COMPOSE_PROFILES", profiles)])).unwrap();
        document.spec.services.into_keys().collect::<Vec<_>>().join(" ")
    };
    assert_eq!((names(""), names("x, test"), names("*")), ("a".into(), "a debug".into(), "a debug".into()));
    let needed = text.replace(", required: false", "");
    let issues = parse_files(&files(&needed), &Env::new()).unwrap_err();
    assert_eq!(
        issues[0].to_string(),
        "/services/a/depends_on: c.yaml:2:21: service \"a\" depends on \"debug\", which is left out"
    );
    assert_eq!(issues[0].hint.as_deref(), Some("give COMPOSE_PROFILES=debug, or write `required: false`"));
}
