//! Opening, wiping and filling the database that a location names.

use std::sync::Arc;

use miaas_core::{PortError, port::Store};

use super::Location;
use crate::{MasterKeySource, Sealed, snapshot::Snapshot};
#[cfg(feature = "postgres")]
use crate::{
    PostgresOptions, PostgresStore,
    postgres::{self, Usage},
};
#[cfg(feature = "sqlite")]
use crate::{SqliteOptions, SqliteStore, sqlite};

/// An open store of either kind.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum DurableStore {
    /// In a file.
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<SqliteStore>),
    /// In a database server.
    #[cfg(feature = "postgres")]
    Postgres(Arc<PostgresStore>),
}

impl DurableStore {
    /// Opens it beside other servers where the database allows that, with the defaults.
    ///
    /// # Errors
    /// Those of the store's own `open`.
    pub async fn open(location: &Location) -> Result<Self, PortError> {
        Ok(match location {
            #[cfg(feature = "sqlite")]
            Location::Sqlite(path) => Self::Sqlite(SqliteStore::open(path, SqliteOptions::default()).await?.into()),
            #[cfg(feature = "postgres")]
            Location::Postgres(url) => {
                Self::Postgres(PostgresStore::open(url, PostgresOptions::default()).await?.into())
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
            location.scrub().await?;
            store = Self::open(location).await?;
            sealed = Sealed::open(store.shared(), source).await?;
        }
        Ok((store, Arc::new(sealed)))
    }

    /// As the port.
    #[must_use]
    pub fn shared(&self) -> Arc<dyn Store> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(store) => store.clone(),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.clone(),
        }
    }

    /// Finishes what waits and gives the database up.
    pub async fn close(&self) {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(store) => store.close().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.close().await,
        }
    }
}

impl Location {
    /// Whether there is no database yet, and opening makes one.
    pub(super) fn is_new(&self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(path) => !path.exists(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => false,
        }
    }

    /// Opens it while no server uses it.
    pub(super) async fn open_alone(&self) -> Result<DurableStore, PortError> {
        match self {
            // Its lock is for one process.
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => DurableStore::open(self).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => {
                let store = PostgresStore::open_as(url, PostgresOptions::default(), Usage::Alone).await?;
                Ok(DurableStore::Postgres(store.into()))
            }
        }
    }

    /// Fills the empty database with a state, in one transaction.
    pub(crate) async fn restore(&self, snapshot: &Snapshot) -> Result<(), PortError> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(path) => sqlite::restore(path, SqliteOptions::default(), snapshot).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => postgres::restore(url, PostgresOptions::default(), snapshot).await,
        }
    }

    /// Wipes what was stored before from its log and its free pages.
    async fn scrub(&self) -> Result<(), PortError> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(path) => sqlite::scrub(path).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => postgres::scrub(url).await,
        }
    }
}
