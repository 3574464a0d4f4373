//! Filling an empty database with a state.

use std::path::Path;

use miaas_core::{PortError, port::Revision};
use sqlx::{Connection as _, SqliteConnection};

use super::{
    database::connect_writer,
    error::Failure,
    lock::{FileLock, create_private},
    options::SqliteOptions,
    reader::{number, to_sql},
    rows::write_objects,
    schema,
};
use crate::{database::not_empty, snapshot::Snapshot};

/// Writes the state in one transaction; refuses a database that holds something.
pub(crate) async fn restore(path: &Path, options: SqliteOptions, snapshot: &Snapshot) -> Result<(), PortError> {
    let _lock = FileLock::take(path)?;
    create_private(path)?;
    let mut conn = connect_writer(path, options).await.map_err(|f| f.port("store.transfer"))?;
    schema::prepare(&mut conn, path).await?;
    let failed = |e: sqlx::Error| Failure::new(path, &e).port("store.transfer");
    let (revision, objects) = content(&mut conn).await.map_err(failed)?;
    if revision != 0 || objects != 0 {
        return Err(not_empty(&path.display().to_string(), revision, objects));
    }
    fill(&mut conn, snapshot).await.map_err(failed)?;
    conn.close().await.map_err(failed)
}

async fn content(conn: &mut SqliteConnection) -> Result<(Revision, i64), sqlx::Error> {
    let row = sqlx::query("SELECT revision FROM head").fetch_one(&mut *conn).await?;
    let objects = sqlx::query_scalar("SELECT count(*) FROM objects").fetch_one(conn).await?;
    Ok((number(&row, "revision")?, objects))
}

/// No other process can come between, because of the lock.
async fn fill(conn: &mut SqliteConnection, snapshot: &Snapshot) -> Result<(), sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *conn).await?;
    write_objects(&mut *conn, snapshot.objects.iter()).await?;
    let head = sqlx::query("UPDATE head SET revision = ?1, compacted = ?1").bind(to_sql(snapshot.revision));
    head.execute(&mut *conn).await?;
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(conn).await.map(drop)
}
