//! Versions of the schema, and what may be opened.

use std::path::Path;

use miaas_core::{ErrorKind, PortError};
use sqlx::{
    SqlSafeStr as _, SqliteConnection,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::error::Failure;

/// "miaa", as the first migration writes it.
const APPLICATION_ID: i64 = 0x6d69_6161;

/// One line per version: number, name, file. A released file never changes.
fn migrations() -> Vec<Migration> {
    let all = [(1, "objects", include_str!("../../migrations/sqlite/0001_objects.sql"))];
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    all.into_iter().map(migration).collect()
}

/// Refuses the databases of other programs and of newer versions, brings older ones up to date.
pub(super) async fn prepare(conn: &mut SqliteConnection, path: &Path) -> Result<(), PortError> {
    let failed = |e: sqlx::Error| Failure::new(path, &e).port("store.open");
    let application: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *conn).await.map_err(failed)?;
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *conn).await.map_err(failed)?;
    if application != APPLICATION_ID && (application != 0 || foreign_tables(conn, tables).await.map_err(failed)?) {
        let message = format!("{} is the SQLite database of another program", path.display());
        return Err(PortError::new(ErrorKind::Invalid, "store.open", message).with_hint("name another file"));
    }
    let migrations = migrations();
    let newest = migrations.last().map_or(0, |m| m.version);
    Migrator::with_migrations(migrations).run(&mut *conn).await.map_err(|e| migration_error(path, newest, e))
}

/// Whether there are tables other than that of a first migration that was cut off.
async fn foreign_tables(conn: &mut SqliteConnection, tables: i64) -> Result<bool, sqlx::Error> {
    if tables == 0 {
        return Ok(false);
    }
    let sql = "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> '_sqlx_migrations'";
    let others: i64 = sqlx::query_scalar(sql).fetch_one(conn).await?;
    Ok(others > 0)
}

fn migration_error(path: &Path, newest: i64, error: MigrateError) -> PortError {
    let path_text = path.display();
    match error {
        MigrateError::VersionMissing(found) => {
            let message = format!(
                "the database {path_text} has schema version {found}, this program knows versions up to {newest}: \
                 a newer version of it wrote the database"
            );
            PortError::new(ErrorKind::Unsupported, "store.open", message)
                .with_hint("use the newer version, or restore a backup that this version wrote")
        }
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => Failure::new(path, &e).port("store.open"),
        other => PortError::internal(
            "store.open",
            format!("the schema of the database {path_text} cannot be brought up to date"),
        )
        .with_source(other),
    }
}
