//! The task that owns the writing connection and groups the commits of this process.

use std::{collections::BTreeMap, time::Duration};

use miaas_core::{
    ErrorKind, PortError,
    port::{Key, Revision, Write},
};
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::time::{Instant, sleep};

use super::{
    error::Failure,
    follower::Following,
    reader::Reader,
    rows::{key, number, to_sql, write_log, write_objects},
    schema,
    target::{Target, delays},
};
use crate::{
    batch::Batch,
    queue::{Counters, Queue, Waiting, answer},
};

/// Watchers of every process listen on this channel; the text is the newest revision.
pub(super) const CHANNEL: &str = "miaas";
/// The log is compacted when it holds this many revisions more than it should, so that few commits pay for it.
const SLACK: Revision = 64;

pub(super) struct Writer {
    target: Target,
    /// None until the next commit connects, after any failure.
    conn: Option<PgConnection>,
    counters: Counters,
    /// The last commits failed because the database is away: those that wait are told so after one attempt.
    away: bool,
}

/// Where the head of the store stands, locked.
struct Head {
    revision: Revision,
    compacted: Revision,
}

impl Writer {
    pub(super) fn new(target: Target, conn: PgConnection, counters: Counters) -> Self {
        Self { target, conn: Some(conn), counters, away: false }
    }

    /// Works until the store is closed or dropped. What was queued before that is still done.
    pub(super) async fn run(mut self, mut queue: Queue, reader: Reader, following: Following) {
        while let Some(group) = queue.next().await {
            self.commit_all(group).await;
        }
        following.end().await;
        reader.close().await;
        if let Some(conn) = self.conn.take()
            && let Err(e) = conn.close().await
        {
            tracing::debug!(error = %e, "a connection did not close cleanly");
        }
        queue.closed();
    }

    async fn commit_all(&mut self, group: Vec<Waiting>) {
        let failure = match self.persist(&group).await {
            Ok(answers) => return answer(group, answers),
            Err(failure) => failure,
        };
        tracing::warn!(error = failure.message, commits = group.len(), "a transaction failed");
        if group.len() == 1 || !matches!(failure.kind, ErrorKind::Invalid | ErrorKind::Internal) {
            let answers = group.iter().map(|_| Err(failure.port("store.commit"))).collect();
            return answer(group, answers);
        }
        // One of them may be the reason: the others shall not suffer from it.
        for one in group {
            let one = vec![one];
            let answers = match self.persist(&one).await {
                Ok(answers) => answers,
                Err(failure) => vec![Err(failure.port("store.commit"))],
            };
            answer(one, answers);
        }
    }

    /// Commits, trying again while that is known to have done nothing and the patience lasts.
    async fn persist(&mut self, group: &[Waiting]) -> Result<Vec<Result<Revision, PortError>>, Failure> {
        let mut delays = delays();
        let patience = if self.away { Duration::ZERO } else { self.target.options.patience };
        let end = Instant::now() + patience;
        loop {
            let failure = match self.transact(group).await {
                Ok(answers) => {
                    self.away = false;
                    return Ok(answers);
                }
                Err(failure) => failure,
            };
            let delay = delays.next().unwrap_or_default();
            if !failure.again || Instant::now() + delay >= end {
                self.away = failure.again;
                return Err(failure);
            }
            tracing::debug!(error = failure.message, "a transaction is tried again");
            sleep(delay).await;
        }
    }

    async fn transact(&mut self, group: &[Waiting]) -> Result<Vec<Result<Revision, PortError>>, Failure> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.target.connect_writer().await?,
        };
        // A connection that failed is dropped, which also undoes what it did.
        let (batch, head) = self.decide(&mut conn, group).await?;
        if batch.revisions.is_empty() {
            // Where even this fails, nothing was to be done all the same.
            let undone = self.target.limit(sqlx::raw_sql("ROLLBACK").execute(&mut conn)).await;
            self.conn = undone.is_ok().then_some(conn);
            return Ok(batch.answers);
        }
        self.target.limit(write(&mut conn, &batch, &head, self.target.options.keep_revisions)).await?;
        self.target.limit(sqlx::raw_sql("COMMIT").execute(&mut conn)).await.map_err(Failure::in_doubt)?;
        self.counters.count(batch.revisions.len());
        self.conn = Some(conn);
        Ok(batch.answers)
    }

    /// Locks the head and decides the commits against what is stored. From here on no other process commits.
    async fn decide(&self, conn: &mut PgConnection, group: &[Waiting]) -> Result<(Batch, Head), Failure> {
        let commits = || group.iter().map(|(writes, _)| writes);
        // The rows below must be read after the lock was granted: with a stricter isolation they would be older than it.
        self.target.limit(sqlx::raw_sql("BEGIN ISOLATION LEVEL READ COMMITTED").execute(&mut *conn)).await?;
        let head = self.target.limit(lock_head(&mut *conn)).await?;
        let (version, before) = self.target.limit(read_revisions(conn, commits())).await?;
        if version > schema::newest() {
            return Err(Failure::newer_schema(&self.target.url, version, schema::newest()));
        }
        let batch = Batch::decide(|key| before.get(key).copied(), head.revision, commits());
        Ok((batch, head))
    }
}

async fn lock_head(conn: &mut PgConnection) -> Result<Head, sqlx::Error> {
    let row = sqlx::query("SELECT revision, compacted FROM head FOR UPDATE").fetch_one(conn).await?;
    Ok(Head { revision: number(&row, "revision")?, compacted: number(&row, "compacted")? })
}

/// The version of the schema, and the present revision of each object that the commits name.
async fn read_revisions<'a>(
    conn: &mut PgConnection,
    commits: impl Iterator<Item = &'a Vec<Write>>,
) -> Result<(i64, BTreeMap<Key, Revision>), sqlx::Error> {
    let (kinds, names): (Vec<&str>, Vec<&str>) = commits.flatten().map(|w| (w.key.kind.as_str(), &*w.key.name)).unzip();
    let sql = "SELECT (SELECT max(version) FROM _sqlx_migrations) AS version, o.kind, o.name, o.revision \
               FROM unnest($1::text[], $2::text[]) AS k (kind, name) \
               LEFT JOIN objects o ON o.kind = k.kind COLLATE \"C\" AND o.name = k.name COLLATE \"C\"";
    let rows = sqlx::query(sql).bind(kinds).bind(names).fetch_all(conn).await?;
    let version = rows.first().map_or(Ok(0), |row| row.try_get("version"))?;
    let mut before = BTreeMap::new();
    for row in &rows {
        if let Some(key) = key(row)? {
            before.insert(key, number(row, "revision")?);
        }
    }
    Ok((version, before))
}

/// Writes the batch and announces it; watchers hear of it when it is committed.
async fn write(conn: &mut PgConnection, batch: &Batch, head: &Head, keep: u64) -> Result<(), sqlx::Error> {
    write_objects(&mut *conn, batch.last_changes()).await?;
    write_log(&mut *conn, batch.revisions.iter().flatten()).await?;
    let mut compacted = batch.head.saturating_sub(keep);
    if compacted >= head.compacted + SLACK {
        let sql = "DELETE FROM changes WHERE revision > $1 AND revision <= $2";
        sqlx::query(sql).bind(to_sql(head.compacted)).bind(to_sql(compacted)).execute(&mut *conn).await?;
    } else {
        compacted = head.compacted;
    }
    let sql = "UPDATE head SET revision = $1, compacted = $2 RETURNING pg_notify($3, $1::text)";
    let query = sqlx::query(sql).bind(to_sql(batch.head)).bind(to_sql(compacted)).bind(CHANNEL);
    query.execute(conn).await.map(drop)
}
