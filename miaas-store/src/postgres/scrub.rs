//! Wiping what is no longer an object.

use miaas_core::PortError;
use sqlx::Connection as _;

use super::{
    PostgresOptions, PostgresUrl,
    target::Target,
    usage::{self, Usage},
};

/// Empties the log of changes, and writes the tables anew without dead rows. The write-ahead log and the backups of the database
/// server keep what they have.
pub(crate) async fn scrub(url: &PostgresUrl) -> Result<(), PortError> {
    let target = Target { url: url.clone(), options: PostgresOptions::default() };
    let mut conn = target.connect_writer().await.map_err(|f| f.port("store.scrub"))?;
    usage::claim(&target, &mut conn, Usage::Alone).await.map_err(|f| f.port("store.scrub"))?;
    let failed = |e: sqlx::Error| target.failure(&e).port("store.scrub");
    for sql in [
        "BEGIN; UPDATE head SET compacted = revision; DELETE FROM changes; COMMIT",
        "VACUUM FULL changes",
        "VACUUM FULL objects",
    ] {
        sqlx::raw_sql(sql).execute(&mut conn).await.map_err(failed)?;
    }
    conn.close().await.map_err(failed)
}
