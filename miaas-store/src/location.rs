//! Where a state is, as a user writes it, and opening it.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};

use miaas_core::{ErrorKind, PortError, port::Store};

use crate::{
    MasterKeySource, PostgresOptions, PostgresStore, PostgresUrl, Sealed, SqliteOptions, SqliteStore, postgres, sqlite,
};

/// Where a state is. `Debug` and `Display` show no password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Location {
    /// `sqlite:PATH`
    Sqlite(PathBuf),
    /// `postgres://…`
    Postgres(PostgresUrl),
}

impl Location {
    /// Reads a location as a user writes it: like [`FromStr`], or `@FILE` for a file that holds nothing but one, so that a
    /// password need not stand on a command line.
    ///
    /// # Errors
    /// `Invalid` when it cannot be read or is none; the message never repeats it.
    pub fn read(text: &str) -> Result<Self, PortError> {
        let Some(file) = text.strip_prefix('@') else { return text.parse() };
        let text = std::fs::read_to_string(file).map_err(|e| {
            PortError::new(ErrorKind::Invalid, "store.location", format!("the file {file} cannot be read"))
                .with_source(e)
        })?;
        text.trim().parse()
    }
}

impl FromStr for Location {
    type Err = PortError;

    fn from_str(text: &str) -> Result<Self, PortError> {
        match text.split_once(':') {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.parse()?)),
            // With two slashes the first part of a path would be a host.
            Some(("sqlite", path)) if !path.is_empty() && (!path.starts_with("//") || path.starts_with("///")) => {
                Ok(Self::Sqlite(path.into()))
            }
            _ => {
                let message = "the location of a state is sqlite:PATH, postgres://USER@HOST/DATABASE, or @FILE for a file that \
                               holds one of them";
                Err(PortError::new(ErrorKind::Invalid, "store.location", message))
            }
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

/// An open store of either kind.
#[derive(Debug, Clone)]
pub enum DurableStore {
    /// In a file.
    Sqlite(Arc<SqliteStore>),
    /// In a database server.
    Postgres(Arc<PostgresStore>),
}

impl DurableStore {
    /// Opens it beside other servers where the database allows that, with the defaults.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open`] and [`PostgresStore::open`].
    pub async fn open(location: &Location) -> Result<Self, PortError> {
        Ok(match location {
            Location::Sqlite(path) => Self::Sqlite(Arc::new(SqliteStore::open(path, SqliteOptions::default()).await?)),
            Location::Postgres(url) => {
                Self::Postgres(Arc::new(PostgresStore::open(url, PostgresOptions::default()).await?))
            }
        })
    }

    /// Opens it and seals all that it keeps. A database that was in clear is sealed first, and what was in clear is wiped from
    /// its log and its free pages: meanwhile no other server may use it.
    ///
    /// # Errors
    /// Those of [`DurableStore::open`] and [`Sealed::open`].
    pub async fn open_sealed(location: &Location, source: &MasterKeySource) -> Result<(Self, Arc<Sealed>), PortError> {
        let mut store = Self::open(location).await?;
        let mut sealed = Sealed::open_unfinished(store.shared(), source).await?;
        if sealed.is_unfinished() {
            store.close().await;
            match location {
                Location::Sqlite(path) => sqlite::scrub(path).await?,
                Location::Postgres(url) => postgres::scrub(url).await?,
            }
            store = Self::open(location).await?;
            sealed = Sealed::open(store.shared(), source).await?;
        }
        Ok((store, Arc::new(sealed)))
    }

    /// As the port.
    #[must_use]
    pub fn shared(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => store.clone(),
            Self::Postgres(store) => store.clone(),
        }
    }

    /// Finishes what waits and gives the database up.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_read_and_shown_without_passwords() {
        for (text, shown) in [
            ("sqlite:miaas.db", "sqlite:miaas.db"),
            ("sqlite:/var/lib/miaas/miaas.db", "sqlite:/var/lib/miaas/miaas.db"),
            ("sqlite:///var/lib/miaas.db", "sqlite:///var/lib/miaas.db"),
            ("postgres://ada:hush@db/miaas", "postgres://ada@db:5432/miaas"),
        ] {
            assert_eq!(Location::read(text).unwrap().to_string(), shown);
        }
        for text in ["", "miaas.db", "sqlite:", "sqlite://host/miaas.db", "mysql://ada:hush@db/x", "@/nowhere/hush/"] {
            let error = Location::read(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{text}");
            assert!(!error.chain().contains("ada"), "{error}");
        }
    }

    #[test]
    fn a_location_may_stand_in_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("store");
        std::fs::write(&file, "postgres://ada:hush@db/miaas\n").unwrap();
        let location = Location::read(&format!("@{}", file.display())).unwrap();
        assert_eq!(format!("{location:?}"), "Postgres(PostgresUrl(postgres://ada@db:5432/miaas))");
    }
}
