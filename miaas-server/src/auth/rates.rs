//! Limits of requests in time: token buckets, one for each key and each address.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Callers that are remembered at a time. Those whose bucket is full again are forgotten first.
const REMEMBERED: usize = 50_000;

/// So many a second on average, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// A second, on average.
    pub per_second: f64,
    /// At once.
    pub burst: f64,
}

/// Limits of the API in time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RateLimits {
    /// Requests of one API key or join token.
    pub requests: Rate,
    /// Requests of one address with credentials that are not valid.
    pub failures: Rate,
    /// Attempts of one address to sign in as one user.
    pub guesses: Rate,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            requests: Rate { per_second: 2_000.0, burst: 10_000.0 },
            failures: Rate { per_second: 1.0, burst: 60.0 },
            guesses: Rate { per_second: 0.1, burst: 10.0 },
        }
    }
}

/// Looking for those to forget takes its time, so it is not done for each request.
const FORGET: Duration = Duration::from_secs(1);

/// One bucket for each caller.
#[derive(Debug)]
pub(crate) struct Buckets<K> {
    rate: Rate,
    state: Mutex<State<K>>,
}

#[derive(Debug)]
struct State<K> {
    levels: BTreeMap<K, (f64, Instant)>,
    forgot_at: Option<Instant>,
}

impl<K: Ord> Buckets<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, state: Mutex::new(State { levels: BTreeMap::new(), forgot_at: None }) }
    }

    /// Takes one; else the time until there is one again.
    pub(crate) fn take(&self, who: K, now: Instant) -> Result<(), Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { levels, forgot_at } = &mut *state;
        if levels.len() >= REMEMBERED && !levels.contains_key(&who) {
            if forgot_at.is_none_or(|at| now.duration_since(at) >= FORGET) {
                *forgot_at = Some(now);
                levels.retain(|_, (level, at)| self.level(*level, *at, now) < self.rate.burst);
            }
            // All of them are busy: who is new is let through rather than kept out by strangers.
            if levels.len() >= REMEMBERED {
                return Ok(());
            }
        }
        let (level, at) = levels.entry(who).or_insert((self.rate.burst, now));
        *level = self.level(*level, *at, now);
        *at = now;
        if *level < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - *level) / self.rate.per_second));
        }
        *level -= 1.0;
        Ok(())
    }

    fn level(&self, level: f64, at: Instant, now: Instant) -> f64 {
        (level + now.duration_since(at).as_secs_f64() * self.rate.per_second).min(self.rate.burst)
    }
}

/// Whom an address stands for: of IPv6 the network, since everybody has many addresses there.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_a_bucket_gives_so_many_at_once_and_so_many_a_second() {
        let buckets = Buckets::new(Rate { per_second: 2.0, burst: 3.0 });
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert!((0..3).all(|_| buckets.take("a", at(0)).is_ok()));
        assert_eq!(buckets.take("a", at(0)), Err(Duration::from_millis(500)));
        assert!(buckets.take("b", at(0)).is_ok(), "another caller has its own");
        assert!(buckets.take("a", at(500)).is_ok());
        assert!(buckets.take("a", at(600)).is_err());
        assert!((0..3).all(|_| buckets.take("a", at(60_000)).is_ok()) && buckets.take("a", at(60_000)).is_err());
    }

    #[test]
    fn s4_many_callers_take_bounded_memory_and_keep_nobody_out() {
        let buckets = Buckets::new(Rate { per_second: 1.0, burst: 2.0 });
        let start = Instant::now();
        for n in 0..2 * REMEMBERED {
            assert!(buckets.take(n, start).is_ok());
        }
        let later = start + Duration::from_secs(10);
        assert!(buckets.take(usize::MAX, later).is_ok());
        assert_eq!(buckets.state.lock().unwrap().levels.len(), 1, "those that are full again are forgotten");
    }

    #[test]
    fn an_address_stands_for_its_network() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::");
        assert_eq!((network("10.0.0.1"), network("::ffff:10.0.0.1")), ("10.0.0.1".to_owned(), "10.0.0.1".to_owned()));
    }
}
