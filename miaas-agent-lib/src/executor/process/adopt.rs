//! Continues what an earlier executor began.

use std::sync::Arc;

use miaas_core::PortError;

use super::{
    Inner, command, health, keeper, observe,
    record::{ServiceRun, WorkloadRecord},
};
use crate::fsutil::io_error;

/// Finishes what an earlier executor was cut off in, and watches over what it left running.
pub(super) fn adopt(inner: &Arc<Inner>) -> Result<(), PortError> {
    remove_gone(inner)?;
    for (_, dir) in observe::workloads(inner)? {
        let Some(record) = WorkloadRecord::started(&dir)? else { continue };
        inner.raw.add(&dir);
        for (name, service) in &record.spec.services {
            let files = dir.service(name);
            let Some(run) = ServiceRun::look(&files)? else { continue };
            let Some(process) = run.process.filter(|_| run.running) else { continue };
            let mark = run.record.mark;
            tokio::spawn(keeper::keep_adopted(Arc::downgrade(inner), files.clone(), mark.clone(), process));
            let line = command::command_line(&inner.layout, &dir, &record.spec, service, &inner.search_path);
            if let (Some(check), Ok(line)) = (service.healthcheck.clone(), line) {
                inner.expect_health(&files, &mark);
                tokio::spawn(health::watch(Arc::downgrade(inner), files, mark, line, check));
            }
        }
    }
    Ok(())
}

/// Workloads whose removal was cut off.
fn remove_gone(inner: &Inner) -> Result<(), PortError> {
    let root = &inner.layout.root;
    let entries = std::fs::read_dir(root).map_err(|e| io_error("process.open", "list", root, e))?;
    for entry in entries.filter_map(Result::ok).filter(|e| e.file_name().to_string_lossy().starts_with(".gone-")) {
        let path = entry.path();
        std::fs::remove_dir_all(&path).map_err(|e| io_error("process.open", "remove", &path, e))?;
    }
    Ok(())
}
