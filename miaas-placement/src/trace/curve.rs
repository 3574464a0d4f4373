//! What share of the GPUs was allocated while pods arrived.

use std::collections::BTreeMap;

/// The fleet after one arrival, in thousandths of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Point {
    /// What all pods so far asked for.
    pub arrived_milli: u64,
    /// What those that found a place have.
    pub allocated_milli: u64,
    /// What is free but of no use to a typical pod.
    pub fragmented_milli: u64,
}

/// Shares of all GPUs, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Percent {
    /// Allocated.
    pub allocated: f64,
    /// Free but of no use to a typical pod.
    pub fragmented: f64,
}

/// Shares by how much had arrived: for each whole percent `a` the mean over the arrivals after which what had arrived
/// rounds to `a` (a half to the even number).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve(BTreeMap<u64, Percent>);

impl Curve {
    /// The curve of a run over a fleet of `capacity_milli`; no points of a fleet without GPUs.
    #[must_use]
    pub fn new(points: &[Point], capacity_milli: u64) -> Self {
        let mut sums = BTreeMap::<u64, (u128, u128, u64)>::new();
        for point in points.iter().filter(|_| capacity_milli > 0) {
            let sum = sums.entry(percent(point.arrived_milli, capacity_milli)).or_default();
            sum.0 += u128::from(point.allocated_milli);
            sum.1 += u128::from(point.fragmented_milli);
            sum.2 += 1;
        }
        // Sums are exact; one division at the end makes a figure of them.
        #[allow(clippy::cast_precision_loss, reason = "below 2^53 for every fleet there is")]
        let share = |sum: u128, count: u64| sum as f64 * 100.0 / (count as f64 * capacity_milli as f64);
        let mean = |(a, (allocated, fragmented, count))| {
            (a, Percent { allocated: share(allocated, count), fragmented: share(fragmented, count) })
        };
        Self(sums.into_iter().map(mean).collect())
    }

    /// The shares when `a` percent had arrived. Where pods are so large that no arrival rounds to `a`, those before it,
    /// as nothing changes in between. Nothing when the arrivals ended before `a`.
    #[must_use]
    pub fn at(&self, a: u64) -> Option<Percent> {
        self.last().filter(|last| *last >= a)?;
        Some(self.0.range(..=a).next_back().map_or_else(Percent::default, |(_, percent)| *percent))
    }

    /// What had arrived in the end, in whole percent.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.0.last_key_value().map(|(a, _)| *a)
    }

    /// The points, by what had arrived in percent.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Percent)> {
        self.0.iter().map(|(a, percent)| (*a, *percent))
    }

    /// The mean of several curves, as far as all of them go.
    #[must_use]
    pub fn mean(curves: &[Self]) -> Self {
        let end = curves.iter().map(|curve| curve.last().unwrap_or(0)).min().unwrap_or(0);
        let places = curves.iter().flat_map(|curve| curve.0.keys()).filter(|a| **a <= end);
        let mut mean = BTreeMap::new();
        for a in places {
            mean.entry(*a).or_insert_with(|| {
                let here: Vec<Percent> = curves.iter().filter_map(|curve| curve.at(*a)).collect();
                #[allow(clippy::cast_precision_loss, reason = "a count of curves is small")]
                let share = |of: fn(&Percent) -> f64| here.iter().map(of).sum::<f64>() / here.len() as f64;
                Percent { allocated: share(|p| p.allocated), fragmented: share(|p| p.fragmented) }
            });
        }
        Self(mean)
    }
}

/// `part` of `whole` in percent, to the nearest whole number, a half to the even one.
fn percent(part: u64, whole: u64) -> u64 {
    let (scaled, whole) = (u128::from(part) * 100, u128::from(whole));
    let (down, rest) = (scaled / whole, scaled % whole);
    let up = match (rest * 2).cmp(&whole) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => down % 2,
        std::cmp::Ordering::Greater => 1,
    };
    u64::try_from(down + up).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_number() {
        for (part, want) in [(0, 0), (4, 0), (5, 0), (6, 1), (14, 1), (15, 2), (24, 2), (25, 2), (26, 3), (35, 4)] {
            assert_eq!(percent(part, 1000), want, "{part}");
        }
        assert_eq!(percent(u64::MAX, 1), u64::MAX, "no overflow");
    }
}
