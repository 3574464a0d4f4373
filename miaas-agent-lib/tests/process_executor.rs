//! The process executor with real processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::{
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use miaas_agent_lib::executor::process::ProcessExecutor;
use miaas_core::{
    id::WorkloadId,
    model::{ExecutorKind, Service},
    port::Executor,
    testing::executor_contract::{ExecutorFixtures, Step, executor_contract},
};

mod common;
use common::TestClock;

#[derive(Debug, Default)]
struct Fixtures {
    planted: Mutex<Vec<Child>>,
}

#[async_trait]
impl ExecutorFixtures for Fixtures {
    fn kind(&self) -> ExecutorKind {
        ExecutorKind::Process
    }

    fn id(&self, name: &str) -> WorkloadId {
        // The state folder is this run's own.
        WorkloadId::parse(name).unwrap()
    }

    fn service(&self, steps: &[Step]) -> Service {
        common::service(steps)
    }

    fn unpreparable(&self) -> (Service, String) {
        let service = Service { process: vec!["no-such-program".into()], ..Service::default() };
        (service, "no-such-program".into())
    }

    async fn kill(&self, instance: &str) -> bool {
        Command::new("kill").args(["-KILL", instance]).status().unwrap().success()
    }

    async fn plant_foreign(&self, _like: &WorkloadId) -> Option<String> {
        let child = Command::new("sleep").arg("600").stdout(Stdio::null()).spawn().unwrap();
        let id = child.id().to_string();
        self.planted.lock().unwrap().push(child);
        Some(id)
    }

    async fn foreign_runs(&self, planted: &str) -> bool {
        std::path::Path::new("/proc").join(planted).exists()
    }

    async fn remove_foreign(&self, planted: &str) {
        let mut all = self.planted.lock().unwrap();
        let child = all.iter_mut().find(|c| c.id().to_string() == planted).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn process_executor_keeps_the_contract() {
    let dir = common::StateDir::new();
    let make = || Arc::new(ProcessExecutor::open(dir.path(), Arc::new(TestClock)).unwrap()) as Arc<dyn Executor>;
    executor_contract(&make, &Fixtures::default()).await;
}
