//! The demands that are offered to a node, made so that those that do not fit are skipped at once.

mod node;
mod random;
mod steps;

use self::{
    node::{Kind, Node},
    random::Random,
    steps::Steps,
};
use super::demand::Demand;
use crate::fleet::{MAX_GPUS, Shape, State};

/// How many sequences are offered to a state. The same for every state, so that differences are real ones.
pub(super) const SEQUENCES: usize = 32;
/// How many demands are in one: as many as a [`Places`] has bits.
pub(super) const LENGTH: usize = 128;

/// As many GPUs as most nodes have at most: with fewer to look at a sale costs less.
const FEW: usize = 8;

/// Places in a sequence, as bits.
type Places = u128;

/// Sequences of demands. For every amount of a resource there is the set of those places in a sequence whose demand needs
/// no more: the next demand that fits is the first in what these sets have in common, however many lie before it.
#[derive(Debug, Default)]
pub(super) struct Offers {
    kinds: Vec<Kind>,
    sequences: Vec<Sequence>,
    cpu: Steps,
    mem: Steps,
    /// Parts of one GPU; behind them come as many steps as a node may have idle GPUs.
    shares: Steps,
}

#[derive(Debug)]
struct Sequence {
    /// Numbers of kinds; small, so that all sequences stay near the processor.
    order: [u16; LENGTH],
    /// Where GPUs are asked for.
    gpus: Places,
    /// By steps of the processor, then of memory, then of GPUs.
    places: Vec<Places>,
}

impl Offers {
    /// Draws sequences. Each has every kind as often as its weight says, give or take one, in a random order.
    pub(super) fn draw(demand: &Demand) -> Self {
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
            let mut order: [u16; LENGTH] = std::array::from_fn(|i| at(i) as u16);
            for i in (1..LENGTH).rev() {
                order.swap(i, random.below(i + 1));
            }
            order
        };
        let orders = if demand.kinds.is_empty() { Vec::new() } else { (0..SEQUENCES).map(one).collect() };
        let kinds: Vec<Shape> = demand.kinds.iter().map(|k| k.shape).collect();
        Self::new(&kinds, orders)
    }

    fn new(kinds: &[Shape], orders: Vec<[u16; LENGTH]>) -> Self {
        let steps = |of: fn(&Shape) -> u32| Steps::new(kinds.iter().map(of).collect());
        let (cpu, mem) = (steps(|s| s.cpu_milli), steps(|s| s.mem_mib));
        let shares = Steps::new(kinds.iter().filter(|s| s.is_share()).map(|s| u32::from(s.gpu_milli)).collect());
        let kinds = kinds.iter().enumerate().map(|(number, shape)| Kind::new(number, shape)).collect();
        let mut this = Self { kinds, sequences: Vec::new(), cpu, mem, shares };
        this.sequences = orders.into_iter().map(|order| this.sequence(order)).collect();
        this
    }

    fn sequence(&self, order: [u16; LENGTH]) -> Sequence {
        let (mem_at, gpu_at) = (self.cpu.len(), self.cpu.len() + self.mem.len());
        let mut places = vec![0; gpu_at + self.shares.len() + MAX_GPUS];
        let mut gpus = 0;
        for (place, kind) in order.iter().enumerate() {
            let kind = &self.kinds[usize::from(*kind)];
            if usize::from(kind.gpus) > MAX_GPUS {
                // More than any node has.
                continue;
            }
            let bit = 1 << place;
            gpus |= if kind.gpus > 0 { bit } else { 0 };
            let needs = Node::<MAX_GPUS>::of(kind);
            self.steps(&needs).into_iter().for_each(|step| places[step] |= bit);
        }
        // Who has more can serve all who ask for less.
        for steps in [0..mem_at, mem_at..gpu_at, gpu_at..places.len()] {
            let mut fewer = 0;
            for place in &mut places[steps] {
                fewer |= *place;
                *place = fewer;
            }
        }
        Sequence { order, gpus, places }
    }

    /// Steps of what a node has left, as indices of the places of a sequence.
    fn steps<const GPUS: usize>(&self, node: &Node<GPUS>) -> [usize; 3] {
        let (mem_at, gpu_at) = (self.cpu.len(), self.cpu.len() + self.mem.len());
        let gpu = match node.idle {
            0 => self.shares.of(node.most()),
            idle => self.shares.len() - 1 + usize::from(idle),
        };
        [self.cpu.of(node.cpu), mem_at + self.mem.of(node.mem), gpu_at + gpu]
    }

    /// What all sequences together buy of a node in this state, in thousandths of a GPU. O(sequences · what is sold).
    pub(super) fn sold(&self, state: &State) -> u32 {
        if usize::from(state.gpus) <= FEW { self.sold_by::<FEW>(state) } else { self.sold_by::<MAX_GPUS>(state) }
    }

    fn sold_by<const GPUS: usize>(&self, state: &State) -> u32 {
        let node = Node::<GPUS>::new(state);
        let start = self.steps(&node);
        let mut sum = 0;
        for sequence in &self.sequences {
            // What wants no GPU matters only to what comes after it.
            self.sell(node, start, sequence, sequence.gpus, |kind| sum += kind.gpu_total());
        }
        sum
    }

    /// Offers one sequence and tells what is bought, also by what wants no GPU, by number of the kind.
    pub(super) fn each_sold(&self, state: &State, sequence: usize, mut sold: impl FnMut(usize)) {
        if let Some(sequence) = self.sequences.get(sequence) {
            let node = Node::<MAX_GPUS>::new(state);
            self.sell(node, self.steps(&node), sequence, Places::MAX, |kind| sold(usize::from(kind.number)));
        }
    }

    /// Sells to each demand in turn that fits, best fit on GPUs, until none of the `wanted` ones fits any more.
    #[inline]
    fn sell<const GPUS: usize>(
        &self,
        mut node: Node<GPUS>,
        mut steps: [usize; 3],
        sequence: &Sequence,
        wanted: Places,
        mut sold: impl FnMut(&Kind),
    ) {
        let mut left = Places::MAX;
        loop {
            let [cpu, mem, gpu] = steps.map(|step| sequence.places[step]);
            let fitting = left & cpu & mem & gpu;
            if fitting & wanted == 0 {
                return;
            }
            let place = fitting.trailing_zeros() as usize;
            left = (Places::MAX - 1) << place;
            let kind = &self.kinds[usize::from(sequence.order[place])];
            if kind.models.allows(node.model) {
                node.take(kind);
                sold(kind);
                steps = self.steps(&node);
            }
        }
    }
}

#[cfg(test)]
mod tests;
