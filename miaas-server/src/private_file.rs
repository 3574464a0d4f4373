//! Files that only the server's user can read.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use miaas_core::PortError;

/// Writes a file that only its owner can read. It appears whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), PortError> {
    let part = path.with_extension("part");
    let write = || {
        // What an earlier start left may have other permissions.
        match fs::remove_file(&part) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().map_err(|e| PortError::internal("server.file", format!("cannot write {}", path.display())).with_source(e))
}
