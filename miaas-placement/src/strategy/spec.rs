use super::{Strategy, USER_WISH};
use crate::score::{Domain, FreeDisk, FreeGpu, FreeMemory};

/// The weights of [`spec()`]; each multiplies MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// Of free memory.
    pub memory: i64,
    /// Of free disk.
    pub disk: i64,
    /// Of free GPU memory, for workloads that want a GPU.
    pub gpu: i64,
}

impl Default for Weights {
    /// Disks are about a hundred times the size of memories, so a MiB of them counts for so much less.
    fn default() -> Self {
        Self { memory: 100, disk: 1, gpu: 100 }
    }
}

/// The base scoring of the specification (P1): `free_memory · w1 + free_disk · w2 + gpu · w3`.
#[must_use]
pub fn spec(weights: Weights) -> Strategy {
    Strategy::new("spec")
        .with_score(USER_WISH, Domain)
        .with_score(weights.memory, FreeMemory)
        .with_score(weights.disk, FreeDisk)
        .with_score(weights.gpu, FreeGpu)
}
