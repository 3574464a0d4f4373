//! Volumes: claims for those with a name, memory for temporary ones, paths of the node where a template needs them.

use miaas_core::model::{Mount, MountSource, Service};
use serde_json::{Value, json};

use super::{Source, names, objects::Objects};

/// Least size of a claim for which nothing is said, in MiB.
const LEAST: u64 = 1024;

/// A claim for every volume that belongs to the deployment.
pub(super) fn claims(source: &Source<'_>, out: &mut Objects) {
    let own = source.spec.volumes.iter().filter(|(_, v)| !v.external);
    let names: Vec<&String> = own.map(|(name, _)| name).collect();
    let said: u64 = source.sizes.values().map(|bytes| bytes.div_ceil(1 << 20)).sum();
    let others = names.iter().filter(|n| !source.sizes.contains_key(**n)).count();
    // What the volumes with a size leave of the reserved disk is for the others.
    let rest = source.resources.disk_mib.saturating_sub(said) / u64::try_from(others).unwrap_or(1).max(1);
    for name in names {
        let mib = source.sizes.get(name).map_or(rest, |bytes| bytes.div_ceil(1 << 20)).max(LEAST);
        let spec = json!({
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": names::mib(mib)}},
        });
        let mut metadata = source.metadata(&claim(source, name), None);
        if let Some(volume) = source.manifest().volumes.iter().find(|v| v.name == *name) {
            metadata["annotations"] = json!({"miaas.io/backup": volume.backup.to_string()});
        }
        out.add("v1", "PersistentVolumeClaim", metadata, json!({"spec": spec}));
    }
}

fn claim(source: &Source<'_>, volume: &str) -> String {
    match source.spec.volumes.get(volume).and_then(|v| v.external_name.as_ref()) {
        Some(external) => external.clone(),
        None => names::object(volume),
    }
}

/// The volumes of the pod of a service.
pub(super) fn volumes(source: &Source<'_>, service: &Service) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for (i, mount) in service.mounts.iter().enumerate() {
        let name = volume_name(i, mount);
        if out.iter().any(|v| v["name"] == name) {
            continue;
        }
        out.push(match &mount.source {
            MountSource::Volume(volume) => {
                json!({"name": name, "persistentVolumeClaim": {"claimName": claim(source, volume)}})
            }
            MountSource::Host(path) => json!({"name": name, "hostPath": {"path": path}}),
            MountSource::Tmpfs(size) => memory(&name, *size),
        });
    }
    if let Some(size) = service.shm_size {
        out.push(memory(SHM, Some(size)));
    }
    out
}

const SHM: &str = "shm";

fn memory(name: &str, size: Option<u64>) -> Value {
    let mut dir = json!({"medium": "Memory"});
    if let Some(bytes) = size {
        dir["sizeLimit"] = json!(names::mib(bytes.div_ceil(1 << 20)));
    }
    json!({"name": name, "emptyDir": dir})
}

/// Where they are mounted.
pub(super) fn mounts(service: &Service) -> Vec<Value> {
    let one = |(i, mount): (usize, &Mount)| {
        let mut out = json!({"name": volume_name(i, mount), "mountPath": mount.target});
        if mount.read_only {
            out["readOnly"] = json!(true);
        }
        if let Some(path) = &mount.options.subpath {
            out["subPath"] = json!(path);
        }
        out
    };
    let shm = service.shm_size.map(|_| json!({"name": SHM, "mountPath": "/dev/shm"}));
    service.mounts.iter().enumerate().map(one).chain(shm).collect()
}

fn volume_name(i: usize, mount: &Mount) -> String {
    match &mount.source {
        MountSource::Volume(name) => format!("volume-{}", names::object(name)),
        MountSource::Host(_) => format!("host-{i}"),
        MountSource::Tmpfs(_) => format!("tmp-{i}"),
    }
}
