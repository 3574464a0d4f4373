//! Durable stores for MIaaS.
//!
//! [`SqliteStore`] keeps everything in one file, for one process; [`PostgresStore`] is for several. Both group the commits of
//! concurrent callers into one durable transaction (`queue`, `batch`). [`Sealed`] stands before either and lets nothing be read
//! without the master key. The meaning of a commit and the change log come from `miaas-core`, so a further database needs only its
//! SQL.
//!
//! | you want | look at |
//! |---|---|
//! | a store in a file | [`SqliteStore`] |
//! | a store that several control planes share | [`PostgresStore`] |
//! | to leave the choice to a user: a path or a URL | [`Location`], [`DurableStore`] |
//! | nothing readable on the disk | [`Sealed`], [`DurableStore::open_sealed`] |
//! | to take everything elsewhere, or into an encrypted file | [`transfer`](transfer()), [`Bundle`] |
//!
//! ```
//! use miaas_core::{
//!     port::{Key, Kind, Op, Store as _, Value, When, Write},
//! };
//! use miaas_store::{SqliteOptions, SqliteStore};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let store = SqliteStore::open(folder.path().join("state.db"), SqliteOptions::default()).await?;
//! let key = Key::new(Kind::Setting, "greeting");
//! let put = |text: &str, when| Write { key: key.clone(), op: Op::Put(Value(text.into())), when };
//!
//! let first = store.commit(vec![put("\"hello\"", When::Absent)]).await?;
//! // Somebody who read the object before it changed does not overwrite the change.
//! store.commit(vec![put("\"hello, world\"", When::At(first))]).await?;
//! assert!(store.commit(vec![put("\"goodbye\"", When::At(first))]).await.is_err());
//! store.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! | feature (all by default) | adds |
//! |---|---|
//! | `sqlite` | [`SqliteStore`] |
//! | `postgres` | [`PostgresStore`] |
//! | `bundle` | [`Bundle`]: a state in one encrypted file |
//!
//! [`Sealed`] is there without any, for stores of your own. [`Location`], [`DurableStore`] and [`transfer`](transfer()) are there
//! with either database.
//!
//! Both pass `miaas_core::testing::store_contract`. Opening needs a tokio runtime with time enabled.

#![warn(missing_docs)]

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod batch;
#[cfg(feature = "bundle")]
mod bundle;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod database;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod queue;
mod sealed;
#[cfg(any(feature = "bundle", feature = "postgres", feature = "sqlite"))]
mod snapshot;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "bundle")]
pub use bundle::{Bundle, BundleIdentity, BundleLock};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use database::{DurableStore, Location, transfer};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOptions, PostgresStore, PostgresUrl};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use queue::CommitStats;
pub use sealed::{MasterKey, MasterKeySource, Rotated, Sealed};
#[cfg(any(feature = "bundle", feature = "postgres", feature = "sqlite"))]
pub use snapshot::Transferred;
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};
