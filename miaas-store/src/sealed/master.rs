//! The master key, and where it comes from.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Stdio,
};

use miaas_core::{ErrorKind, PortError, secret::Secret};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    OPERATION,
    cipher::{self, Bits},
};

/// The key that opens a store.
#[derive(Clone)]
pub struct MasterKey(Bits);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.fingerprint())
    }
}

impl MasterKey {
    /// A random key.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn random() -> Result<Self, PortError> {
        cipher::random().map(Self)
    }

    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// `Invalid`; the message repeats nothing of the text.
    pub fn parse(text: &str, origin: &str) -> Result<Self, PortError> {
        let digits = text.trim().as_bytes();
        let mut bits = Bits::default();
        let digit = |d: u8| char::from(d).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let read = digits.len() == 64
            && digits.chunks_exact(2).zip(bits.iter_mut()).all(|(pair, byte)| match (digit(pair[0]), digit(pair[1])) {
                (Some(high), Some(low)) => {
                    *byte = high << 4 | low;
                    true
                }
                _ => false,
            });
        if read {
            return Ok(Self(bits));
        }
        Err(invalid(format!("{origin} holds no master key"))
            .with_hint("it is 64 hexadecimal digits: `openssl rand -hex 32`"))
    }

    /// Tells keys apart and gives none away.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new().chain_update(b"miaas master key 1\n").chain_update(*self.0).finalize();
        digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
    }

    pub(super) const fn bits(&self) -> &Bits {
        &self.0
    }

    fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(65));
        for byte in self.0.iter() {
            text.push_str(&format!("{byte:02x}"));
        }
        text.push('\n');
        text
    }
}

/// Where the master key comes from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum MasterKeySource {
    /// A file that only its owner may read. It is made at the first start.
    File(PathBuf),
    /// The key itself, for example from an environment variable.
    Text(Secret),
    /// A command of the shell that prints the key, for example a client of a key service.
    Command(String),
}

impl MasterKeySource {
    /// The key of a store that was never sealed.
    pub(super) async fn find_or_create(&self) -> Result<MasterKey, PortError> {
        match self {
            Self::File(path) => match read(path)? {
                Some(key) => Ok(key),
                None => create(path),
            },
            _ => self.get().await,
        }
    }

    /// The key with this fingerprint.
    pub(super) async fn find(&self, fingerprint: &str) -> Result<MasterKey, PortError> {
        let key = match self {
            // A rotation may have been cut off between the store and the name of the file.
            Self::File(path) => match (read(path)?, read(&next(path))?) {
                (_, Some(key)) if key.fingerprint() == fingerprint => {
                    fs::rename(next(path), path).map_err(|e| failed("rename", &next(path), e))?;
                    key
                }
                (Some(key), _) => key,
                (None, _) => {
                    let message = format!(
                        "the database is sealed with the master key {fingerprint}, and there is no {}",
                        path.display()
                    );
                    return Err(invalid(message).with_hint(
                        "put that file back, or copy it from another server on this database; without it nothing can be read",
                    ));
                }
            },
            _ => self.get().await?,
        };
        if key.fingerprint() == fingerprint { Ok(key) } else { Err(other(fingerprint, &key)) }
    }

    async fn get(&self) -> Result<MasterKey, PortError> {
        match self {
            Self::File(path) => read(path)?.ok_or_else(|| invalid(format!("there is no {}", path.display()))),
            Self::Text(text) => MasterKey::parse(text.expose(), "the variable of the master key"),
            Self::Command(command) => {
                let mut shell = tokio::process::Command::new("/bin/sh");
                shell.arg("-c").arg(command).stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
                let done = shell.output().await.map_err(|e| {
                    PortError::unavailable(OPERATION, "the command of the master key cannot be run").with_source(e)
                })?;
                if !done.status.success() {
                    let message = format!("the command of the master key has failed: {}", done.status);
                    return Err(PortError::unavailable(OPERATION, message));
                }
                let text = Zeroizing::new(done.stdout);
                let text = std::str::from_utf8(&text).unwrap_or_default();
                MasterKey::parse(text, "the output of the command")
            }
        }
    }
}

/// The refusal of a key that is not that of the store.
pub(super) fn other(wanted: &str, key: &MasterKey) -> PortError {
    invalid(format!("the database is sealed with the master key {wanted}, and this is {}", key.fingerprint()))
        .with_hint("give the server the right key; without it nothing can be read")
}

/// Where a key lies until the store knows of it.
pub(super) fn next(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    name.into()
}

fn read(path: &Path) -> Result<Option<MasterKey>, PortError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed("read", path, e)),
    };
    let mode = fs::metadata(path).map_err(|e| failed("read", path, e))?.permissions().mode();
    if mode & 0o077 != 0 {
        let message = format!("{} may be read by others: its mode is {:o}", path.display(), mode & 0o777);
        return Err(invalid(message).with_hint(format!("`chmod 600 {}`", path.display())));
    }
    MasterKey::parse(&text, &path.display().to_string()).map(Some)
}

/// A new key in a new file. Of several servers that start at once on one file one makes it.
fn create(path: &Path) -> Result<MasterKey, PortError> {
    let key = MasterKey::random()?;
    let made = written(path, &key, |part| {
        let linked = fs::hard_link(part, path);
        fs::remove_file(part)?;
        linked
    });
    match made {
        Ok(()) => Ok(key),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| invalid(format!("{} has gone again", path.display())))
        }
        Err(e) => Err(failed("write", path, e)),
    }
}

/// Writes a key over the one that is there.
pub(super) fn write(path: &Path, key: &MasterKey) -> Result<(), PortError> {
    written(path, key, |part| fs::rename(part, path)).map_err(|e| failed("write", path, e))
}

/// For its owner only; it appears whole or not at all.
fn written(path: &Path, key: &MasterKey, appear: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(format!(".{}.{}.part", std::process::id(), key.fingerprint()));
    let part = PathBuf::from(part);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    file.write_all(key.text().as_bytes())?;
    file.sync_all()?;
    appear(&part)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn failed(verb: &str, path: &Path, error: io::Error) -> PortError {
    PortError::internal(OPERATION, format!("cannot {verb} {}", path.display())).with_source(error)
}

fn invalid(message: String) -> PortError {
    PortError::new(ErrorKind::Invalid, OPERATION, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_that_start_at_once_make_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let all: Vec<String> = std::thread::scope(|s| {
            let some: Vec<_> = (0..8).map(|_| s.spawn(|| create(&path).unwrap().fingerprint())).collect();
            some.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(all.iter().all(|f| *f == all[0]), "{all:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
    }

    #[tokio::test]
    async fn a_key_comes_from_a_private_file_a_variable_or_a_command() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let file = MasterKeySource::File(path.clone());
        let key = file.find_or_create().await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        for source in [
            file.clone(),
            MasterKeySource::Text(Secret::new(text.clone())),
            MasterKeySource::Command(format!("cat {}", path.display())),
        ] {
            assert_eq!(source.find(&key.fingerprint()).await.unwrap().fingerprint(), key.fingerprint(), "{source:?}");
        }
        for source in [
            MasterKeySource::Text(Secret::new(text.replace(char::is_numeric, "z"))),
            MasterKeySource::Text(Secret::new(&text[1..])),
            MasterKeySource::Command("echo abc".into()),
            MasterKeySource::Command("exit 3".into()),
            MasterKeySource::Text(Secret::new("0".repeat(64))),
        ] {
            let error = source.find(&key.fingerprint()).await.unwrap_err();
            assert!(!error.chain().contains(text.trim()), "{error}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = file.find(&key.fingerprint()).await.unwrap_err();
        assert!(error.message().ends_with("may be read by others: its mode is 640"), "{error}");
        fs::remove_file(&path).unwrap();
        assert!(file.find(&key.fingerprint()).await.unwrap_err().hint().unwrap().contains("put that file back"));
    }
}
