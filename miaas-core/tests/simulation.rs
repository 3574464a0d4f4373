//! A seed replays faults of store, network, agents, machines and control plane in a fraction of a second.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "people who wait for many seeds want to know what was done")]

use std::sync::Arc;

use miaas_core::testing::simulator::{FirstFit, Length, run_seed};

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn setting(name: &str, default: u64) -> u64 {
    #[allow(clippy::disallowed_methods, reason = "the longer run is asked for by environment: `make sim`")]
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// Says which seed it was when something panics.
struct SeedOfPanic(u64);

impl Drop for SeedOfPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was seed {}", self.0);
        }
    }
}

/// D1, D2, D3, D7, N4: 1,000 seeds, or MIAAS_SIM_SEEDS of them from MIAAS_SIM_FIRST on.
#[test]
fn d7_every_seed_keeps_the_invariants_and_converges() {
    let first = setting("MIAAS_SIM_FIRST", 0);
    let seeds = setting("MIAAS_SIM_SEEDS", 1000);
    let mut effects = 0;
    let mut running = 0;
    for seed in first..first + seeds {
        let _told = SeedOfPanic(seed);
        match block(run_seed(seed, Arc::new(FirstFit), Length::default())) {
            Ok(done) => {
                effects += done.effects;
                running += done.running;
            }
            Err(failure) => panic!("{failure}"),
        }
    }
    eprintln!("{seeds} seeds: {effects} effects on machines, {running} workloads run in the end");
    assert!(effects > seeds && running as u64 > seeds / 2, "the simulation must do something: {effects}, {running}");
}

#[test]
fn the_same_seed_is_the_same_run() {
    let once = block(run_seed(7, Arc::new(FirstFit), Length::default())).unwrap();
    let again = block(run_seed(7, Arc::new(FirstFit), Length::default())).unwrap();
    assert_eq!(once, again);
}
