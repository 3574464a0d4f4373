//! Reads, each one statement and therefore one snapshot.

use std::{path::Path, sync::Arc};

use futures_util::TryStreamExt as _;
use miaas_core::{
    PortError,
    engine::change_log::compacted,
    port::{Change, Key, Kind, Listing, Revision, Value, Versioned},
};
use sqlx::{
    Row as _,
    sqlite::{SqlitePool, SqlitePoolOptions, SqliteRow},
};

use super::{database::reading, error::Failure, options::SqliteOptions};

/// How many revisions a watcher takes over at once.
const PAGE: Revision = 256;
/// Of these, no more once so many bytes are read: a revision can place ten thousand workloads.
const PAGE_BYTES: usize = 4 << 20;

/// A few connections that only read.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    path: Arc<Path>,
    pool: SqlitePool,
}

impl Reader {
    /// Connects when it is first needed.
    pub(super) fn new(path: &Path, options: SqliteOptions) -> Self {
        let pool = SqlitePoolOptions::new()
            .max_connections(options.readers)
            // A local file does not go away between two reads.
            .test_before_acquire(false)
            .connect_lazy_with(reading(path, options));
        Self { path: path.into(), pool }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        let sql = "SELECT value, revision FROM objects WHERE kind = ?1 AND name = ?2";
        let query = sqlx::query(sql).bind(key.kind.as_str()).bind(&*key.name);
        let row = query.fetch_optional(&self.pool).await.map_err(|e| self.failed("store.get", &e))?;
        row.map(|row| versioned(&row)).transpose().map_err(|e| self.failed("store.get", &e))
    }

    /// The row of the head is always there, with no object beside it when there is none of this kind.
    pub(super) async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        let sql = "SELECT h.revision AS head, o.name, o.value, o.revision FROM head h \
                   LEFT JOIN objects o ON o.kind = ?1 ORDER BY o.name";
        let failed = |e| self.failed("store.list", &e);
        let rows = sqlx::query(sql).bind(kind.as_str()).fetch_all(&self.pool).await.map_err(failed)?;
        let Some(first) = rows.first() else { return Err(self.damaged("store.list", "the table head is empty")) };
        let revision = number(first, "head").map_err(failed)?;
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Some(name) = row.try_get::<Option<&str>, _>("name").map_err(failed)? {
                items.push((Key::new(kind, name), versioned(row).map_err(failed)?));
            }
        }
        Ok(Listing { items, revision })
    }

    /// The next changes after `from`, whole revisions, in order, and not many more bytes than fit on a page. Empty only when
    /// nothing is newer.
    pub(super) async fn changes_after(&self, from: Revision) -> Result<Vec<Change>, PortError> {
        let sql = "SELECT h.compacted, c.revision, c.kind, c.name, c.value FROM head h \
                   LEFT JOIN changes c ON c.revision > ?1 AND c.revision <= ?2 ORDER BY c.position";
        let failed = |e| self.failed("store.watch", &e);
        let query = sqlx::query(sql).bind(to_sql(from)).bind(to_sql(from.saturating_add(PAGE)));
        let mut rows = query.fetch(&self.pool);
        let (mut changes, mut bytes, mut last, mut empty) = (Vec::new(), 0, from, true);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            if empty && from < number(&row, "compacted").map_err(failed)? {
                return Err(compacted(from));
            }
            empty = false;
            let Some(kind) = row.try_get::<Option<&str>, _>("kind").map_err(failed)? else { continue };
            let Some(kind) = Kind::from_name(kind) else {
                return Err(self.damaged("store.watch", &format!("the kind {kind:?} is unknown")));
            };
            let name: &str = row.try_get("name").map_err(failed)?;
            let value: Option<&str> = row.try_get("value").map_err(failed)?;
            let revision = number(&row, "revision").map_err(failed)?;
            if revision != last && bytes >= PAGE_BYTES {
                return Ok(changes);
            }
            last = revision;
            bytes += name.len() + value.map_or(0, str::len);
            changes.push(Change { revision, key: Key::new(kind, name), value: value.map(|v| Value(v.into())) });
        }
        if empty {
            return Err(self.damaged("store.watch", "the table head is empty"));
        }
        Ok(changes)
    }

    fn failed(&self, operation: &'static str, error: &sqlx::Error) -> PortError {
        Failure::new(&self.path, error).port(operation)
    }

    fn damaged(&self, operation: &'static str, what: &str) -> PortError {
        Failure::damaged(&self.path, what).port(operation)
    }
}

fn versioned(row: &SqliteRow) -> Result<Versioned<Value>, sqlx::Error> {
    let text: &str = row.try_get("value")?;
    Ok(Versioned { value: Value(text.into()), revision: number(row, "revision")? })
}

/// A revision in a row.
pub(super) fn number(row: &SqliteRow, column: &'static str) -> Result<Revision, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    Revision::try_from(number).map_err(|e| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(e) })
}

/// A revision as SQLite counts. No store lives long enough for the difference.
pub(super) fn to_sql(revision: Revision) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}
