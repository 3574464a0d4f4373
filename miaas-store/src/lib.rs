//! Durable stores for MIaaS.
//!
//! [`SqliteStore`] keeps everything in one file, for one process; [`PostgresStore`] is for several. Both group the commits of
//! concurrent callers into one durable transaction (`queue`, `batch`). [`Sealed`] stands before either and lets nothing be read
//! without the master key. The meaning of a commit and the change log come from `miaas-core`, so a further database needs only
//! its SQL.

mod batch;
mod bundle;
mod location;
mod postgres;
mod queue;
mod sealed;
mod sqlite;
mod transfer;

pub use bundle::{Bundle, BundleIdentity, BundleLock};
pub use location::{DurableStore, Location};
pub use postgres::{PostgresOptions, PostgresStore, PostgresUrl};
pub use queue::CommitStats;
pub use sealed::{MasterKey, MasterKeySource, Rotated, Sealed};
pub use sqlite::{SqliteOptions, SqliteStore};
pub use transfer::{Transferred, transfer};
