use std::collections::BTreeMap;

use super::Wanted;
use crate::fleet::{Fleet, Shape, WHOLE};

/// Keeps the last room of a fleet for what uses it well.
///
/// A share of 810 thousandths leaves 190 that hardly anything fits into. While there is plenty this does no harm; once more
/// is wanted than there is, each of them costs a whole GPU that would sell as one. Where the processors run out before the
/// GPUs do, it is the workloads without GPUs that leave GPUs idle. A reserve turns such shapes away although they would
/// fit. It is a choice of the operator, off unless asked for.
#[derive(Debug)]
pub struct Reserve {
    from_permille: u64,
    least_yield: u64,
    yields: BTreeMap<u16, u64>,
    /// Processor wanted along with a thousand GPUs.
    cpu: u64,
}

impl Reserve {
    /// Once `from_permille` of the GPUs are allocated, turns shares away that, beside the best company that is wanted, use
    /// less than `least_yield` thousandths of a GPU; or what asks for no GPU, where more processor is wanted for the GPUs
    /// that are free than is free.
    #[must_use]
    pub fn new(wanted: &Wanted, from_permille: u64, least_yield: u64) -> Self {
        Self { from_permille, least_yield, yields: yields(wanted), cpu: wanted.cpu_for(1_000_000) }
    }

    /// Whether the shape is turned away on a fleet that has `capacity_milli` of GPUs in all. O(N) once the reserve is reached.
    #[must_use]
    pub fn declines(&self, shape: &Shape, fleet: &Fleet, capacity_milli: u64) -> bool {
        let allocated = capacity_milli.saturating_sub(fleet.gpu_free());
        if allocated.saturating_mul(1000) < capacity_milli.saturating_mul(self.from_permille) {
            return false;
        }
        let wasteful = self.yields.get(&shape.gpu_milli).is_some_and(|used| *used < self.least_yield);
        if shape.gpus > 0 && !(shape.is_share() && wasteful) {
            return false;
        }
        let free: u64 = fleet.states().iter().map(|s| u64::from(s.cpu_milli)).sum();
        let cpu_is_scarce = u128::from(free) * 1_000_000 < u128::from(fleet.gpu_free()) * u128::from(self.cpu);
        cpu_is_scarce == (shape.gpus == 0)
    }
}

/// For each size of share the thousandths that are used of GPUs with such a share on them, when shares are put together
/// as they are wanted: the largest first, each time beside the largest that is left and fits.
fn yields(wanted: &Wanted) -> BTreeMap<u16, u64> {
    let mut left: BTreeMap<u16, u64> = BTreeMap::new();
    for (shape, weight) in wanted.shapes().iter().filter(|(s, _)| s.is_share() && s.gpu_milli > 0) {
        // Scaled, so that halves and thirds of the weights are integers nearly enough.
        *left.entry(shape.gpu_milli).or_default() += weight.saturating_mul(1000);
    }
    let mut sums: BTreeMap<u16, (u128, u128)> = BTreeMap::new();
    while let Some((&first, _)) = left.iter().next_back() {
        let (mut on, mut free) = (BTreeMap::from([(first, 1_u64)]), WHOLE - first);
        while let Some((&next, _)) = left.range(..=free).rfind(|(milli, n)| **n > on.get(*milli).copied().unwrap_or(0))
        {
            *on.entry(next).or_default() += 1;
            free -= next;
        }
        let times = on.iter().map(|(milli, n)| left.get(milli).copied().unwrap_or(0) / n).min().unwrap_or(0).max(1);
        for (milli, n) in on {
            let sum = sums.entry(milli).or_default();
            sum.0 += u128::from(times * n) * u128::from(WHOLE - free);
            sum.1 += u128::from(times * n);
            if let Some(rest) = left.get_mut(&milli) {
                *rest = rest.saturating_sub(times * n);
            }
        }
        left.retain(|_, n| *n > 0);
    }
    sums.into_iter().map(|(milli, (used, n))| (milli, u64::try_from(used / n.max(1)).unwrap_or(0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::{Models, State};

    fn share(gpu_milli: u16) -> Shape {
        Shape { cpu_milli: 0, mem_mib: 0, gpus: 1, gpu_milli, models: Models::ANY }
    }

    #[test]
    fn shares_are_judged_in_the_best_company_that_is_wanted() {
        let wanted = Wanted::new([(share(810), 9), (share(160), 1), (share(470), 4), (share(650), 2), (share(320), 2)]);
        let yields = yields(&wanted);
        assert_eq!(yields[&810], 827, "one in nine has 160 beside it: 810 + 160 / 9");
        assert_eq!(yields[&160], 970);
        assert_eq!((yields[&650], yields[&320]), (970, 970));
        assert_eq!(yields[&470], 940);
    }

    #[test]
    fn only_wasteful_shapes_are_turned_away_and_only_when_little_is_left() {
        let whole = Shape { cpu_milli: 2000, gpu_milli: WHOLE, ..share(0) };
        let cpu = Shape { cpu_milli: 2000, gpus: 0, ..share(0) };
        let wanted = Wanted::new([(share(810), 1), (share(500), 2), (whole, 4), (cpu, 4)]);
        let reserve = Reserve::new(&wanted, 500, 900);
        for (cpu_milli, taken, want) in [
            (64_000, 0, [false, false, false, false]),
            (64_000, 1, [true, false, false, false]),
            (4_000, 1, [false, false, false, true]),
        ] {
            let mut fleet = Fleet::new([State::idle(cpu_milli, 0, 2, 0)]);
            for _ in 0..taken {
                let _ = fleet.commit(0, &Shape { cpu_milli: 2000, ..whole }, 0);
            }
            let declined = [share(810), share(500), whole, cpu].map(|shape| reserve.declines(&shape, &fleet, 2000));
            assert_eq!(declined, want, "{cpu_milli} {taken}");
        }
    }
}
