//! The newest target of the node in a file.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use miaas_core::{PortError, hash::sha256_hex, model::NodeTarget, port::Ledger};

use crate::fsutil::{Durability, blocking, io_error, make_private_dir, read_optional, write_atomic};

/// Names format and version in the first line, so that another kind of file is never read as a ledger.
const MAGIC: &str = "miaas-ledger-1";

/// A [`Ledger`] in one file: a line with format and SHA-256, then the target as JSON. Written beside and renamed, so the
/// file is always the old or the new one; readable by its owner only, since targets hold rendered environments.
#[derive(Debug, Clone)]
pub struct FileLedger {
    path: PathBuf,
}

impl FileLedger {
    /// The ledger in this file; its folder is made when it is missing.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[async_trait]
impl Ledger for FileLedger {
    async fn load(&self) -> Result<Option<NodeTarget>, PortError> {
        let path = self.path.clone();
        blocking("ledger.load", move || {
            let bytes = read_optional(&path).map_err(|e| io_error("ledger.load", "read the ledger", &path, e))?;
            bytes.map(|b| decode(&b).map_err(|why| damaged(&path, &why))).transpose()
        })
        .await
    }

    async fn save(&self, target: &NodeTarget) -> Result<(), PortError> {
        let bytes = encode(target)?;
        let path = self.path.clone();
        blocking("ledger.save", move || {
            let fail = |e| io_error("ledger.save", "write the ledger", &path, e);
            if let Some(folder) = path.parent() {
                make_private_dir(folder).map_err(fail)?;
            }
            write_atomic(&path, &bytes, Durability::Power).map_err(fail)
        })
        .await
    }
}

fn encode(target: &NodeTarget) -> Result<Vec<u8>, PortError> {
    let body = serde_json::to_vec(target)
        .map_err(|e| PortError::internal("ledger.save", "the target does not serialise").with_source(e))?;
    let mut bytes = format!("{MAGIC} {}\n", sha256_hex(&body)).into_bytes();
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Result<NodeTarget, String> {
    let end = bytes.iter().position(|b| *b == b'\n').ok_or("its first line is cut off")?;
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| "its first line is no text")?;
    let sum = head.strip_prefix(MAGIC).ok_or_else(|| format!("it does not begin with {MAGIC:?}"))?.trim();
    let body = &bytes[end + 1..];
    if sha256_hex(body) != sum {
        return Err("its checksum does not match its content".into());
    }
    serde_json::from_slice(body).map_err(|e| format!("it was written by another version: {e}"))
}

fn damaged(path: &Path, why: &str) -> PortError {
    PortError::internal("ledger.load", format!("the ledger {} is damaged: {why}", path.display())).with_hint(format!(
        "move {} away and start the agent again: the server sends the target anew, running workloads are kept",
        path.display()
    ))
}
