use super::{State, WHOLE};

/// GPU models that will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Models {
    /// The place of the written list among all written lists: the published baseline tells lists apart that name the same
    /// models. Zero where that plays no part.
    pub spelling: u16,
    /// The models as bits by their numbers, below 64. The empty set means any model.
    pub set: u64,
}

impl Models {
    /// Any model will do.
    pub const ANY: Self = Self { spelling: 0, set: 0 };

    /// Whether this model may be used.
    #[must_use]
    pub const fn allows(self, model: u8) -> bool {
        self.set == 0 || (self.set >> model) & 1 == 1
    }
}

/// A demand in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shape {
    /// Thousandths of a processor.
    pub cpu_milli: u32,
    /// Memory in MiB.
    pub mem_mib: u32,
    /// How many GPUs.
    pub gpus: u8,
    /// Thousandths of each GPU; a share of less than [`WHOLE`] is of one GPU.
    pub gpu_milli: u16,
    /// On which models.
    pub models: Models,
}

impl Shape {
    /// Thousandths of GPUs in all.
    #[must_use]
    pub const fn gpu_total(&self) -> u32 {
        self.gpus as u32 * self.gpu_milli as u32
    }

    /// Whether it takes a part of one GPU.
    #[must_use]
    pub const fn is_share(&self) -> bool {
        self.gpus == 1 && self.gpu_milli < WHOLE
    }

    /// The kind of demand, as a bit: parts of a GPU, or whole ones by their number. None without GPUs.
    #[must_use]
    pub const fn kind(&self) -> Option<u32> {
        match self.gpus {
            0 => None,
            _ if self.is_share() => Some(1),
            n => Some(1 << n),
        }
    }

    /// Whether a node in this state can take it.
    #[must_use]
    pub fn fits(&self, state: &State) -> bool {
        self.cpu_milli <= state.cpu_milli
            && self.mem_mib <= state.mem_mib
            && (self.gpus == 0
                || (self.models.allows(state.model) && state.slots(self.gpu_milli) >= u32::from(self.gpus)))
    }
}
