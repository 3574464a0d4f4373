/// What one or several moves cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// How many workloads move.
    pub moves: u64,
    /// Bytes that travel: images, weights and data that the new node lacks.
    pub bytes: u64,
    /// Seconds until what moved works again, one after the other.
    pub seconds: u64,
}

impl Cost {
    /// One move of a workload with so much to carry and to load.
    #[must_use]
    pub const fn one(bytes: u64, seconds: u64) -> Self {
        Self { moves: 1, bytes, seconds }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            moves: self.moves.saturating_add(other.moves),
            bytes: self.bytes.saturating_add(other.bytes),
            seconds: self.seconds.saturating_add(other.seconds),
        }
    }

    /// In one number, to compare: a second and 100 MB weigh the same, a move by itself as much as one of them.
    #[must_use]
    pub const fn weight(self) -> u64 {
        self.moves.saturating_add(self.seconds).saturating_add(self.bytes / 100_000_000)
    }
}

/// The most that may be spent; none means without limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Budget {
    /// Moves.
    pub moves: Option<u64>,
    /// Bytes that travel.
    pub bytes: Option<u64>,
    /// Seconds of reloading.
    pub seconds: Option<u64>,
}

impl Budget {
    /// No limit.
    pub const UNLIMITED: Self = Self { moves: None, bytes: None, seconds: None };

    /// At most so many moves, whatever each costs.
    #[must_use]
    pub const fn moves(moves: u64) -> Self {
        Self { moves: Some(moves), ..Self::UNLIMITED }
    }

    /// Whether so much may be spent.
    #[must_use]
    pub fn covers(&self, cost: Cost) -> bool {
        let within = |most: Option<u64>, spent: u64| most.is_none_or(|most| spent <= most);
        within(self.moves, cost.moves) && within(self.bytes, cost.bytes) && within(self.seconds, cost.seconds)
    }

    /// What is left once so much was spent.
    #[must_use]
    pub fn less(&self, cost: Cost) -> Self {
        let less = |most: Option<u64>, spent: u64| most.map(|most| most.saturating_sub(spent));
        Self {
            moves: less(self.moves, cost.moves),
            bytes: less(self.bytes, cost.bytes),
            seconds: less(self.seconds, cost.seconds),
        }
    }
}
