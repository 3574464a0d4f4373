//! One process per database: a lock on a file beside it, which the kernel gives up when the process ends in any way.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use miaas_core::{ErrorKind, PortError};

/// Held as long as the database is open.
#[derive(Debug)]
pub(super) struct FileLock {
    /// The lock lives as long as this handle.
    _file: File,
}

impl FileLock {
    /// Takes the lock of the database at `path`, or says who has it. A file of its own is locked, because closing any handle
    /// of the database file would drop the locks of SQLite.
    pub(super) fn take(path: &Path) -> Result<Self, PortError> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let lock_path = PathBuf::from(name);
        let failed = |e: std::io::Error| {
            let message = format!("the lock file {} cannot be used", lock_path.display());
            PortError::unavailable("store.open", message)
                .with_hint("check that its folder exists and that this user may write to it")
                .with_source(e)
        };
        let mut file = private().truncate(false).open(&lock_path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path, &mut file)),
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
        // For people who look for the process; nothing depends on it.
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(failed)?;
        Ok(Self { _file: file })
    }
}

/// Creates the database file so that only its owner reads it: it holds environments and key hashes. SQLite gives its other
/// files the same permissions.
pub(super) fn create_private(path: &Path) -> Result<(), PortError> {
    if path.is_dir() {
        let message = format!("{} is a folder, not a database file", path.display());
        return Err(PortError::new(ErrorKind::Invalid, "store.open", message).with_hint("name a file in it"));
    }
    private().truncate(false).open(path).map(drop).map_err(|e| {
        PortError::unavailable("store.open", format!("the database {} cannot be opened", path.display()))
            .with_hint("check that its folder exists and that this user may write to it")
            .with_source(e)
    })
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options
}

fn in_use(path: &Path, file: &mut File) -> PortError {
    let mut owner = String::new();
    let owner = match file.read_to_string(&mut owner) {
        Ok(_) if !owner.trim().is_empty() => format!("process {}", owner.trim()),
        _ => "another process".to_owned(),
    };
    PortError::unavailable("store.open", format!("the database {} is in use by {owner}", path.display()))
        .with_hint("stop that process first, or choose another data folder for this one")
}
