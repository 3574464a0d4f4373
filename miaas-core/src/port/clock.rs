use std::{fmt::Debug, time::Duration};

use crate::time::Timestamp;

/// Time as an input.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment, at the latest the start of the process. Unlike `now` it never jumps, neither back nor
    /// forth, and it goes on while the machine sleeps: leases are measured with it.
    fn uptime(&self) -> Duration;
}

/// New identifiers as an input.
pub trait IdSource: Debug + Send + Sync + 'static {
    /// 64 bits that were never given before with overwhelming probability, growing roughly with time.
    fn next_bits(&self) -> u64;
}
