//! The key that signs node tokens, in a file of the state directory that only the server's user can read.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use miaas_core::PortError;

use super::opaque::random_bytes;

/// Reads the key, or makes it at the first start. Deleting the file refuses every node token that was given out.
///
/// # Errors
/// `Internal` when the file cannot be read or written, or holds something else.
pub fn load_or_create(path: &Path) -> Result<[u8; 32], PortError> {
    match fs::read(path) {
        Ok(bytes) => bytes.try_into().map_err(|bytes: Vec<u8>| {
            let message = format!("{} holds {} bytes, a key has 32", path.display(), bytes.len());
            PortError::internal("auth.node_key", message)
                .with_hint("put the right file back, or delete it: every node then registers again")
        }),
        Err(e) if e.kind() == io::ErrorKind::NotFound => create(path),
        Err(e) => Err(failed("read", path, e)),
    }
}

fn create(path: &Path) -> Result<[u8; 32], PortError> {
    let key = random_bytes()?;
    write_private(path, &key)?;
    Ok(key)
}

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
    write().map_err(|e| failed("write", path, e))
}

fn failed(verb: &str, path: &Path, error: io::Error) -> PortError {
    PortError::internal("auth.file", format!("cannot {verb} {}", path.display())).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn the_key_is_made_once_private_and_checked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("node-token.key");
        let key = load_or_create(&path).unwrap();
        assert_eq!(load_or_create(&path).unwrap(), key);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, b"short").unwrap();
        let error = load_or_create(&path).unwrap_err();
        assert!(error.message().ends_with("node-token.key holds 5 bytes, a key has 32"), "{error}");
    }
}
