//! Wiping what is no longer an object.

use std::path::Path;

use miaas_core::PortError;
use sqlx::Connection as _;

use super::{SqliteOptions, database::connect_writer, error::Failure, lock::FileLock};

/// Empties the log of changes, and overwrites what lies in free pages and in the write-ahead log.
pub(crate) async fn scrub(path: &Path) -> Result<(), PortError> {
    let _lock = FileLock::take(path)?;
    let mut conn = connect_writer(path, SqliteOptions::default()).await.map_err(|f| f.port("store.scrub"))?;
    let failed = |e: sqlx::Error| Failure::new(path, &e).port("store.scrub");
    for sql in [
        "BEGIN IMMEDIATE; DELETE FROM changes; UPDATE head SET compacted = revision; COMMIT",
        "VACUUM",
        "PRAGMA wal_checkpoint(TRUNCATE)",
    ] {
        sqlx::raw_sql(sql).execute(&mut conn).await.map_err(failed)?;
    }
    conn.close().await.map_err(failed)
}
