//! Durable stores for MIaaS.
//!
//! [`SqliteStore`] keeps everything in one file and groups the commits of concurrent callers into one durable transaction.
//! The meaning of a commit and the change log come from `miaas-core`, so a further database needs only its SQL.

mod sqlite;

pub use sqlite::{SqliteOptions, SqliteStats, SqliteStore};
