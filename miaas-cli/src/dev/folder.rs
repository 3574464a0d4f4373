//! The state folder of `miaas dev`: one process at a time, and nothing in it for other users to read.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use miaas_core::secret::Secret;

use crate::{failure::fail, paths};

/// The folder, held for as long as this lives; the kernel lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder when it is missing and takes it.
    pub(crate) fn take(path: &Path) -> anyhow::Result<Self> {
        let path = std::path::absolute(path).with_context(|| format!("{} has no absolute path", path.display()))?;
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.with_context(|| format!("cannot make the state folder {}", path.display()))?;
        let file = path.join("lock");
        let opened = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&file);
        let lock = opened.with_context(|| format!("cannot open {}", file.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                let address = fs::read_to_string(paths::address_file(&path)).unwrap_or_default();
                let at = if address.is_empty() { String::new() } else { format!(" at {}", address.trim()) };
                let message = format!("`miaas dev` runs already{at} with the state folder {}", path.display());
                Err(fail(message, "use that one, or give another folder: --state-dir DIR --listen 127.0.0.1:0"))
            }
            Err(TryLockError::Error(e)) => Err(e).with_context(|| format!("cannot lock {}", file.display())),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The API key of an earlier start.
    pub(crate) fn key(&self) -> anyhow::Result<Option<Secret>> {
        let file = paths::key_file(&self.path);
        match fs::read_to_string(&file) {
            Ok(text) if text.trim().is_empty() => Ok(None),
            Ok(text) => Ok(Some(Secret::new(text.trim()))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    /// Keeps the API key for the other commands; gives back where.
    pub(crate) fn write_key(&self, key: &Secret) -> anyhow::Result<PathBuf> {
        let file = paths::key_file(&self.path);
        write(&file, key.expose())?;
        Ok(file)
    }

    /// Tells the other commands where the server is.
    pub(crate) fn write_address(&self, url: &str) -> anyhow::Result<()> {
        write(&paths::address_file(&self.path), url)
    }

    /// Nobody listens at the address any more.
    pub(crate) fn remove_address(&self) -> anyhow::Result<()> {
        let file = paths::address_file(&self.path);
        match fs::remove_file(&file) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                Err(e).with_context(|| format!("cannot remove {}", file.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Written beside and renamed, so that a reader sees the old or the new text, and readable by its owner only.
fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let beside = file.with_extension("new");
    let write = || {
        let mut out = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&beside)?;
        writeln!(out, "{text}")?;
        out.sync_all()?;
        fs::rename(&beside, file)
    };
    write().with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_is_taken_once_and_keeps_its_secrets() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b");
        let folder = Folder::take(&path).unwrap();
        assert!(Folder::take(&path).unwrap_err().to_string().contains("runs already"));
        assert!(folder.key().unwrap().is_none());
        let file = folder.write_key(&Secret::new("mia_1")).unwrap();
        folder.write_key(&Secret::new("mia_2")).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(folder.key().unwrap().unwrap().expose(), "mia_2");
        folder.remove_address().unwrap();
        drop(folder);
        Folder::take(&path).unwrap();
    }
}
