//! The files of configs and secrets, on the node: in memory, where only the agent and the engine get at them, and from there
//! mounted into the container. They are no part of the container, so nothing that the engine shows or keeps holds them.
//!
//! `<memory>/<scope>/<deployment>/<workload>/<service>.<hash>/<number>`: a service with another hash has other files, and
//! what runs keeps those that it was started with.

use std::{
    fs::{self, Metadata, Permissions},
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use miaas_core::{
    ErrorKind, PortError,
    hash::{ContentHash, digest64},
    id::{DeploymentId, WorkloadId, base32},
    model::{FileMount, RenderedWorkload},
};

use super::container::FileBind;
use crate::fsutil::{Durability, io_error, make_private_dir, write_atomic};

const OPERATION: &str = "executor.files";
/// What a file system in memory is known by.
const TMPFS: i64 = 0x0102_1994;
const RAMFS: i64 = 0x8584_58f6;

/// Where files are kept.
#[derive(Debug, Clone)]
pub(super) struct Files {
    /// The first that is in memory is used.
    candidates: Vec<PathBuf>,
    scope: String,
}

impl Files {
    pub(super) fn new(candidates: Vec<PathBuf>, scope: &str) -> Self {
        Self { candidates, scope: base32(digest64(&[scope.as_bytes()])) }
    }

    /// Writes the files of a service, unless they are there, and says how they are mounted.
    pub(super) fn write(
        &self,
        w: &RenderedWorkload,
        service: &str,
        hash: &ContentHash,
    ) -> Result<Vec<FileBind>, PortError> {
        let about = format!("workload {}, service {service}", w.id);
        let root = self.root(&about)?;
        let folder = self.workload(&root, &w.deployment, &w.id).join(folder_name(service, hash));
        make_private_dir(&folder).map_err(|e| io_error(OPERATION, "make the folder", &folder, e))?;
        let files = w.spec.services[service].files.iter().enumerate().map(|(i, file)| {
            let path = folder.join(i.to_string());
            if !path.exists() {
                write(&path, file).map_err(|e| {
                    PortError::internal(OPERATION, format!("{about}: the file {} cannot be made ready", file.target))
                        .with_source(e)
                })?;
            }
            Ok(FileBind { on_node: path.to_string_lossy().into_owned(), target: file.target.clone() })
        });
        files.collect()
    }

    /// Removes the files of a workload, but for those of services with these hashes.
    pub(super) fn remove<'a>(
        &self,
        id: &WorkloadId,
        keep: impl IntoIterator<Item = (&'a String, &'a ContentHash)>,
    ) -> Result<(), PortError> {
        let keep: Vec<String> = keep.into_iter().map(|(service, hash)| folder_name(service, hash)).collect();
        for (_, found, folder) in self.list()? {
            if found != *id {
                continue;
            }
            for entry in entries(&folder)? {
                if !keep.iter().any(|name| entry.ends_with(name)) {
                    fs::remove_dir_all(&entry).map_err(|e| io_error(OPERATION, "remove", &entry, e))?;
                }
            }
            if keep.is_empty() {
                // The folders above stay as long as anything else is in them.
                let empty = [Some(folder.as_path()), folder.parent()];
                empty.into_iter().flatten().take_while(|folder| fs::remove_dir(folder).is_ok()).for_each(drop);
            }
        }
        Ok(())
    }

    /// The workloads that have files, with their deployments and folders.
    pub(super) fn list(&self) -> Result<Vec<(DeploymentId, WorkloadId, PathBuf)>, PortError> {
        let mut all = Vec::new();
        // In a place that is another user's there is nothing of ours, and it may not be looked into.
        let ours = self.candidates.iter().filter(|root| fs::symlink_metadata(root).is_ok_and(|meta| is_ours(&meta)));
        for deployment in ours.map(|root| entries(&root.join(&self.scope))).flat_map(flatten) {
            let deployment = deployment?;
            for folder in entries(&deployment)? {
                if let (Some(d), Some(w)) = (name(&deployment), name(&folder))
                    && let (Ok(d), Ok(w)) = (DeploymentId::parse(d), WorkloadId::parse(w))
                {
                    all.push((d, w, folder));
                }
            }
        }
        Ok(all)
    }

    fn workload(&self, root: &Path, deployment: &DeploymentId, id: &WorkloadId) -> PathBuf {
        root.join(&self.scope).join(deployment.as_str()).join(id.as_str())
    }

    /// The first place in memory that is ours alone.
    fn root(&self, about: &str) -> Result<PathBuf, PortError> {
        let mut why = Vec::new();
        for root in &self.candidates {
            match private_in_memory(root) {
                Ok(()) => return Ok(root.clone()),
                Err(e) => why.push(format!("{}: {e}", root.display())),
            }
        }
        let message = format!(
            "{about}: its configs and secrets need a place in the node's memory, and there is none ({})",
            why.join("; ")
        );
        Err(PortError::new(ErrorKind::Unsupported, OPERATION, message)
            .with_hint("mount a tmpfs at /run or /dev/shm on the node, as systems usually do"))
    }
}

fn folder_name(service: &str, hash: &ContentHash) -> String {
    format!("{service}.{hash}")
}

fn private_in_memory(root: &Path) -> io::Result<()> {
    let above = root.parent().unwrap_or(root);
    let kind = rustix::fs::statfs(above)?.f_type;
    #[allow(clippy::useless_conversion, reason = "the width differs between platforms")]
    if ![TMPFS, RAMFS].contains(&i64::from(kind)) {
        return Err(io::Error::other("it is on a disk"));
    }
    make_private_dir(root)?;
    let meta = fs::symlink_metadata(root)?;
    // Who can write above it could have made it before.
    if !is_ours(&meta) || meta.mode() & 0o077 != 0 {
        return Err(io::Error::other("it is not the agent's alone"));
    }
    Ok(())
}

fn is_ours(meta: &Metadata) -> bool {
    meta.is_dir() && meta.uid() == rustix::process::geteuid().as_raw()
}

fn write(path: &Path, file: &FileMount) -> io::Result<()> {
    let ready = path.with_extension("new");
    write_atomic(&ready, file.content.expose().as_bytes(), Durability::Process)?;
    // Before it is given away: the mode is for its owner to set.
    fs::set_permissions(&ready, Permissions::from_mode(file.mode & 0o7777))?;
    if file.uid.is_some() || file.gid.is_some() {
        std::os::unix::fs::chown(&ready, file.uid.or(Some(0)), file.gid.or(Some(0)))?;
    }
    fs::rename(&ready, path)
}

/// What is in a folder; nothing when it does not exist.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, PortError> {
    let fail = |e| io_error(OPERATION, "list", folder, e);
    match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(fail(e)),
        Ok(entries) => entries.map(|e| e.map(|e| e.path()).map_err(fail)).collect(),
    }
}

fn flatten(list: Result<Vec<PathBuf>, PortError>) -> Vec<Result<PathBuf, PortError>> {
    match list {
        Ok(list) => list.into_iter().map(Ok).collect(),
        Err(e) => vec![Err(e)],
    }
}

fn name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

#[cfg(test)]
mod tests {
    use miaas_core::{model::Service, secret::Secret};

    use super::*;
    use crate::executor::docker::fixtures::workload;

    fn with_file(text: &str) -> RenderedWorkload {
        let (target, mode) = ("/run/secrets/token".to_owned(), 0o440);
        let file = FileMount { content: Secret::new(text), target, mode, uid: None, gid: None, secret: true };
        workload([("web", Service { files: vec![file], ..Service::default() })])
    }

    #[test]
    fn files_are_the_agents_alone_stay_until_they_change_and_go_with_the_workload() {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let root = memory.path().join("miaas");
        let files = Files::new(vec![root.clone()], "s");
        let (old, new) = (with_file("one"), with_file("two"));
        let write = |w: &RenderedWorkload| {
            let hashes = w.service_hashes().unwrap();
            (files.write(w, "web", &hashes["web"]).unwrap().remove(0), hashes)
        };
        let (first, old_hashes) = write(&old);
        assert_eq!(fs::read_to_string(&first.on_node).unwrap(), "one");
        assert_eq!(fs::metadata(&first.on_node).unwrap().mode() & 0o7777, 0o440);
        assert_eq!(fs::metadata(&root).unwrap().mode() & 0o7777, 0o700);
        assert_eq!(write(&old).0, first, "what is there is not written again");
        let (second, new_hashes) = write(&new);
        assert_eq!(fs::read_to_string(&first.on_node).unwrap(), "one", "what runs keeps its file");
        files.remove(&old.id, &new_hashes).unwrap();
        assert!(!Path::new(&first.on_node).exists() && Path::new(&second.on_node).exists());
        assert_eq!(files.list().unwrap().len(), 1);
        files.remove(&old.id, []).unwrap();
        assert_eq!(files.list().unwrap(), []);
        assert_ne!(old_hashes, new_hashes);
    }

    #[test]
    fn what_another_user_keeps_in_the_same_place_is_not_looked_at() {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let root = memory.path().join("miaas");
        let files = Files::new(vec![root.clone()], "s");
        let w = with_file("one");
        files.write(&w, "web", &w.service_hashes().unwrap()["web"]).unwrap();
        assert_eq!(files.list().unwrap().len(), 1);
        // Only root can give a folder away; to others it is refused, and they have nothing to see here.
        if std::os::unix::fs::chown(&root, Some(65_534), None).is_ok() {
            assert_eq!(files.list().unwrap(), []);
            assert!(files.write(&w, "web", &w.service_hashes().unwrap()["web"]).is_err());
        }
    }

    #[test]
    fn a_disk_and_a_place_that_others_can_read_are_refused() {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let open = memory.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
        let w = with_file("never printed");
        let hash = &w.service_hashes().unwrap()["web"];
        let error = Files::new(vec!["/proc/miaas".into(), open], "s").write(&w, "web", hash).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        for part in ["workload w, service web", "it is on a disk", "not the agent's alone"] {
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
