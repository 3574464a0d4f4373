//! Checks everything that can fail before anything is touched, and makes the folders.

use miaas_core::{ErrorKind, PortError, model::RenderedWorkload};

use super::{
    Inner,
    command::{command_line, volume_folder},
    layout::is_file_name,
    ports::check_free,
    procfs,
    record::{ServiceRun, WorkloadRecord},
};
use crate::fsutil::{io_error, make_private_dir};

/// Makes a workload ready.
pub(super) fn prepare(inner: &Inner, w: &RenderedWorkload) -> Result<(), PortError> {
    let dir = inner.layout.workload(&w.id);
    let wrong = |service: &str, why: String| {
        PortError::new(ErrorKind::Invalid, "process.prepare", format!("workload {}, service {service}: {why}", w.id))
    };
    w.spec.start_levels().map_err(|e| {
        PortError::new(ErrorKind::Invalid, "process.prepare", format!("workload {}: {e}", w.id)).with_source(e)
    })?;
    let shared = w.spec.volumes.values().filter_map(|v| v.external_name.as_ref());
    if let Some(name) = w.spec.volumes.keys().chain(shared).find(|name| !is_file_name(name)) {
        let text = format!("workload {}: the volume name {name:?} is not usable as a folder name", w.id);
        return Err(PortError::new(ErrorKind::Invalid, "process.prepare", text));
    }
    for (name, service) in &w.spec.services {
        if !is_file_name(name) {
            return Err(wrong(name, "the name is not usable as a file name".into()));
        }
        command_line(&inner.layout, &dir, &w.spec, service, &inner.search_path).map_err(|why| wrong(name, why))?;
        if let Some(signal) = service.stop_signal.as_deref().filter(|s| procfs::signal(s).is_none()) {
            return Err(wrong(name, format!("the stop signal {signal:?} is not known")));
        }
    }
    check_ports(inner, w)?;
    let volumes = w.spec.volumes.keys().filter_map(|name| volume_folder(&inner.layout, &dir, &w.spec, name));
    for folder in dir.folders().into_iter().chain(volumes) {
        make_private_dir(&folder).map_err(|e| io_error("process.prepare", "make the folder", &folder, e))?;
    }
    let record = WorkloadRecord::of(w);
    if WorkloadRecord::prepared(&dir)?.as_ref() != Some(&record) {
        record.write(&dir.prepared())?;
    }
    Ok(())
}

/// Ports must be free, or held by what this start replaces.
fn check_ports(inner: &Inner, w: &RenderedWorkload) -> Result<(), PortError> {
    let dir = inner.layout.workload(&w.id);
    let mut own = Vec::new();
    if let Some(old) = WorkloadRecord::started(&dir)? {
        for (name, service) in &old.spec.services {
            if ServiceRun::look(&dir.service(name))?.is_some_and(|run| run.running) {
                own.extend(service.ports.iter().map(|p| (p.host, p.protocol)));
            }
        }
    }
    for (name, service) in &w.spec.services {
        for port in service.ports.iter().filter(|p| !own.contains(&(p.host, p.protocol))) {
            check_free(port, &w.id, name)?;
        }
    }
    Ok(())
}
