//! How long a receiver that does not answer is tried.

use std::time::Duration;

/// Times of the sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookPatience {
    /// How long one try may take.
    pub timeout: Duration,
    /// The pause after the first failed try. Each further one is twice as long.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// An event that could not be sent for so long since it happened is given up: it becomes a dead letter, and the next one is
    /// sent.
    pub give_up_after: Duration,
}

impl Default for WebhookPatience {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            first_pause: Duration::from_secs(5),
            longest_pause: Duration::from_secs(3600),
            give_up_after: Duration::from_secs(24 * 3600),
        }
    }
}

impl WebhookPatience {
    /// The pause after so many failed tries, up to a fifth shorter by `chance`: receivers that were away together are not all
    /// tried together.
    pub(super) fn pause(&self, tries: u32, chance: u64) -> Duration {
        let whole = self.first_pause.saturating_mul(1 << tries.saturating_sub(1).min(20)).min(self.longest_pause);
        let fifth = u64::try_from(whole.as_millis() / 5).unwrap_or(u64::MAX);
        whole.saturating_sub(Duration::from_millis(chance % fifth.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d8_pauses_grow_to_an_hour() {
        let patience = WebhookPatience::default();
        let pauses: Vec<_> = (1..13).map(|tries| patience.pause(tries, 0).as_secs()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
        assert_eq!(patience.pause(1, 999).as_millis(), 4001);
        assert_eq!(patience.pause(1, 1000).as_millis(), 5000);
        let longest = patience.pause(u32::MAX, u64::MAX).as_secs();
        assert!((2880..=3600).contains(&longest), "{longest}");
    }
}
