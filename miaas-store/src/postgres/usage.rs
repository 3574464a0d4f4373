//! Who uses the database: servers share it, moving a state needs it alone.

use sqlx::{PgConnection, Row as _};

use tokio::time::sleep;

use super::{
    error::Failure,
    target::{Target, delays},
};

/// Two numbers that no other program is likely to lock: "miaa", "suse".
const LOCK: [i32; 2] = [0x6d69_6161, 0x7375_7365];

/// The server notices a moment later that a connection was closed: about 400 ms.
const ATTEMPTS: usize = 5;

/// How a process uses the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usage {
    /// Beside other servers.
    Shared,
    /// While no server has it open.
    Alone,
}

/// Claims the database for as long as this connection lives.
pub(super) async fn claim(target: &Target, conn: &mut PgConnection, usage: Usage) -> Result<(), Failure> {
    let sql = match usage {
        Usage::Shared => "SELECT pg_try_advisory_lock_shared($1, $2)",
        Usage::Alone => "SELECT pg_try_advisory_lock($1, $2)",
    };
    for delay in delays().take(ATTEMPTS) {
        let query = sqlx::query_scalar(sql).bind(LOCK[0]).bind(LOCK[1]);
        if target.limit(query.fetch_one(&mut *conn)).await? {
            return Ok(());
        }
        sleep(delay).await;
    }
    let sql = "SELECT coalesce(string_agg(DISTINCT format('%s at %s', a.application_name, \
                   coalesce(host(a.client_addr), 'this machine')), ', '), 'another process') AS users \
               FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
               WHERE l.locktype = 'advisory' AND l.classid::bigint = $1 AND l.objid::bigint = $2 AND l.granted \
                 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let query = sqlx::query(sql).bind(i64::from(LOCK[0])).bind(i64::from(LOCK[1]));
    let row = target.limit(query.fetch_one(&mut *conn)).await?;
    let users: String = row.try_get("users").map_err(|e| target.failure(&e))?;
    let hint = match usage {
        Usage::Shared => "a state is being moved: wait until that has ended",
        Usage::Alone => "stop every server that uses it first",
    };
    Err(Failure::in_use(&target.url, &users, hint))
}
