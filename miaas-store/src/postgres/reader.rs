//! Reads, each one statement and therefore one snapshot.

use miaas_core::{
    PortError,
    engine::change_log::compacted,
    port::{Change, Key, Kind, Listing, Revision, Value, Versioned},
};
use sqlx::{
    PgExecutor, Row as _,
    postgres::{PgPool, PgPoolOptions},
};
use tokio::time::sleep;

use super::{
    error::Failure,
    rows::{key, number, to_sql, versioned},
    target::{Target, delays},
};

/// How many revisions are read at once.
const PAGE: Revision = 256;
/// Of these, no more once so many bytes are read: a revision can place ten thousand workloads.
const PAGE_BYTES: usize = 4 << 20;

/// A few connections that only read.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) target: Target,
    pool: PgPool,
}

impl Reader {
    /// Connects when it is first needed.
    pub(super) fn new(target: Target) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(target.options.readers)
            .acquire_timeout(target.options.patience)
            .connect_lazy_with(target.connect_options());
        Self { target, pool }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        let sql = "SELECT value, revision FROM objects WHERE kind = $1 AND name = $2";
        let read = || async {
            let query = sqlx::query(sql).bind(key.kind.as_str()).bind(&*key.name);
            let row = query.fetch_optional(&self.pool).await?;
            row.map(|row| versioned(&row)).transpose()
        };
        let read = || async { read().await.map_err(|e| self.target.failure(&e)) };
        self.target.patiently(read).await.map_err(|f| f.port("store.get"))
    }

    pub(super) async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        let read = || async { self.list_once(kind).await.map_err(|e| self.target.failure(&e)) };
        self.target.patiently(read).await.map_err(|f| f.port("store.list"))
    }

    /// The row of the head is always there, with no object beside it when there is none of this kind.
    async fn list_once(&self, kind: Kind) -> Result<Listing, sqlx::Error> {
        let sql = "SELECT h.revision AS head, o.name, o.value, o.revision FROM head h \
                   LEFT JOIN objects o ON o.kind = $1 ORDER BY o.name";
        let rows = sqlx::query(sql).bind(kind.as_str()).fetch_all(&self.pool).await?;
        let revision = number(rows.first().ok_or(sqlx::Error::RowNotFound)?, "head")?;
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Some(name) = row.try_get::<Option<&str>, _>("name")? {
                items.push((Key::new(kind, name), versioned(row)?));
            }
        }
        Ok(Listing { items, revision })
    }

    /// The next changes after `from` for a watcher, whole revisions, in order. Waits for a database that is away, however
    /// long that takes: a watch outlives restarts.
    pub(super) async fn changes_after(&self, from: Revision) -> Result<Vec<Change>, PortError> {
        let mut delays = delays();
        loop {
            let page = self.target.limit(page_after(&self.pool, from)).await;
            let page = page.and_then(|page| match from < page.compacted {
                true => Ok(None),
                false => page.check(from, &self.target).map(|()| Some(page.changes)),
            });
            match page {
                Ok(page) => return page.ok_or_else(|| compacted(from)),
                Err(failure) if failure.again => sleep(delays.next().unwrap_or_default()).await,
                Err(failure) => return Err(failure.port("store.watch")),
            }
        }
    }
}

/// A part of the log, and where the store stood when it was read.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) head: Revision,
    pub(super) compacted: Revision,
    /// Whole revisions, in order.
    pub(super) changes: Vec<Change>,
}

/// The next changes after `from`, not many more bytes than fit on a page.
pub(super) async fn page_after(db: impl PgExecutor<'_>, from: Revision) -> Result<Page, sqlx::Error> {
    // The database counts the bytes, so that no more are sent than are wanted; `octet_length` does not unpack what it counts.
    let sql = "SELECT h.revision AS head, h.compacted, c.revision, c.kind, c.name, c.value FROM head h LEFT JOIN ( \
                 SELECT revision, kind, name, value, \
                   SUM(COALESCE(octet_length(value), 0)) OVER (ORDER BY revision) \
                   - SUM(COALESCE(octet_length(value), 0)) OVER (PARTITION BY revision) AS earlier \
                 FROM changes WHERE revision > $1 AND revision <= $2 \
               ) c ON c.earlier < $3 ORDER BY c.revision, c.kind, c.name";
    let bytes = i64::try_from(PAGE_BYTES).unwrap_or(i64::MAX);
    let query = sqlx::query(sql).bind(to_sql(from)).bind(to_sql(from.saturating_add(PAGE))).bind(bytes);
    let rows = query.fetch_all(db).await?;
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (head, compacted) = (number(first, "head")?, number(first, "compacted")?);
    let mut changes = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(key) = key(row)? else { continue };
        let value: Option<&str> = row.try_get("value")?;
        changes.push(Change { revision: number(row, "revision")?, key, value: value.map(|v| Value(v.into())) });
    }
    Ok(Page { head, compacted, changes })
}

impl Page {
    /// That nothing is missing between `from` and the first revision, or between two of them: a gap is never skipped.
    pub(super) fn check(&self, from: Revision, target: &Target) -> Result<(), Failure> {
        let mut last = from;
        for change in &self.changes {
            if change.revision > last + 1 {
                break;
            }
            last = change.revision;
        }
        let bytes: usize = self.changes.iter().map(|c| c.value.as_ref().map_or(0, |v| v.0.len())).sum();
        let whole = self.head.min(from.saturating_add(PAGE)).max(from);
        let cut = self.changes.last().filter(|_| bytes >= PAGE_BYTES).map(|c| c.revision);
        if last == cut.unwrap_or(whole) {
            return Ok(());
        }
        Err(target.damaged(&format!("the changes of revision {} are missing from the log", last + 1)))
    }
}
