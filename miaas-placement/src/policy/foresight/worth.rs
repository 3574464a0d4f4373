//! What a node alone would still sell.

use super::{
    demand::Demand,
    offers::{Offers, SEQUENCES},
};
use crate::fleet::{MAX_GPUS, Memo, State};

/// States whose worth is remembered, as a power of two.
const REMEMBERED: u32 = 14;
/// States within these steps are taken for one; where much is free, in larger ones, and where little processor is, in
/// smaller ones: it decides whether the last demand fits.
const CPU_STEP: u32 = 250;
const MEM_STEP: u32 = 4_096;

#[derive(Debug)]
pub(super) struct Worth {
    offers: Offers,
    /// The least processor that a demand for a GPU needs.
    least_cpu: u32,
    memo: Memo<i32>,
}

impl Worth {
    pub(super) fn new() -> Self {
        Self { offers: Offers::default(), least_cpu: 0, memo: Memo::new(REMEMBERED) }
    }

    /// Draws the sequences anew.
    pub(super) fn draw(&mut self, demand: &Demand) {
        let with_gpu = demand.kinds.iter().map(|k| &k.shape).filter(|s| s.gpus > 0);
        self.least_cpu = with_gpu.map(|s| s.cpu_milli).min().unwrap_or(0);
        self.offers = Offers::draw(demand);
        self.memo.clear();
    }

    /// What all sequences together buy of a node in this state, in thousandths of a GPU. O(1) for a state that was asked for
    /// lately, else O(sequences · demands that are sold).
    pub(super) fn of(&mut self, state: &State) -> i32 {
        if state.cpu_milli < self.least_cpu || state.free == [0; MAX_GPUS] {
            return 0;
        }
        let key = canonical(state);
        let offers = &self.offers;
        self.memo.get(&key, || offers.sold(&key) as i32)
    }

    /// Offers one sequence and tells what is bought, also by what wants no GPU, by number of the kind.
    pub(super) fn each_sold(&self, state: &State, sequence: usize, sold: impl FnMut(usize)) {
        self.offers.each_sold(state, sequence % SEQUENCES, sold);
    }
}

/// One of all states that differ little: rounded down, GPUs in order, without history.
fn canonical(state: &State) -> State {
    let mut key = *state;
    let cpu_step = match key.cpu_milli {
        0..8_000 => CPU_STEP,
        8_000..16_000 => 4 * CPU_STEP,
        16_000..48_000 => 8 * CPU_STEP,
        _ => 16 * CPU_STEP,
    };
    let mem_step = if key.mem_mib < 65_536 { MEM_STEP } else { 4 * MEM_STEP };
    key.cpu_milli -= key.cpu_milli % cpu_step;
    key.mem_mib -= key.mem_mib % mem_step;
    key.kinds = 0;
    key.free[..usize::from(key.gpus)].sort_unstable();
    key
}
