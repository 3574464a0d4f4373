//! Compose documents, accepted and refused, with the exact messages (T3).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::collections::BTreeMap;

use miaas_core::model::*;
use miaas_templates::compose::parse;

fn issues(text: &str) -> Vec<String> {
    let env = BTreeMap::from([("TAG".to_owned(), "7".to_owned())]);
    match parse(text, "c.yaml", &env) {
        Ok(_) => Vec::new(),
        Err(issues) => issues
            .into_iter()
            .map(|i| format!("{i}{}", i.hint.as_ref().map(|h| format!(" | {h}")).unwrap_or_default()))
            .map(without_column)
            .collect(),
    }
}

/// The tables below name lines; one test looks at columns.
fn without_column(text: String) -> String {
    let Some((before, after)) = text.split_once("c.yaml:") else { return text };
    let mut parts = after.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(line), Some(column), Some(rest)) if column.parse::<u32>().is_ok() => {
            format!("{before}c.yaml:{line}:{rest}")
        }
        _ => text,
    }
}

#[test]
fn t3_messages_name_file_line_and_column() {
    let text = "services:\n  a:\n    image: x:1\n    ports:\n      - {target: 80, tarket: 1}\n      - 70000\n";
    let issues = parse(text, "sub/c.yaml", &BTreeMap::new()).unwrap_err();
    let shown: Vec<String> = issues.iter().map(|i| i.message.clone()).collect();
    assert_eq!(shown[0], "sub/c.yaml:5:22: unknown field `tarket`");
    assert!(shown[1].starts_with("sub/c.yaml:6:9: \"70000\" is no port"), "{shown:?}");
    let broken = parse("services:\n  a: [\n", "c.yaml", &BTreeMap::new()).unwrap_err();
    assert!(broken[0].message.starts_with("c.yaml:2:6: "), "{broken:?}");
}

/// A service `a` of one more line.
fn with(line: &str) -> String {
    format!("services:\n  a:\n    image: x:1\n    {line}\n")
}

#[test]
fn t3_one_wrong_line() {
    for (line, want) in [
        ("imgae: y", "/services/a/imgae: c.yaml:4: unknown field `imgae` | did you mean `image`?"),
        (
            "frobnicate: y",
            "/services/a/frobnicate: c.yaml:4: unknown field `frobnicate` | docs/compose-support.md lists the fields",
        ),
        (
            "build: .",
            "/services/a/build: c.yaml:4: `build` is not supported: build and push the image, then name it in `image`",
        ),
        ("cpu_quota: 9999999999999999ms", "/services/a/cpu_quota: c.yaml:4: \"9999999999999999ms\" is too large"),
        (
            "devices: [\"/dev/\\tx\"]",
            "/services/a/devices/0: c.yaml:4: \"/dev/\\tx\" is empty or has control characters",
        ),
        ("env_file: .env", "/services/a/env_file: c.yaml:4: the file \".env\" was not given with the document"),
        (
            "ports: ['70000:80']",
            "/services/a/ports/0: c.yaml:4: \"70000:80\" is no port to publish: 70000 is greater than 65535 | write `[ip:][host:]container[/protocol]`, for example 127.0.0.1:8080:80/tcp",
        ),
        ("ports: [{published: 8080}]", "/services/a/ports/0: c.yaml:4: the port has no `target`"),
        (
            "ports: [{target: 80, tarket: 1}]",
            "/services/a/ports/0/tarket: c.yaml:4: unknown field `tarket` | did you mean `target`?",
        ),
        ("ports: 80", "/services/a/ports: c.yaml:4: expected a list, found a single value"),
        ("ports: ['80:80', '80:81']", "/services/a: c.yaml:2: port 0.0.0.0:80/tcp is published twice"),
        (
            "volumes: [data:/data]",
            "/services/a: c.yaml:2: volume \"data\" is not declared under the top-level `volumes` | add `volumes: {data: {}}`",
        ),
        ("volumes: [/data]", "/services/a/volumes/0: c.yaml:4: \"/data\" names no volume | write `name:/path`"),
        (
            "environment: [A]",
            "/services/a/environment/0: c.yaml:4: variable \"A\" has no value | write `\"\"` for an empty one",
        ),
        ("environment: {A: {b: c}}", "/services/a/environment/A: c.yaml:4: expected a single value, found a mapping"),
        (
            "environment: {A: \"${TAGG}\"}",
            "/services/a/environment/A: c.yaml:4: variable \"TAGG\" is not set | did you mean \"TAG\"?",
        ),
        ("command: \"sh -c 'x\"", "/services/a/command: c.yaml:4: \"sh -c 'x\" has a quote that is not closed"),
        ("cpus: nan", "/services/a/cpus: c.yaml:4: \"nan\" must be finite"),
        ("cpus: -1", "/services/a/cpus: c.yaml:4: \"-1\" must not be negative"),
        (
            "mem_limit: 1e400",
            "/services/a/mem_limit: c.yaml:4: \"1e400\" has an unknown unit: use B, KiB, MiB, GiB or TiB",
        ),
        ("mem_limit: 99999999999999999999g", "/services/a/mem_limit: c.yaml:4: \"99999999999999999999g\" is too large"),
        ("pids_limit: 0", "/services/a/pids_limit: c.yaml:4: \"0\" is no whole number from 1 to 4194304"),
        (
            "restart: sometimes",
            "/services/a/restart: c.yaml:4: \"sometimes\" is none of no, always, on-failure, unless-stopped",
        ),
        (
            "depends_on: [b]",
            "/services/a/depends_on: c.yaml:4: service \"a\" depends on \"b\", which does not exist | did you mean \"a\"?",
        ),
        ("depends_on: [a]", "/services/a/depends_on: c.yaml:4: services wait for each other: a → a"),
        (
            "depends_on: {a: {condition: ready}}",
            "/services/a/depends_on/a/condition: c.yaml:4: \"ready\" is none of service_started, service_healthy, service_completed_successfully",
        ),
        (
            "healthcheck: {test: [RUN, x]}",
            "/services/a/healthcheck/test: c.yaml:4: the test starts with \"RUN\" | write a text, [CMD, program, …], [CMD-SHELL, command] or [NONE]",
        ),
        (
            "healthcheck: {test: x, interval: 10}",
            "/services/a/healthcheck/interval: c.yaml:4: \"10\" needs a unit: ms, s, m or h, as in 1m30s",
        ),
        (
            "healthcheck: {interval: 1s}",
            "/services/a/healthcheck: c.yaml:4: the health check has no `test` | to have none, leave `healthcheck` out",
        ),
        (
            "healthcheck: {test: x, x-http: {port: 80}}",
            "/services/a/healthcheck: c.yaml:4: the health check has both `test` and `x-http`",
        ),
        ("healthcheck: {x-http: {path: /}}", "/services/a/healthcheck/x-http: c.yaml:4: `x-http` has no `port`"),
        (
            "healthcheck: {x-http: {port: 80, path: ready}}",
            "/services/a/healthcheck/x-http/path: c.yaml:4: \"ready\" is no path: it starts with `/` and has no spaces",
        ),
        (
            "gpus: all",
            "/services/a/gpus: c.yaml:4: `gpus: all` does not say how many | write a list, for example `gpus: [{count: 1}]`",
        ),
        (
            "labels: {com.docker.compose.project: x}",
            "/services/a/labels/com.docker.compose.project: c.yaml:4: label \"com.docker.compose.project\" is reserved for the system",
        ),
        ("stop_signal: term", "/services/a/stop_signal: c.yaml:4: \"term\" is no signal: write for example SIGTERM"),
        ("hostname: a_b", "/services/a/hostname: c.yaml:4: \"a_b\" is no host name"),
        ("working_dir: rel", "/services/a/working_dir: c.yaml:4: \"rel\" is no absolute path"),
        ("read_only: maybe", "/services/a/read_only: c.yaml:4: \"maybe\" is neither true nor false"),
        (
            "deploy: {replicas: 2}",
            "/services/a/deploy/replicas: c.yaml:4: a service is one container of a workload, not 2 | set the replicas of the deployment, or write the service more than once with `extends`",
        ),
        ("x-process: []", "/services/a/x-process: c.yaml:4: `x-process` names no program"),
        ("tmpfs: tmp", "/services/a/tmpfs: c.yaml:4: \"tmp\" is no absolute path inside the container"),
    ] {
        assert_eq!(issues(&with(line)), [want], "{line}");
    }
}

#[test]
fn t3_whole_documents_that_are_wrong() {
    for (text, want) in [
        ("", &["c.yaml:1: the document has no services | start with `services:`"][..]),
        ("services: {}\n", &["/services: c.yaml:1: the document has no services"]),
        ("services:\n  a: {}\n", &["/services/a: c.yaml:2: the service has neither `image` nor `x-process`"]),
        (
            "service:\n  a: {image: x}\n",
            &[
                "/service: c.yaml:1: unknown field `service` | did you mean `services`?",
                "c.yaml:1: the document has no services | start with `services:`",
            ],
        ),
        ("services:\n  a: [\n", &["c.yaml:2: unclosed bracket '['"]),
        (
            "services:\n  a/b: {image: x:1}\n",
            &[
                "/services/a~1b: c.yaml:2: service name \"a/b\" must be letters, digits, '-', '_' and '.', starting with a letter or digit, at most 63",
            ],
        ),
        (
            "services:\n  a: {image: 'X'}\n  b: {image: 'y:1', depends_on: [c]}\n  c: {image: 'z:1', depends_on: {b: {}}}\n",
            &[
                "/services/a/image: c.yaml:2: \"X\" is no image reference: \"X\" must be lower case letters and digits, with single '.', '_' or '-' inside",
                "/services/b/depends_on: c.yaml:3: services wait for each other: b → c → b",
            ],
        ),
        (
            "services:\n  a: {image: 'x:${NO}', user: '${NOT}'}\n",
            &[
                "/services/a/image: c.yaml:2: variable \"NO\" is not set | give it a value, or write `${NO:-default}`",
                "/services/a/user: c.yaml:2: variable \"NOT\" is not set | give it a value, or write `${NOT:-default}`",
            ],
        ),
        (
            "services:\n  job: {image: 'x:1', restart: always}\n  a: {image: 'x:1', depends_on: {job: {condition: service_completed_successfully}}}\n",
            &[
                "/services/job: c.yaml:2: another service waits for this one to complete, but it restarts always | write `restart: \"no\"` or `on-failure`",
            ],
        ),
    ] {
        assert_eq!(issues(text), want, "{text}");
    }
    let long = format!("services: {{a: {{image: 'x:1', user: '{}'}}}}", "u".repeat(1 << 20));
    assert_eq!(issues(&long), ["c.yaml: the document is longer than 1024 KiB"]);
}

const FULL: &str = r#"
name: ignored
x-common: &common
  restart: unless-stopped
  environment: &env {LEVEL: 1.10, ON: yes}
services:
  db:
    <<: *common
    image: localhost:5000/postgres:${TAG}
    container_name: ignored
    environment:
      <<: *env
      PRICE: $$5
    command: ["postgres", "-c", "shared_buffers=${BUF:-64MB}"]
    volumes:
      - data:/var/lib/postgresql/data
      - {type: tmpfs, target: /run, tmpfs: {size: 1m}}
      - {type: volume, source: shared, target: /s, read_only: true}
    shm_size: 128m
    healthcheck:
      test: ["CMD-SHELL", "pg_isready"]
      interval: 1s
      timeout: 1500ms
      retries: 2
      start_period: 1m
    deploy: {resources: {limits: {cpus: "1.5", memory: 1000000, pids: 100}}}
  migrate:
    image: app:1
    depends_on: {db: {condition: service_healthy}}
  web:
    image: app:1
    entrypoint: /bin/web --name 'a b'
    depends_on: {migrate: {condition: service_completed_successfully}, db: {condition: service_started}}
    ports: ["80", "127.0.0.1:8443:443/tcp", {target: 53, published: "5353", protocol: udp, host_ip: "::1"}]
    environment: ["A=b=c", TAG]
    labels: [team=x, flag]
    tmpfs: [/tmp]
    user: "1000:1000"
    working_dir: /srv
    hostname: web
    read_only: true
    init: true
    stop_grace_period: 2s
    stop_signal: SIGINT
    mem_limit: 64m
    cpus: 0.5
    gpus: [{device_ids: [GPU-a]}]
    x-process: [web, --port, "1"]
volumes:
  data:
  shared: {external: true, name: team-data}
"#;

#[test]
fn t3_a_full_document_is_understood() {
    let env = BTreeMap::from([("TAG".to_owned(), "17".to_owned())]);
    let (spec, warnings) = parse(FULL, "c.yaml", &env).unwrap();
    let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "/name: c.yaml:2:1: `name` is ignored: the project is named after the workload",
            "/services/db/container_name: c.yaml:10:5: `container_name` is ignored: containers are named after the workload",
        ]
    );
    let strings = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let map = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<BTreeMap<_, _>>()
    };
    let mount = |source, target: &str, read_only| Mount::new(source, target, read_only);
    let port =
        |host_ip: &str, host, container, protocol| PublishedPort { host_ip: host_ip.into(), host, container, protocol };
    let db = Service {
        image: "localhost:5000/postgres:17".into(),
        command: Some(strings(&["postgres", "-c", "shared_buffers=64MB"])),
        environment: Environment(map(&[("LEVEL", "1.10"), ("ON", "yes"), ("PRICE", "$5")])),
        mounts: vec![
            mount(MountSource::Volume("data".into()), "/var/lib/postgresql/data", false),
            mount(MountSource::Tmpfs(Some(1 << 20)), "/run", false),
            mount(MountSource::Volume("shared".into()), "/s", true),
        ],
        shm_size: Some(128 << 20),
        healthcheck: Some(Healthcheck {
            test: HealthTest::Shell("pg_isready".into()),
            interval: Millis(1_000),
            timeout: Millis(1_500),
            retries: 2,
            start_period: Millis(60_000),
            start_interval: None,
        }),
        limits: Limits { cpu_milli: Some(1_500), mem_mib: Some(1), pids: Some(100) },
        ..Service::default()
    };
    assert_eq!(spec.services["db"], db.into());
    // A service that others wait for to complete is a job.
    assert_eq!(spec.services["migrate"].restart, RestartPolicy::No);
    let web = Service {
        image: "app:1".into(),
        process: strings(&["web", "--port", "1"]),
        entrypoint: Some(strings(&["/bin/web", "--name", "a b"])),
        environment: Environment(map(&[("A", "b=c"), ("TAG", "17")])),
        ports: vec![
            port("0.0.0.0", 0, 80, Protocol::Tcp),
            port("127.0.0.1", 8443, 443, Protocol::Tcp),
            port("::1", 5353, 53, Protocol::Udp),
        ],
        mounts: vec![mount(MountSource::Tmpfs(None), "/tmp", false)],
        depends_on: BTreeMap::from([
            ("db".into(), DependsOn::ServiceStarted),
            ("migrate".into(), DependsOn::ServiceCompletedSuccessfully),
        ]),
        limits: Limits { cpu_milli: Some(500), mem_mib: Some(64), pids: None },
        user: Some("1000:1000".into()),
        working_dir: Some("/srv".into()),
        hostname: Some("web".into()),
        labels: map(&[("team", "x"), ("flag", "")]),
        gpus: strings(&["GPU-a"]),
        read_only: true,
        init: true,
        stop_grace: Some(Millis(2_000)),
        stop_signal: Some("SIGINT".into()),
        ..Service::default()
    };
    assert_eq!(spec.services["web"], web.into());
    assert_eq!(
        spec.volumes,
        BTreeMap::from([
            ("data".into(), Volume::default()),
            ("shared".into(), Volume { external_name: Some("team-data".into()), external: true, ..Volume::default() }),
        ])
    );
}
