use std::fmt::Debug;

use crate::time::Timestamp;

/// Time as an input.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// New identifiers as an input.
pub trait IdSource: Debug + Send + Sync + 'static {
    /// 64 bits that were never given before with overwhelming probability, growing roughly with time.
    fn next_bits(&self) -> u64;
}
