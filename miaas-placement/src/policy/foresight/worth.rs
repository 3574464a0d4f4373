//! What a node alone would still sell.

use super::demand::Demand;
use crate::fleet::{MAX_GPUS, Memo, Shape, State, WHOLE};

/// How many sequences are offered to a state. The same for every state, so that differences are real ones.
pub(super) const SEQUENCES: usize = 32;
/// How many demands are in one.
pub(super) const LENGTH: usize = 128;
/// States whose worth is remembered, as a power of two.
const REMEMBERED: u32 = 18;
/// States within these steps are taken for one; where much is free, in larger ones.
const CPU_STEP: u32 = 1_000;
const MEM_STEP: u32 = 4_096;

#[derive(Debug)]
pub(super) struct Worth {
    kinds: Vec<Shape>,
    /// Numbers of kinds; small, so that all sequences stay near the processor.
    sequences: Vec<[u16; LENGTH]>,
    /// The least processor that a demand for a GPU needs.
    least_cpu: u32,
    memo: Memo<i32>,
    /// Which kinds fit the state in question at first; the others never will.
    fitting: Vec<bool>,
}

impl Worth {
    pub(super) fn new() -> Self {
        let (kinds, sequences, fitting) = (Vec::new(), Vec::new(), Vec::new());
        Self { kinds, sequences, least_cpu: 0, memo: Memo::new(REMEMBERED), fitting }
    }

    /// Draws the sequences anew. Each has every kind as often as its weight says, give or take one, in a random order.
    pub(super) fn draw(&mut self, demand: &Demand) {
        let mut random = Random(7);
        let mut sum = 0.0;
        let cumulated: Vec<f64> = demand
            .kinds
            .iter()
            .map(|k| {
                sum += k.share * k.weight;
                sum
            })
            .collect();
        let last = demand.kinds.len().saturating_sub(1).min(usize::from(u16::MAX));
        let one = |_| {
            let offset = random.unit();
            let at =
                |i: usize| cumulated.partition_point(|c| *c <= (i as f64 + offset) / LENGTH as f64 * sum).min(last);
            let mut sequence: [u16; LENGTH] = std::array::from_fn(|i| at(i) as u16);
            for i in (1..LENGTH).rev() {
                sequence.swap(i, random.below(i + 1));
            }
            sequence
        };
        self.sequences = if demand.kinds.is_empty() { Vec::new() } else { (0..SEQUENCES).map(one).collect() };
        self.kinds = demand.kinds.iter().map(|k| k.shape).collect();
        let with_gpu = self.kinds.iter().filter(|s| s.gpus > 0);
        self.least_cpu = with_gpu.map(|s| s.cpu_milli).min().unwrap_or(0);
        self.memo.clear();
    }

    /// What all sequences together buy of a node in this state, in thousandths of a GPU. O(1) for a state that was asked for
    /// lately, else O(sequences · length).
    pub(super) fn of(&mut self, state: &State) -> i32 {
        if state.cpu_milli < self.least_cpu || state.free == [0; MAX_GPUS] {
            return 0;
        }
        let key = canonical(state);
        let Self { kinds, sequences, least_cpu, memo, fitting } = self;
        memo.get(&key, || {
            fitting.clear();
            fitting.extend(kinds.iter().map(|k| k.fits(&key)));
            let node = Node::new(&key);
            sequences.iter().map(|s| node.sell(kinds, s, fitting, *least_cpu, |_| ()) as i32).sum()
        })
    }

    /// Offers one sequence and tells what is bought, also by what wants no GPU, by number of the kind.
    pub(super) fn each_sold(&self, state: &State, sequence: usize, sold: impl FnMut(usize)) {
        if let Some(sequence) = self.sequences.get(sequence % SEQUENCES) {
            let fitting: Vec<bool> = self.kinds.iter().map(|k| k.fits(state)).collect();
            Node::new(state).sell(&self.kinds, sequence, &fitting, 0, sold);
        }
    }
}

/// One of all states that differ little: rounded down, GPUs in order, without history.
fn canonical(state: &State) -> State {
    let mut key = *state;
    let cpu_step = match key.cpu_milli {
        0..16_000 => CPU_STEP,
        16_000..48_000 => 2 * CPU_STEP,
        _ => 4 * CPU_STEP,
    };
    let mem_step = if key.mem_mib < 65_536 { MEM_STEP } else { 4 * MEM_STEP };
    key.cpu_milli -= key.cpu_milli % cpu_step;
    key.mem_mib -= key.mem_mib % mem_step;
    key.kinds = 0;
    key.free[..usize::from(key.gpus)].sort_unstable();
    key
}

/// A state made for selling: GPUs in ascending order of what is free.
#[derive(Clone, Copy)]
struct Node {
    cpu: u32,
    mem: u32,
    model: u8,
    idle: u8,
    gpus: usize,
    left: u32,
    free: [u16; MAX_GPUS],
}

impl Node {
    fn new(state: &State) -> Self {
        let gpus = usize::from(state.gpus);
        let mut free = state.free;
        free[..gpus].sort_unstable();
        Self {
            cpu: state.cpu_milli,
            mem: state.mem_mib,
            model: state.model,
            idle: state.slots(WHOLE) as u8,
            gpus,
            left: state.gpu_free(),
            free,
        }
    }

    /// Sells to each demand in turn that fits, best fit, until nothing is left that could be sold. Returns what was sold.
    fn sell(
        mut self,
        kinds: &[Shape],
        sequence: &[u16],
        fitting: &[bool],
        least_cpu: u32,
        mut sold: impl FnMut(usize),
    ) -> u32 {
        let all = self.left;
        for kind in sequence.iter().map(|k| usize::from(*k)).filter(|k| fitting[*k]) {
            let shape = &kinds[kind];
            if shape.cpu_milli <= self.cpu && shape.mem_mib <= self.mem && self.take(shape) {
                self.cpu -= shape.cpu_milli;
                self.mem -= shape.mem_mib;
                self.left -= shape.gpu_total();
                sold(kind);
                if least_cpu > 0 && (self.left == 0 || self.cpu < least_cpu) {
                    break;
                }
            }
        }
        all - self.left
    }

    /// Takes the GPUs; false when they cannot be had.
    fn take(&mut self, shape: &Shape) -> bool {
        if shape.gpus == 0 {
            return true;
        }
        if !shape.models.allows(self.model) {
            return false;
        }
        if shape.gpu_milli == WHOLE {
            if self.idle < shape.gpus {
                return false;
            }
            // Idle ones are last; used up, they are first.
            let (gpus, taken) = (self.gpus, usize::from(shape.gpus));
            self.free.copy_within(..gpus - taken, taken);
            self.free[..taken].fill(0);
            self.idle -= shape.gpus;
            return true;
        }
        let Some(mut at) = self.free[..self.gpus].iter().position(|f| *f >= shape.gpu_milli) else { return false };
        if self.free[at] == WHOLE {
            self.idle -= 1;
        }
        let rest = self.free[at] - shape.gpu_milli;
        while at > 0 && self.free[at - 1] > rest {
            self.free[at] = self.free[at - 1];
            at -= 1;
        }
        self.free[at] = rest;
        true
    }
}

/// `SplitMix64`: the same numbers everywhere.
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    const fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}
