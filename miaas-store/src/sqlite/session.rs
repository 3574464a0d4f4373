//! The writing connection and what is known about the database behind it.

use miaas_core::port::{Key, Kind, Revision, Write};
use sqlx::{Connection as _, Row as _, SqliteConnection};

use super::{
    index::Index,
    reader::{number, to_sql},
    rows::{write_log, write_objects},
};
use crate::batch::Batch;

pub(super) struct Session {
    conn: SqliteConnection,
    index: Index,
    head: Revision,
    compacted: Revision,
}

impl Session {
    /// Reads what the database holds.
    pub(super) async fn load(mut conn: SqliteConnection) -> Result<Self, sqlx::Error> {
        let row = sqlx::query("SELECT revision, compacted FROM head").fetch_one(&mut conn).await?;
        let (head, compacted) = (number(&row, "revision")?, number(&row, "compacted")?);
        let mut index = Index::default();
        for row in sqlx::query("SELECT kind, name, revision FROM objects").fetch_all(&mut conn).await? {
            let kind: &str = row.try_get("kind")?;
            let Some(kind) = Kind::from_name(kind) else {
                return Err(sqlx::Error::Protocol(format!("the kind {kind:?} is unknown")));
            };
            let name: &str = row.try_get("name")?;
            index.set(&Key::new(kind, name), Some(number(&row, "revision")?));
        }
        Ok(Self { conn, index, head, compacted })
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn head(&self) -> Revision {
        self.head
    }

    pub(super) fn surplus_events(&self, keep: usize) -> Option<Vec<Write>> {
        self.index.surplus_events(keep)
    }

    /// Writes the batch in one transaction; durable on success. After an error call [`undo`](Self::undo).
    pub(super) async fn write(&mut self, batch: &Batch, keep_revisions: u64) -> Result<(), sqlx::Error> {
        let compacted = batch.head.saturating_sub(keep_revisions).max(self.compacted);
        let conn = &mut self.conn;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *conn).await?;
        write_objects(&mut *conn, batch.last_changes()).await?;
        write_log(&mut *conn, batch.revisions.iter().flatten()).await?;
        if compacted > self.compacted {
            sqlx::query("DELETE FROM changes WHERE revision <= ?1").bind(to_sql(compacted)).execute(&mut *conn).await?;
        }
        sqlx::query("UPDATE head SET revision = ?1, compacted = ?2")
            .bind(to_sql(batch.head))
            .bind(to_sql(compacted))
            .execute(&mut *conn)
            .await?;
        sqlx::query("COMMIT").execute(&mut *conn).await?;
        self.head = batch.head;
        self.compacted = compacted;
        batch.revisions.iter().flatten().for_each(|change| self.index.apply(change));
        Ok(())
    }

    /// Rolls back what an error interrupted. None when the state of the database is in doubt.
    pub(super) async fn undo(mut self) -> Option<Self> {
        // After some errors SQLite has rolled back by itself and refuses this: then nobody knows for sure.
        sqlx::query("ROLLBACK").execute(&mut self.conn).await.ok()?;
        let row = sqlx::query("SELECT revision FROM head").fetch_one(&mut self.conn).await.ok()?;
        (number(&row, "revision").ok()? == self.head).then_some(self)
    }

    /// Moves the write-ahead log into the database and ends the connection.
    pub(super) async fn close(mut self) -> Result<(), sqlx::Error> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut self.conn).await?;
        self.conn.close().await
    }
}
