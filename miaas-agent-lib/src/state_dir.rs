//! The folder in which an agent keeps everything, for one agent at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use miaas_core::{ErrorKind, PortError, id::NodeId};

use crate::{
    fsutil::{io_error, make_private_dir},
    identity::IdentityFile,
    ledger::FileLedger,
};

/// A state folder that this process holds; the kernel frees it when the process ends, however it ends.
#[derive(Debug)]
pub struct StateDir {
    path: PathBuf,
    _lock: File,
}

impl StateDir {
    /// Makes the folder where it is missing, for its owner only, and takes it.
    ///
    /// # Errors
    /// `AlreadyExists` when another agent has it, `Invalid` when it cannot be made or written.
    pub fn open(path: &Path) -> Result<Self, PortError> {
        let unusable = |e: std::io::Error| {
            PortError::new(
                ErrorKind::Invalid,
                "agent.state",
                format!("the state folder {} cannot be used", path.display()),
            )
            .with_hint("choose a folder that this user may write with --state-dir")
            .with_source(e)
        };
        make_private_dir(path).map_err(unusable)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(unusable)?;
        let lock_path = path.join("agent.lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&lock_path)
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                let text = format!("another agent runs on the state folder {}", path.display());
                Err(PortError::new(ErrorKind::AlreadyExists, "agent.state", text)
                    .with_hint("end it, or give this one a folder of its own with --state-dir"))
            }
            Err(TryLockError::Error(e)) => Err(io_error("agent.state", "lock", &lock_path, e)),
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Who the node is.
    #[must_use]
    pub fn identity(&self) -> IdentityFile {
        IdentityFile::in_folder(&self.path)
    }

    /// The ledger of a node. Each identity has its own: the generations of another server mean nothing.
    #[must_use]
    pub fn ledger(&self, node: &NodeId) -> FileLedger {
        FileLedger::new(self.path.join("ledger").join(node.as_str()))
    }
}
