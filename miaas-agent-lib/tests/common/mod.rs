//! Shared by the integration tests.
#![allow(dead_code, reason = "each test program uses a part")]

pub(crate) mod server;

use std::path::Path;

use miaas_core::{
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    model::{
        ExecutorKind, HealthTest, Healthcheck, Millis, Mount, MountSource, RenderedWorkload, RestartPolicy, Service,
        Volume, WorkloadSpec,
    },
    name::Name,
    port::Clock,
    testing::executor_contract::{Step, shell_script},
    time::Timestamp,
};

/// The clock of the machine.
#[derive(Debug)]
pub(crate) struct TestClock;

impl Clock for TestClock {
    #[allow(clippy::disallowed_methods, reason = "the edge of a test")]
    fn now(&self) -> Timestamp {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(now.as_millis()).unwrap())
    }
    fn uptime(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.now().as_millis().unsigned_abs())
    }
}

/// A state folder; what still runs from it is killed at the end, also after a panic.
#[derive(Debug)]
pub(crate) struct StateDir(tempfile::TempDir);

impl StateDir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for StateDir {
    fn drop(&mut self) {
        let Ok(workloads) = std::fs::read_dir(self.path().join("process")) else { return };
        for run in workloads.flatten().filter_map(|w| std::fs::read_dir(w.path().join("run")).ok()).flatten().flatten()
        {
            if run.path().extension().is_some_and(|e| e == "pid")
                && let Ok(text) = std::fs::read_to_string(run.path())
                && let [pid, _, start] = text.split_ascii_whitespace().collect::<Vec<_>>()[..]
                // What has ended leaves its file behind, and its number may be another process's by now.
                && started_at(pid).as_deref() == Some(start)
            {
                let _ = std::process::Command::new("kill").args(["-KILL", "--", &format!("-{pid}")]).output();
            }
        }
    }
}

/// When a process began, as the kernel counts; none when there is no such process.
fn started_at(pid: &str) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let behind_name = stat.get(stat.rfind(')')? + 1..)?;
    behind_name.split_ascii_whitespace().nth(19).map(str::to_owned)
}

/// A service of the contract suite as a shell script.
pub(crate) fn service(steps: &[Step]) -> Service {
    let needs_volume = steps.iter().any(|s| matches!(s, Step::Keep(_) | Step::Recall));
    let data = if needs_volume { "{volume:data}" } else { "." };
    // The working folder is the workload's: services of one workload must not share the file.
    let health = format!("healthy-{}", ContentHash::of(steps).unwrap());
    let check = Healthcheck {
        test: HealthTest::Exec(vec!["test".into(), "-e".into(), health.clone()]),
        interval: Millis(100),
        timeout: Millis(2_000),
        retries: 10,
        start_period: Millis(0),
        start_interval: None,
    };
    Service {
        process: vec!["sh".into(), "-c".into(), shell_script(steps, data, &health)],
        mounts: if needs_volume {
            vec![Mount::new(MountSource::Volume("data".into()), "/data", false)]
        } else {
            Vec::new()
        },
        healthcheck: steps.contains(&Step::Checked).then_some(check),
        restart: RestartPolicy::No,
        ..Service::default()
    }
}

/// A workload of processes.
pub(crate) fn workload(id: &str, services: Vec<(&str, Service)>) -> RenderedWorkload {
    let services = services.into_iter().map(|(n, s)| (n.to_owned(), std::sync::Arc::new(s))).collect();
    let volumes = [("data".to_owned(), Volume::default())].into();
    let spec = WorkloadSpec { services, volumes, ..WorkloadSpec::default() };
    RenderedWorkload {
        id: WorkloadId::parse(id).unwrap(),
        deployment: DeploymentId::parse("dep-test").unwrap(),
        deployment_name: Name::parse("test").unwrap(),
        slot: 0,
        generation: 1,
        revision: 0,
        inputs: None,
        hash: RenderedWorkload::hash_of(&spec, ExecutorKind::Process, 0).unwrap(),
        restarts: 0,
        executor: ExecutorKind::Process,
        run: true,
        exclusive: false,
        spec,
        compose: String::new(),
    }
}
