//! Numbers that look random and are the same on every machine: SplitMix64.

/// A stream of numbers from a seed. Good enough to shuffle with, useless for secrets.
#[derive(Debug, Clone)]
pub(super) struct Mix(u64);

impl Mix {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, each equally likely; 0 when `n` is 0 or 1.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        // Numbers from the incomplete last stretch of `n` would make the small ones likelier.
        let end = u64::MAX - u64::MAX % n;
        loop {
            let number = self.next();
            if number < end {
                return usize::try_from(number % n).unwrap_or(0);
            }
        }
    }

    /// Puts the items into a random order, each equally likely (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // Reference values of SplitMix64 for the seed 1234567.
        let mut mix = Mix::new(1_234_567);
        let want = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([mix.next(), mix.next(), mix.next()], want);
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<usize> = (0..100).collect();
        Mix::new(7).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
        assert_eq!(Mix::new(7).below(0), 0);
    }
}
