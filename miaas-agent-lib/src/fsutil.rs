//! Files that must not be half written.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::{fd::OwnedFd, unix::fs::DirBuilderExt as _},
    path::Path,
};

use miaas_core::PortError;
use tokio::io::unix::AsyncFd;

/// How much a written file must withstand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The end of this process: readers see the old or the new content.
    Process,
    /// The loss of power as well: the file and its folder entry are on the disk when the call returns.
    Power,
}

/// Replaces `path` as a whole, readable by the owner only.
pub(crate) fn write_atomic(path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    // A name of its own for each writer: two that replace the same file must not rename each other's away.
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new().suffix(".tmp").tempfile_in(folder)?;
    file.write_all(bytes)?;
    if durability == Durability::Power {
        file.as_file().sync_all()?;
    }
    file.persist(path).map_err(|e| e.error)?;
    if durability == Durability::Power {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// The content of a file, or none when there is no such file.
pub(crate) fn read_optional(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Makes a folder and those above it, for the owner only.
pub(crate) fn make_private_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Removes a file; one that is not there is no error.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Says which path an I/O error is about.
pub(crate) fn io_error(operation: &'static str, what: &str, path: &Path, error: io::Error) -> PortError {
    PortError::internal(operation, format!("cannot {what} {}", path.display())).with_source(error)
}

/// Runs blocking work beside the async workers.
pub(crate) async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T, PortError> + Send + 'static,
) -> Result<T, PortError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(e) => Err(PortError::internal(operation, "the work on files was cut off").with_source(e)),
    }
}

/// Waits for a descriptor in the runtime. Must be called in one.
#[allow(deprecated, reason = "its successor is unsafe for types whose descriptor may change; an OwnedFd's does not")]
pub(crate) fn async_fd(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(fd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_of_the_same_file_do_not_disturb_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("exit");
        std::thread::scope(|scope| {
            for i in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..300 {
                        write_atomic(path, &[b'0' + i], Durability::Process).unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read(&path).unwrap().len(), 1);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
    }
}
