//! Rows to objects and back. Statements take arrays, so that their text does not depend on how much is written.

use miaas_core::port::{Change, Key, Kind, Revision, Value, Versioned};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

/// A revision in a row.
pub(super) fn number(row: &PgRow, column: &'static str) -> Result<Revision, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    Revision::try_from(number).map_err(|e| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(e) })
}

/// A revision as PostgreSQL counts. No store lives long enough for the difference.
pub(super) fn to_sql(revision: Revision) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

/// The key in a row, none where an outer join found nothing.
pub(super) fn key(row: &PgRow) -> Result<Option<Key>, sqlx::Error> {
    let Some(kind) = row.try_get::<Option<&str>, _>("kind")? else { return Ok(None) };
    let unknown = || sqlx::Error::Protocol(format!("the kind {kind:?} is unknown"));
    let kind = Kind::from_name(kind).ok_or_else(unknown)?;
    Ok(Some(Key::new(kind, row.try_get::<&str, _>("name")?)))
}

pub(super) fn versioned(row: &PgRow) -> Result<Versioned<Value>, sqlx::Error> {
    let text: &str = row.try_get("value")?;
    Ok(Versioned { value: Value(text.into()), revision: number(row, "revision")? })
}

#[derive(Default)]
struct Columns<'a> {
    revisions: Vec<i64>,
    kinds: Vec<&'a str>,
    names: Vec<&'a str>,
    values: Vec<Option<&'a str>>,
}

impl<'a> FromIterator<&'a Change> for Columns<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Change>>(changes: I) -> Self {
        let mut columns = Self::default();
        for change in changes {
            columns.revisions.push(to_sql(change.revision));
            columns.kinds.push(change.key.kind.as_str());
            columns.names.push(&change.key.name);
            columns.values.push(change.value.as_ref().map(|v| &*v.0));
        }
        columns
    }
}

/// Brings the objects to what these changes say; at most one change of each.
pub(super) async fn write_objects<'a>(
    conn: &mut PgConnection,
    changes: impl Iterator<Item = &'a Change>,
) -> Result<(), sqlx::Error> {
    let (put, deleted): (Vec<_>, Vec<_>) = changes.partition(|change| change.value.is_some());
    if !deleted.is_empty() {
        let columns: Columns<'_> = deleted.into_iter().collect();
        let sql = "DELETE FROM objects o USING unnest($1::text[], $2::text[]) AS k (kind, name) \
                   WHERE o.kind = k.kind COLLATE \"C\" AND o.name = k.name COLLATE \"C\"";
        sqlx::query(sql).bind(columns.kinds).bind(columns.names).execute(&mut *conn).await?;
    }
    if !put.is_empty() {
        let columns: Columns<'_> = put.into_iter().collect();
        let sql = "INSERT INTO objects (revision, kind, name, value) \
                   SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) \
                   ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value, revision = excluded.revision";
        columns.insert(sql, conn).await?;
    }
    Ok(())
}

/// Adds these changes to the log.
pub(super) async fn write_log<'a>(
    conn: &mut PgConnection,
    changes: impl Iterator<Item = &'a Change>,
) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO changes (revision, kind, name, value) \
               SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])";
    changes.collect::<Columns<'_>>().insert(sql, conn).await
}

impl Columns<'_> {
    async fn insert(self, sql: &'static str, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let query = sqlx::query(sql).bind(self.revisions).bind(self.kinds).bind(self.names).bind(self.values);
        query.execute(conn).await.map(drop)
    }
}
