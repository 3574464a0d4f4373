//! Writing rows, many per statement: handing a statement to the connection's thread costs more than writing a row.

use std::sync::LazyLock;

use miaas_core::port::Change;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::reader::to_sql;

/// Rows per statement. What does not fill one is written row by row, so that there are few statements to prepare.
const ROWS: usize = 16;

/// The same insert for one row and for [`ROWS`] rows.
struct Insert {
    one: String,
    many: String,
}

impl Insert {
    fn new(start: &str, end: &str) -> Self {
        let row = "(?, ?, ?, ?)";
        Self { one: format!("{start} {row} {end}"), many: format!("{start} {} {end}", [row; ROWS].join(", ")) }
    }

    async fn run(&'static self, conn: &mut SqliteConnection, rows: &[&Change]) -> Result<(), sqlx::Error> {
        for chunk in rows.chunks(ROWS) {
            let (sql, group) = if chunk.len() == ROWS { (&self.many, ROWS) } else { (&self.one, 1) };
            for rows in chunk.chunks(group) {
                // The text is made of constants.
                let mut query = sqlx::query(AssertSqlSafe(sql.as_str()));
                for row in rows {
                    query = query
                        .bind(to_sql(row.revision))
                        .bind(row.key.kind.as_str())
                        .bind(&*row.key.name)
                        .bind(row.value.as_ref().map(|v| &*v.0));
                }
                query.execute(&mut *conn).await?;
            }
        }
        Ok(())
    }
}

static OBJECTS: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "INSERT INTO objects (revision, kind, name, value) VALUES",
        "ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value, revision = excluded.revision",
    )
});
static CHANGES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("INSERT INTO changes (revision, kind, name, value) VALUES", ""));

/// Brings the objects to what these changes say; at most one change of each.
pub(super) async fn write_objects<'a>(
    conn: &mut SqliteConnection,
    changes: impl Iterator<Item = &'a Change>,
) -> Result<(), sqlx::Error> {
    let (put, deleted): (Vec<_>, Vec<_>) = changes.partition(|change| change.value.is_some());
    for change in deleted {
        let query = sqlx::query("DELETE FROM objects WHERE kind = ?1 AND name = ?2");
        query.bind(change.key.kind.as_str()).bind(&*change.key.name).execute(&mut *conn).await?;
    }
    OBJECTS.run(conn, &put).await
}

/// Adds these changes to the log, in this order.
pub(super) async fn write_log<'a>(
    conn: &mut SqliteConnection,
    changes: impl Iterator<Item = &'a Change>,
) -> Result<(), sqlx::Error> {
    CHANGES.run(conn, &changes.collect::<Vec<_>>()).await
}
