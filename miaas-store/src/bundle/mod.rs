//! A whole state in one encrypted file (S5).
//!
//! The file is of the age format, so the `age` program opens it as well. Inside are JSON lines: a header, then one object each, in
//! clear: it needs no master key, and is as valuable as one.

mod lock;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod restore;
mod snapshot;

use std::io::{self, BufRead as _, BufReader, Read, Write};

use miaas_core::{
    ErrorKind, PortError,
    port::{Change, Key, Kind, Store, Value},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

pub use lock::{BundleIdentity, BundleLock};

use crate::{Transferred, snapshot::Snapshot};

const OPERATION: &str = "store.bundle";
const FORMAT: u32 = 1;
/// The longest line: an object of some megabytes, escaped.
const MAX_LINE: u64 = 512 * 1024 * 1024;

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    miaas_backup: u32,
    written_by: String,
    at: Timestamp,
    revision: u64,
    objects: usize,
    sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    kind: Kind,
    name: String,
    revision: u64,
    value: String,
}

/// A state that was read from a store or a file, complete and as it was at one moment.
pub struct Bundle {
    snapshot: Snapshot,
    at: Timestamp,
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bundle").field("at", &self.at).field("content", &self.content()).finish()
    }
}

impl Bundle {
    /// Reads the state of a store while others write to it.
    ///
    /// # Errors
    /// `Unavailable` when it changes faster than it can be read; the store's.
    pub async fn of(store: &dyn Store, now: Timestamp) -> Result<Self, PortError> {
        Ok(Self { snapshot: snapshot::consistent(store).await?, at: now })
    }

    /// When it was read from its store.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// How much it is, and its digest.
    #[must_use]
    pub fn content(&self) -> Transferred {
        self.snapshot.transferred()
    }

    /// Writes it, locked.
    ///
    /// # Errors
    /// `Internal` when it cannot be written.
    pub fn write(&self, out: impl Write, lock: &BundleLock) -> Result<(), PortError> {
        let content = self.content();
        let header = Header {
            miaas_backup: FORMAT,
            written_by: env!("CARGO_PKG_VERSION").to_owned(),
            at: self.at,
            revision: content.revision,
            objects: content.objects,
            sha256: content.digest,
        };
        let write = || {
            let mut file = lock.wrap(out)?;
            write_line(&mut file, &header)?;
            for object in &self.snapshot.objects {
                let (kind, name) = (object.key.kind, object.key.name.to_string());
                let value = object.value.as_ref().map(|v| v.0.to_string()).unwrap_or_default();
                write_line(&mut file, &Line { kind, name, revision: object.revision, value })?;
            }
            file.finish().map(drop)
        };
        write().map_err(|e: io::Error| PortError::internal(OPERATION, "the backup cannot be written").with_source(e))
    }

    /// Reads one and checks that it is whole.
    ///
    /// # Errors
    /// `Unauthenticated` when it does not open with this; `Invalid` for what is no backup, or one that is damaged or cut off;
    /// `Unsupported` for one of a newer version.
    pub fn read(file: impl Read, identity: &BundleIdentity) -> Result<Self, PortError> {
        let mut lines = BufReader::new(identity.open(file)?);
        let header: Header = read_line(&mut lines)?.ok_or_else(|| damaged("it is empty"))?;
        if header.miaas_backup > FORMAT {
            let message = format!("the backup is of format {}, this program knows {FORMAT}", header.miaas_backup);
            return Err(PortError::new(ErrorKind::Unsupported, OPERATION, message)
                .with_hint(format!("use version {} or newer", header.written_by)));
        }
        let mut objects = Vec::new();
        while let Some(Line { kind, name, revision, value }) = read_line(&mut lines)? {
            objects.push(Change { revision, key: Key::new(kind, name), value: Some(Value(value.into())) });
        }
        let bundle = Self { snapshot: Snapshot { revision: header.revision, objects }, at: header.at };
        let content = bundle.content();
        if content.objects != header.objects || content.digest != header.sha256 {
            return Err(damaged("what is in it is not what its header says"));
        }
        Ok(bundle)
    }
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

fn read_line<T: for<'a> Deserialize<'a>>(lines: &mut impl io::BufRead) -> Result<Option<T>, PortError> {
    let mut text = Vec::new();
    let read = lines.take(MAX_LINE).read_until(b'\n', &mut text);
    let count = read.map_err(|e| damaged("it does not open to its end").with_source(e))?;
    if count == 0 {
        return Ok(None);
    }
    serde_json::from_slice(&text).map(Some).map_err(|e| damaged("a line of it does not read").with_source(e))
}

fn damaged(why: &str) -> PortError {
    PortError::new(ErrorKind::Invalid, OPERATION, format!("this is no whole backup: {why}"))
        .with_hint("take another copy of it; nothing was changed")
}
