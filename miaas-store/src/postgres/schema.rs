//! Versions of the schema, and what may be opened.

use miaas_core::{ErrorKind, PortError};
use sqlx::{
    PgConnection, SqlSafeStr as _,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{error::Failure, target::Target};

/// One line per version: number, name, file. A released file never changes.
fn migrations() -> Vec<Migration> {
    let all = [(1, "objects", include_str!("../../migrations/postgres/0001_objects.sql"))];
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    all.into_iter().map(migration).collect()
}

/// The version that this program writes.
pub(super) fn newest() -> i64 {
    migrations().last().map_or(0, |m| m.version)
}

/// Refuses the databases of other programs and of newer versions, brings older ones up to date. Several processes may do
/// this at once. After an error the connection is not to be used any more.
pub(super) async fn prepare(conn: &mut PgConnection, target: &Target) -> Result<(), PortError> {
    let failed = |e: sqlx::Error| target.failure(&e).port("store.open");
    let sql = "SELECT current_setting('server_encoding'), to_regnamespace('miaas') IS NOT NULL, \
               to_regclass('miaas._sqlx_migrations') IS NOT NULL, \
               EXISTS (SELECT FROM pg_tables WHERE schemaname = 'miaas')";
    let (encoding, schema, ours, tables): (String, bool, bool, bool) =
        sqlx::query_as(sql).fetch_one(&mut *conn).await.map_err(failed)?;
    if encoding != "UTF8" {
        let message = format!("the database {} has the encoding {encoding}, not UTF8", target.url);
        return Err(PortError::new(ErrorKind::Unsupported, "store.open", message)
            .with_hint("create it with: createdb --encoding UTF8 --template template0"));
    }
    if tables && !ours {
        let message = format!("the schema miaas of the database {} belongs to another program", target.url);
        return Err(PortError::new(ErrorKind::Invalid, "store.open", message).with_hint("name another database"));
    }
    if !schema {
        create_schema(conn).await.map_err(failed)?;
    }
    let migrator = Migrator::with_migrations(migrations());
    migrator.run(&mut *conn).await.map_err(|e| migration_error(target, e))
}

/// `IF NOT EXISTS` is no help: it fails like the plain statement when two processes are at it.
async fn create_schema(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    const DUPLICATE: [&str; 2] = ["42P06", "23505"];
    match sqlx::query("CREATE SCHEMA miaas").execute(conn).await {
        Err(e) if e.as_database_error().and_then(|e| e.code()).is_some_and(|c| DUPLICATE.contains(&&*c)) => Ok(()),
        done => done.map(drop),
    }
}

fn migration_error(target: &Target, error: MigrateError) -> PortError {
    match error {
        MigrateError::VersionMissing(found) => Failure::newer_schema(&target.url, found, newest()).port("store.open"),
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => target.failure(&e).port("store.open"),
        other => PortError::internal(
            "store.open",
            format!("the schema of the database {} cannot be brought up to date", target.url),
        )
        .with_source(other),
    }
}
