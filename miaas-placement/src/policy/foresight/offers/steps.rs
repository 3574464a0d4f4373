/// The different amounts of a resource that are asked for, in order. Step 0 is less than any of them.
#[derive(Debug, Default)]
pub(super) struct Steps {
    amounts: Vec<u32>,
    /// For each part of the range of amounts, how many lie below its end.
    below: Vec<u16>,
    /// Size of a part, as a power of two.
    bits: u32,
}

/// Most parts of a range.
const PARTS: u32 = 1024;

impl Steps {
    pub(super) fn new(mut amounts: Vec<u32>) -> Self {
        amounts.sort_unstable();
        amounts.dedup();
        let most = amounts.last().copied().unwrap_or(0);
        let bits = (most / PARTS).checked_ilog2().map_or(0, |log| log + 1);
        let end = |part: u32| u64::from(part + 1) << bits;
        let below = (0..=most >> bits).map(|p| amounts.partition_point(|a| u64::from(*a) < end(p)) as u16).collect();
        Self { amounts, below, bits }
    }

    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.amounts.len() + 1
    }

    /// How many of the amounts are within `free`.
    pub(super) fn of(&self, free: u32) -> usize {
        let part = (free >> self.bits) as usize;
        let Some(below) = self.below.get(part) else { return self.amounts.len() };
        let mut step = usize::from(*below);
        while step > 0 && self.amounts[step - 1] > free {
            step -= 1;
        }
        step
    }
}
