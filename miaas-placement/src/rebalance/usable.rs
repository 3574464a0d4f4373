use crate::fleet::{Memo, Shape, State, WHOLE};

/// States whose value is remembered, as a power of two.
const REMEMBERED: u32 = 16;

/// What will want room: shapes with how often each is wanted.
#[derive(Debug)]
pub struct Wanted {
    shapes: Vec<(Shape, u64)>,
    total: u64,
    /// Processor of all shapes by their weights, those without GPUs too, and GPU of all.
    sums: (u128, u128),
    usable: Memo<u64>,
}

impl Wanted {
    /// These shapes with their weights. Those without GPUs count only in [`Self::cpu_for`].
    #[must_use]
    pub fn new(shapes: impl IntoIterator<Item = (Shape, u64)>) -> Self {
        let mut all: Vec<(Shape, u64)> = shapes.into_iter().filter(|(_, weight)| *weight > 0).collect();
        let sum = |of: fn(&Shape) -> u32| all.iter().map(|(s, w)| u128::from(of(s)) * u128::from(*w)).sum();
        let sums = (sum(|s| s.cpu_milli), sum(Shape::gpu_total));
        all.retain(|(shape, _)| shape.gpus > 0);
        all.sort_unstable();
        all.dedup_by(|b, a| {
            a.0 == b.0 && {
                a.1 = a.1.saturating_add(b.1);
                true
            }
        });
        let total = all.iter().map(|(_, weight)| weight).sum();
        Self { shapes: all, total, sums, usable: Memo::new(REMEMBERED) }
    }

    /// The shapes in order, each once, with their weights.
    #[must_use]
    pub fn shapes(&self) -> &[(Shape, u64)] {
        &self.shapes
    }

    /// The processor that is wanted along with so much GPU, by what is wanted for GPUs and beside them.
    #[must_use]
    pub fn cpu_for(&self, gpu_milli: u64) -> u64 {
        let cpu = (u128::from(gpu_milli) * self.sums.0).checked_div(self.sums.1);
        cpu.map_or(0, |cpu| u64::try_from(cpu).unwrap_or(u64::MAX))
    }

    /// Thousandths of GPUs, times 1,000, that the shapes could get of this node: the mean, by their weights, of what copies
    /// of each alone could take. O(shapes × GPUs) at first, then O(1).
    pub fn usable(&mut self, state: &State) -> u64 {
        if self.total == 0 || state.gpu_free() == 0 {
            return 0;
        }
        let mut key = State { kinds: 0, ..*state };
        key.free[..usize::from(key.gpus)].sort_unstable();
        let (shapes, total) = (&self.shapes, u128::from(self.total));
        self.usable.get(&key, || {
            let sum: u128 = shapes.iter().map(|(s, w)| u128::from(alone(s, &key)) * u128::from(*w)).sum();
            u64::try_from(sum * 1000 / total).unwrap_or(u64::MAX)
        })
    }
}

/// Thousandths of GPUs that copies of one shape could take of a node.
fn alone(shape: &Shape, state: &State) -> u32 {
    if !shape.models.allows(state.model) {
        return 0;
    }
    let by = |free: u32, asked: u32| free.checked_div(asked).unwrap_or(u32::MAX);
    let most = by(state.cpu_milli, shape.cpu_milli).min(by(state.mem_mib, shape.mem_mib));
    let copies = if shape.is_share() {
        state.devices().iter().map(|f| u32::from(f / shape.gpu_milli.max(1))).sum()
    } else {
        state.slots(WHOLE) / u32::from(shape.gpus.max(1))
    };
    copies.min(most) * shape.gpu_total()
}
