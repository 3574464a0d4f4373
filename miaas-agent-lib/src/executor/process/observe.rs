//! What is there, read from the disk and from procfs, never from memory.

use std::collections::BTreeMap;

use miaas_core::{PortError, id::WorkloadId, model::ServiceState, port::Observed};

use super::{
    Inner,
    layout::{ServiceFiles, WorkloadDir},
    logs::{collect, end_of_output},
    record::{ServiceRun, WorkloadRecord},
};
use crate::fsutil::io_error;

/// Every workload below the root.
pub(super) fn observe(inner: &Inner) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
    let mut all = BTreeMap::new();
    for (id, dir) in workloads(inner)? {
        if let Some(observed) = workload(inner, &dir)? {
            all.insert(id, observed);
        }
    }
    Ok(all)
}

/// The folders of workloads. What carries another kind of name belongs to somebody else.
pub(super) fn workloads(inner: &Inner) -> Result<Vec<(WorkloadId, WorkloadDir)>, PortError> {
    let root = &inner.layout.root;
    let entries = std::fs::read_dir(root).map_err(|e| io_error("process.observe", "list", root, e))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| io_error("process.observe", "list", root, e))?;
        if let Some(id) = entry.file_name().to_str().and_then(|n| WorkloadId::parse(n).ok()) {
            let dir = inner.layout.workload(&id);
            found.push((id, dir));
        }
    }
    found.sort();
    Ok(found)
}

fn workload(inner: &Inner, dir: &WorkloadDir) -> Result<Option<Observed>, PortError> {
    let Some(record) = WorkloadRecord::started(dir)? else {
        // Made ready only: listed, so that its volumes are removed when nobody wants it any more.
        return Ok(WorkloadRecord::prepared(dir)?.map(|record| Observed {
            deployment: record.deployment,
            hash: None,
            generation: record.generation,
            services: BTreeMap::new(),
        }));
    };
    let mut services = BTreeMap::new();
    let mut complete = true;
    let hashes = record.service_hashes();
    for name in record.spec.services.keys() {
        let files = dir.service(name);
        match ServiceRun::look(&files)? {
            Some(run) => {
                complete &= hashes.get(name) == Some(&run.record.hash);
                services.insert(name.clone(), state(inner, &files, &run));
            }
            None => complete = false,
        }
    }
    Ok(Some(Observed {
        deployment: record.deployment,
        hash: complete.then_some(record.hash),
        generation: record.generation,
        services,
    }))
}

fn state(inner: &Inner, files: &ServiceFiles, run: &ServiceRun) -> ServiceState {
    let failed = !run.running && !run.record.stopped && run.exit_code != Some(0);
    ServiceState {
        running: run.running,
        // Whoever plans for the machine starts it again.
        restarting: false,
        healthy: run.running.then(|| inner.health(files, &run.record.mark)).flatten(),
        // Ended on request is not ended by itself: when the workload is wanted again, it is to run again.
        exit_code: run.exit_code.filter(|_| !run.record.stopped),
        restarts: run.record.restarts,
        instance: run.process.map(|p| p.pid.to_string()).unwrap_or_default(),
        error: failed.then(|| failure(files, run)),
    }
}

fn failure(files: &ServiceFiles, run: &ServiceRun) -> String {
    if let Err(e) = collect(files, true) {
        tracing::warn!(service = %files.name, error = %e, "output could not be taken");
    }
    let how = match run.exit_code {
        Some(code) => format!("it ended with exit code {code}"),
        None => "it ended while no agent ran".to_owned(),
    };
    let said = end_of_output(files, run.record.started_at);
    if said.is_empty() { how } else { format!("{how}: {said}") }
}
