//! Durable stores for MIaaS: SQLite.
