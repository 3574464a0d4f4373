//! Configs and secrets of Compose: keys of a ConfigMap or of a Secret, mounted one by one.

use miaas_core::model::{FileMount, Service};
use serde_json::{Map, Value, json};

use super::{Source, hidden::Hidden, names, objects::Objects};

const VOLUME: &str = "files";

/// The volume of the files of a service, if it has any, and the ConfigMap for those that everybody may see.
pub(super) fn volume(
    source: &Source<'_>,
    name: &str,
    service: &Service,
    shown: &Service,
    hidden: &mut Hidden,
    out: &mut Objects,
) -> Option<Value> {
    let map = format!("{}-files", names::object(name));
    let (mut open, mut secret, mut data) = (Vec::new(), Vec::new(), Map::new());
    for (i, file) in service.files.iter().enumerate() {
        let text = file.content.expose();
        let (key, mode) = (key(i, file), file.mode & 0o777);
        let same = shown.files.get(i).is_some_and(|s| s.content.expose() == text);
        if file.secret || !same {
            let stored = hidden.put(name, &key, text);
            secret.push(json!({"key": stored, "path": key, "mode": mode}));
        } else {
            data.insert(key.clone(), json!(text));
            open.push(json!({"key": key, "path": key, "mode": mode}));
        }
        if file.uid.is_some() || file.gid.is_some() {
            out.warn(name, format!("the owner of {} is left to the group of the pod", file.target));
        }
    }
    let mut sources = Vec::new();
    if !data.is_empty() {
        out.add("v1", "ConfigMap", source.metadata(&map, Some(name)), json!({"data": data}));
        sources.push(json!({"configMap": {"name": map, "items": open}}));
    }
    if !secret.is_empty() {
        sources.push(json!({"secret": {"name": hidden.name(), "items": secret}}));
    }
    (!sources.is_empty()).then(|| json!({"name": VOLUME, "projected": {"sources": sources}}))
}

/// Where they are mounted.
pub(super) fn mounts(service: &Service) -> Vec<Value> {
    let mount = |(i, file): (usize, &FileMount)| json!({"name": VOLUME, "mountPath": file.target, "subPath": key(i, file), "readOnly": true});
    service.files.iter().enumerate().map(mount).collect()
}

fn key(i: usize, file: &FileMount) -> String {
    names::key(&format!("{i}-{}", file.target.rsplit('/').next().unwrap_or_default()))
}
