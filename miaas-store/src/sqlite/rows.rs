//! Writing rows, many per statement: handing a statement to the connection's thread costs more than writing a row.

use std::sync::LazyLock;

use miaas_core::port::Change;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};

use super::reader::to_sql;

/// Rows per statement. What does not fill one is written row by row, so that there are few statements to prepare.
const ROWS: usize = 16;

/// The same statement for one row and for [`ROWS`] rows.
struct Statement {
    one: String,
    many: String,
    bind: for<'q> fn(Bound<'q>, &'q Change) -> Bound<'q>,
}

/// A statement that is given its values.
type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

impl Statement {
    fn insert(start: &str, end: &str) -> Self {
        let row = "(?, ?, ?, ?)";
        let [one, many] = [1, ROWS].map(|rows| format!("{start} {} {end}", vec![row; rows].join(", ")));
        Self {
            one,
            many,
            bind: |query, row| bind_key(query.bind(to_sql(row.revision)), row).bind(row.value.as_ref().map(|v| &*v.0)),
        }
    }

    /// Not `(kind, name) IN (…)`: for that, SQLite reads the whole table.
    fn delete(start: &str) -> Self {
        let row = "(kind = ? AND name = ?)";
        let [one, many] = [1, ROWS].map(|rows| format!("{start} {}", vec![row; rows].join(" OR ")));
        Self { one, many, bind: bind_key }
    }

    async fn run(&'static self, conn: &mut SqliteConnection, rows: &[&Change]) -> Result<(), sqlx::Error> {
        for chunk in rows.chunks(ROWS) {
            let (sql, group) = if chunk.len() == ROWS { (&self.many, ROWS) } else { (&self.one, 1) };
            for rows in chunk.chunks(group) {
                // The text is made of constants.
                let query = sqlx::query(AssertSqlSafe(sql.as_str()));
                rows.iter().fold(query, |query, row| (self.bind)(query, row)).execute(&mut *conn).await?;
            }
        }
        Ok(())
    }
}

fn bind_key<'q>(query: Bound<'q>, row: &'q Change) -> Bound<'q> {
    query.bind(row.key.kind.as_str()).bind(&*row.key.name)
}

static OBJECTS: LazyLock<Statement> = LazyLock::new(|| {
    Statement::insert(
        "INSERT INTO objects (revision, kind, name, value) VALUES",
        "ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value, revision = excluded.revision",
    )
});
static CHANGES: LazyLock<Statement> =
    LazyLock::new(|| Statement::insert("INSERT INTO changes (revision, kind, name, value) VALUES", ""));
static GONE: LazyLock<Statement> = LazyLock::new(|| Statement::delete("DELETE FROM objects WHERE"));

/// Brings the objects to what these changes say; at most one change of each.
pub(super) async fn write_objects<'a>(
    conn: &mut SqliteConnection,
    changes: impl Iterator<Item = &'a Change>,
) -> Result<(), sqlx::Error> {
    let (put, deleted): (Vec<_>, Vec<_>) = changes.partition(|change| change.value.is_some());
    GONE.run(conn, &deleted).await?;
    OBJECTS.run(conn, &put).await
}

/// Adds these changes to the log, in this order.
pub(super) async fn write_log<'a>(
    conn: &mut SqliteConnection,
    changes: impl Iterator<Item = &'a Change>,
) -> Result<(), sqlx::Error> {
    CHANGES.run(conn, &changes.collect::<Vec<_>>()).await
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, Row as _};

    use super::*;

    #[tokio::test]
    async fn no_statement_reads_the_whole_table() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let schema = include_str!("../../migrations/sqlite/0001_objects.sql");
        sqlx::raw_sql(schema).execute(&mut conn).await.unwrap();
        for sql in [&OBJECTS.one, &OBJECTS.many, &CHANGES.one, &CHANGES.many, &GONE.one, &GONE.many] {
            let plan =
                sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(&mut conn).await.unwrap();
            let steps: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
            assert!(!steps.iter().any(|step| step.starts_with("SCAN objects")), "{sql}: {steps:?}");
        }
    }
}
