//! Filling an empty database with a state.

use miaas_core::PortError;
use sqlx::{Connection as _, PgConnection, Row as _};

use super::{
    PostgresOptions, PostgresUrl,
    rows::{number, to_sql, write_objects},
    schema,
    target::Target,
    usage::{self, Usage},
};
use crate::{database::not_empty, snapshot::Snapshot};

/// Objects in one statement.
const CHUNK: usize = 1000;

/// Writes the state in one transaction; refuses a database that holds something or that a server has open.
pub(crate) async fn restore(url: &PostgresUrl, options: PostgresOptions, snapshot: &Snapshot) -> Result<(), PortError> {
    let target = Target { url: url.clone(), options };
    let mut conn = target.connect_writer().await.map_err(|f| f.port("store.transfer"))?;
    usage::claim(&target, &mut conn, Usage::Alone).await.map_err(|f| f.port("store.transfer"))?;
    schema::prepare(&mut conn, &target).await?;
    let failed = |e: sqlx::Error| target.failure(&e).port("store.transfer");
    let sql = "SELECT revision, (SELECT count(*) FROM objects) AS objects FROM head";
    let row = sqlx::query(sql).fetch_one(&mut conn).await.map_err(failed)?;
    let (revision, objects) = (number(&row, "revision").map_err(failed)?, row.try_get("objects").map_err(failed)?);
    if revision != 0 || objects != 0 {
        return Err(not_empty(&url.to_string(), revision, objects));
    }
    fill(&mut conn, snapshot).await.map_err(failed)?;
    conn.close().await.map_err(failed)
}

/// No server can come between, because of the claim.
async fn fill(conn: &mut PgConnection, snapshot: &Snapshot) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("BEGIN").execute(&mut *conn).await?;
    for objects in snapshot.objects.chunks(CHUNK) {
        write_objects(&mut *conn, objects.iter()).await?;
    }
    let head = sqlx::query("UPDATE head SET revision = $1, compacted = $1").bind(to_sql(snapshot.revision));
    head.execute(&mut *conn).await?;
    sqlx::raw_sql("COMMIT").execute(conn).await.map(drop)
}
