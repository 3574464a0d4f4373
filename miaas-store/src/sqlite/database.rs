//! How connections are opened.

use std::path::Path;

use sqlx::{
    ConnectOptions as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{error::Failure, options::SqliteOptions};

/// The write-ahead log is cut to this size when it was checkpointed.
const WAL_LIMIT: &str = "67108864";
const PAGE_SIZE: u32 = 4096;
/// Memory of the writer for pages, in KiB, as far as the database has that many. A plan for a whole fleet changes more than the
/// default of 2 MiB, and pages that find no place are written, and read again, many times in one transaction.
const WRITER_CACHE: &str = "-32768";
/// Pages of the write-ahead log that are moved into the database together: a page that small commits change again and again is
/// moved once.
const CHECKPOINT: &str = "8192";

/// The options of a connection that reads.
pub(super) fn reading(path: &Path, options: SqliteOptions) -> SqliteConnectOptions {
    common(path, options).pragma("query_only", "ON")
}

fn common(path: &Path, options: SqliteOptions) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .page_size(PAGE_SIZE)
        .busy_timeout(options.busy_timeout)
        .disable_statement_logging()
}

/// Opens the connection that writes: a commit is on the disk when it returns.
pub(super) async fn connect_writer(path: &Path, options: SqliteOptions) -> Result<SqliteConnection, Failure> {
    let failed = |e: sqlx::Error| Failure::new(path, &e);
    let mut connect = common(path, options)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", WAL_LIMIT)
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT);
    if let Some(bytes) = options.max_bytes {
        connect = connect.pragma("max_page_count", (bytes / u64::from(PAGE_SIZE)).max(1).to_string());
    }
    let mut conn = connect.connect().await.map_err(failed)?;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut conn).await.map_err(failed)?;
    if mode != "wal" {
        return Err(Failure::no_write_ahead_log(path, &mode));
    }
    Ok(conn)
}
