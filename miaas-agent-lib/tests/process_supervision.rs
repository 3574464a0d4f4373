//! What the process executor promises beyond the contract of all executors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::{
    fs,
    net::TcpListener,
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::StreamExt as _;
use miaas_agent_lib::executor::process::ProcessExecutor;
use miaas_core::{
    ErrorKind,
    id::WorkloadId,
    model::{
        Attachment, ExecutorKind, FileMount, HealthTest, Healthcheck, HttpTest, Millis, Mount, MountSource, Protocol,
        PublishedPort, RenderedWorkload, Service, ServiceState,
    },
    port::{Executor as _, LogLine, LogOptions, NoProgress},
    testing::executor_contract::Step,
};

mod common;
use common::{StateDir, TestClock, server::PATIENCE, service, workload};

fn open(dir: &StateDir) -> ProcessExecutor {
    ProcessExecutor::open(dir.path(), Arc::new(TestClock)).unwrap()
}

async fn run(executor: &ProcessExecutor, w: &RenderedWorkload) {
    executor.prepare(w, &NoProgress).await.unwrap();
    executor.start(w).await.unwrap();
}

async fn main_service(executor: &ProcessExecutor, id: &WorkloadId) -> ServiceState {
    executor.observe().await.unwrap()[id].services["main"].clone()
}

async fn until(
    executor: &ProcessExecutor,
    id: &WorkloadId,
    what: &str,
    wanted: impl Fn(&ServiceState) -> bool,
) -> ServiceState {
    let begun = tokio::time::Instant::now();
    loop {
        let state = main_service(executor, id).await;
        if wanted(&state) {
            return state;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} did not come true: {state:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn lines(executor: &ProcessExecutor, id: &WorkloadId, options: LogOptions) -> Vec<LogLine> {
    executor.logs(id, options).map(Result::unwrap).collect().await
}

fn shell(script: &str) -> Service {
    Service { process: vec!["sh".into(), "-c".into(), script.into()], ..Service::default() }
}

fn lives(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|s| !s.contains(") Z "))
}

/// A process id that was given to another process meanwhile is neither believed nor signalled.
#[tokio::test]
async fn a_reused_process_id_is_left_alone() {
    let dir = StateDir::new();
    let w = workload("reuse", vec![("main", service(&[]))]);
    {
        let executor = open(&dir);
        run(&executor, &w).await;
        executor.stop(&w.id, Duration::from_secs(5)).await.unwrap();
    }
    // As if the machine had given the id of the ended process to this one.
    let mut foreign = Command::new("sleep").arg("600").spawn().unwrap();
    let pid_file = dir.path().join("process/reuse/run/main.pid");
    let words: Vec<String> = fs::read_to_string(&pid_file).unwrap().split_whitespace().map(str::to_owned).collect();
    fs::write(&pid_file, format!("{} {} {}\n", foreign.id(), words[1], words[2])).unwrap();
    fs::remove_file(dir.path().join("process/reuse/run/main.exit")).unwrap();
    let executor = open(&dir);
    assert!(!main_service(&executor, &w.id).await.running, "another process is taken for the service");
    executor.stop(&w.id, Duration::from_millis(100)).await.unwrap();
    run(&executor, &w).await;
    assert_ne!(main_service(&executor, &w.id).await.instance, foreign.id().to_string());
    executor.remove(&w.id).await.unwrap();
    assert!(foreign.try_wait().unwrap().is_none(), "another process was killed");
    foreign.kill().unwrap();
    foreign.wait().unwrap();
}

#[tokio::test]
async fn a_taken_port_is_named_before_anything_is_touched() {
    let dir = StateDir::new();
    let executor = open(&dir);
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = held.local_addr().unwrap().port();
    let mut main = service(&[]);
    main.ports = vec![PublishedPort { host_ip: "127.0.0.1".into(), host, container: 80, protocol: Protocol::Tcp }];
    let w = workload("port", vec![("main", main)]);
    let error = executor.prepare(&w, &NoProgress).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    for part in ["port", "main", &host.to_string(), "taken"] {
        assert!(error.message().contains(part), "{error} does not name {part}");
    }
    assert!(error.hint().is_some());
    drop(held);
    run(&executor, &w).await;
    assert!(main_service(&executor, &w.id).await.running);
    executor.remove(&w.id).await.unwrap();
}

#[tokio::test]
async fn the_next_executor_finds_health_exit_codes_and_output_again() {
    let dir = StateDir::new();
    let healthy = workload("adopted", vec![("main", service(&[Step::Checked, Step::BecomeHealthy]))]);
    let ending =
        workload("ending", vec![("main", shell("while [ ! -e go ]; do sleep 0.05; done; echo last words; exit 7"))]);
    {
        let first = open(&dir);
        run(&first, &healthy).await;
        run(&first, &ending).await;
        until(&first, &healthy.id, "healthy", |s| s.healthy == Some(true)).await;
    }
    // Ends while no executor is there: its wrapper alone sees how.
    fs::write(dir.path().join("process/ending/go"), "").unwrap();
    let exit_file = dir.path().join("process/ending/run/main.exit");
    let begun = tokio::time::Instant::now();
    while !exit_file.exists() {
        assert!(begun.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let second = open(&dir);
    until(&second, &healthy.id, "healthy again", |s| s.running && s.healthy == Some(true)).await;
    let ended = until(&second, &ending.id, "ended", |s| !s.running).await;
    assert_eq!(ended.exit_code, Some(7));
    assert!(ended.error.unwrap().contains("last words"));
    assert_eq!(lines(&second, &ending.id, LogOptions::default()).await[0].text, "last words");
    for w in [&healthy, &ending] {
        second.remove(&w.id).await.unwrap();
    }
}

#[tokio::test]
async fn an_adopted_service_that_dies_is_noticed() {
    let dir = StateDir::new();
    let w = workload("noticed", vec![("main", service(&[]))]);
    run(&open(&dir), &w).await;
    let executor = open(&dir);
    let mut changes = executor.changes();
    let pid = main_service(&executor, &w.id).await.instance;
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    tokio::time::timeout(PATIENCE, changes.next()).await.expect("the end was not noticed").unwrap();
    assert!(!main_service(&executor, &w.id).await.running);
    executor.remove(&w.id).await.unwrap();
}

/// As in a container, nothing stays of a service that has ended.
#[tokio::test]
async fn children_end_with_their_service() {
    let dir = StateDir::new();
    let executor = open(&dir);
    let own_session = "setsid sleep 601 & echo $! > outer; sleep 602 & echo $! > inner; echo ready; wait";
    for (id, end) in [("stopped", true), ("killed", false)] {
        let w = workload(id, vec![("main", shell(own_session))]);
        run(&executor, &w).await;
        let folder = dir.path().join("process").join(id);
        let begun = tokio::time::Instant::now();
        while lines(&executor, &w.id, LogOptions::default()).await.is_empty() {
            assert!(begun.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let pids = ["outer", "inner"].map(|n| fs::read_to_string(folder.join(n)).unwrap().trim().to_owned());
        assert!(pids.iter().all(|p| lives(p)));
        if end {
            executor.stop(&w.id, Duration::from_secs(5)).await.unwrap();
        } else {
            let leader = main_service(&executor, &w.id).await.instance;
            assert!(Command::new("kill").args(["-KILL", &leader]).status().unwrap().success());
            let state = until(&executor, &w.id, "ended", |s| s.exit_code.is_some()).await;
            assert_eq!(state.exit_code, Some(137));
        }
        let begun = tokio::time::Instant::now();
        while pids.iter().any(|p| lives(p)) {
            assert!(begun.elapsed() < PATIENCE, "{id}: children are left: {pids:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        executor.remove(&w.id).await.unwrap();
    }
}

#[tokio::test]
async fn volumes_tokens_and_environment() {
    let dir = StateDir::new();
    let executor = open(&dir);
    let mut main = shell("echo \"$WHERE\"; pwd; echo \"$SECRET_OF_AGENT\"; touch \"$WHERE/file\"; sleep 600");
    main.environment.0.insert("WHERE".into(), "{volume:data}/sub".into());
    main.process[2].insert_str(0, "mkdir -p {volume:data}/sub; ");
    let w = workload("volumes", vec![("main", main)]);
    run(&executor, &w).await;
    let folder = dir.path().join("process/volumes");
    let begun = tokio::time::Instant::now();
    while !folder.join("volumes/data/sub/file").exists() {
        assert!(begun.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let said: Vec<String> = lines(&executor, &w.id, LogOptions::default()).await.into_iter().map(|l| l.text).collect();
    assert_eq!(said[0], folder.join("volumes/data/sub").to_str().unwrap());
    assert_eq!(said[1], folder.to_str().unwrap(), "the working folder is the workload's");
    executor.remove(&w.id).await.unwrap();
    assert!(!folder.exists(), "removal takes the volumes");
    assert_eq!(fs::read_dir(dir.path().join("process")).unwrap().count(), 0);
}

#[tokio::test]
async fn what_cannot_run_here_is_refused_in_words() {
    let dir = StateDir::new();
    let executor = open(&dir);
    let refuses = executor.capability().refuses;
    assert_eq!(refuses(&workload("a", vec![("main", shell("true"))])), None);
    let image = Service { image: "redis:7".into(), ..Service::default() };
    assert!(refuses(&workload("a", vec![("cache", image)])).unwrap().contains("cache"));
    type Change = fn(&mut Service);
    let changes: [(&str, Change); 5] = [
        ("configs and secrets", |s| {
            let content = miaas_core::secret::Secret::new("x");
            let target = "/run/secrets/x".to_owned();
            s.files.push(FileMount { content, target, mode: 0o400, uid: None, gid: None, secret: true });
        }),
        ("privileges", |s| s.isolation.privileged = true),
        ("another user", |s| s.user = Some("nobody".into())),
        ("a tmpfs", |s| s.mounts.push(Mount::new(MountSource::Tmpfs(None), "/tmp", false))),
        ("networks", |s| drop(s.networks.insert("lan".into(), Attachment::default()))),
    ];
    for (what, change) in changes {
        let mut service = shell("true");
        change(&mut service);
        let why = refuses(&workload("a", vec![("main", service)])).unwrap();
        assert!(why.contains("service main") && why.contains(what), "{why}");
    }
    let with = |f: fn(&mut Service)| {
        let mut service = shell("true");
        f(&mut service);
        service
    };
    for (name, service, part) in [
        ("main", with(|s| s.process = vec!["echo".into(), "{volume:nope}".into()]), "nope"),
        ("main", with(|s| s.process = vec!["./relative".into()]), "./relative"),
        ("main", with(|s| s.stop_signal = Some("SIGWHAT".into())), "SIGWHAT"),
        ("main", with(|s| drop(s.environment.0.insert("A.B".into(), "x".into()))), "A.B"),
        ("../up", with(|_| ()), "../up"),
    ] {
        let w = workload("refused", vec![(name, service)]);
        let error = executor.prepare(&w, &NoProgress).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        assert!(error.message().contains(part) && error.message().contains("refused"), "{error}");
    }
    assert_eq!(executor.capability().kind, ExecutorKind::Process);
}

/// D2: health over HTTP, asked for on the node itself.
#[tokio::test]
async fn a_process_is_healthy_when_it_answers_over_http() {
    let dir = StateDir::new();
    let executor = open(&dir);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = Arc::new(Mutex::new("503 Service Unavailable"));
    let said = Arc::clone(&answer);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let status = *said.lock().unwrap();
            let text = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let mut request = [0; 1024];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut request).await;
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, text.as_bytes()).await;
        }
    });
    let mut main = shell("sleep 600");
    main.healthcheck = Some(Healthcheck {
        test: HealthTest::Http(HttpTest { port, path: "/ready".into() }),
        interval: Millis(50),
        timeout: Millis(1_000),
        retries: 2,
        start_period: Millis(0),
        start_interval: None,
    });
    let w = workload("http", vec![("main", main)]);
    executor.prepare(&w, &NoProgress).await.unwrap();
    executor.start(&w).await.unwrap();
    for (status, healthy) in [("503 Service Unavailable", false), ("204 No Content", true), ("500 No", false)] {
        *answer.lock().unwrap() = status;
        let begun = tokio::time::Instant::now();
        while executor.observe().await.unwrap()[&w.id].services["main"].healthy != Some(healthy) {
            assert!(begun.elapsed() < PATIENCE, "{status}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    executor.remove(&w.id).await.unwrap();
}

/// A stop need not wait for the dependency of a service that is being started.
#[tokio::test]
async fn removal_interrupts_a_start_that_waits() {
    let dir = StateDir::new();
    let executor = open(&dir);
    let mut db = service(&[]);
    db.healthcheck = Some(Healthcheck {
        test: HealthTest::Shell("exit 1".into()),
        interval: Millis(100),
        timeout: Millis(1_000),
        retries: 3,
        start_period: Millis(600_000),
        start_interval: None,
    });
    let mut app = service(&[]);
    app.depends_on.insert("db".into(), miaas_core::model::DependsOn::ServiceHealthy);
    let w = workload("waiting", vec![("app", app), ("db", db)]);
    executor.prepare(&w, &NoProgress).await.unwrap();
    let start = tokio::spawn({
        let (executor, w) = (executor.clone(), w.clone());
        async move { executor.start(&w).await }
    });
    let begun = tokio::time::Instant::now();
    while !executor.observe().await.unwrap().get(&w.id).is_some_and(|o| o.services.contains_key("db")) {
        assert!(begun.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::timeout(PATIENCE, executor.remove(&w.id)).await.expect("the removal waits for the start").unwrap();
    let error = start.await.unwrap().unwrap_err();
    assert!(error.message().contains("db") && error.retryable(), "{error}");
    assert!(executor.observe().await.unwrap().is_empty());
}

/// Output far beyond what is kept: the newest lines stay, disk space does not grow without end.
#[tokio::test]
async fn logs_are_rotated() {
    let dir = StateDir::new();
    let executor = open(&dir);
    let w = workload(
        "chatty",
        vec![(
            "main",
            shell("yes 0123456789012345678901234567890123456789 | head -c 30000000; echo; echo end; sleep 600"),
        )],
    );
    run(&executor, &w).await;
    let begun = tokio::time::Instant::now();
    let tail = LogOptions { tail: Some(1), ..LogOptions::default() };
    while lines(&executor, &w.id, tail.clone()).await.last().is_none_or(|l| l.text != "end") {
        assert!(begun.elapsed() < PATIENCE, "the last line did not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let kept = lines(&executor, &w.id, LogOptions::default()).await;
    assert!(kept.len() > 1_000 && kept.is_sorted_by_key(|l| l.at));
    let logs = dir.path().join("process/chatty/logs");
    let size: u64 = fs::read_dir(logs).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum();
    assert!(size < 25_000_000, "{size} bytes of logs are kept");
    executor.remove(&w.id).await.unwrap();
}
