//! Replays in threads, which end when the caller is interrupted.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
};

use miaas_placement::{
    fleet::{Fleet, Shape, State},
    policy::{Policy, Rating},
    trace::{self, Arrivals, Run},
};

use super::trace::Trace;
use crate::{
    error::Failure,
    gil::{NOTICE, Patience},
};

type Done = (usize, Result<Run, Failure>);

/// Each sequence under its own policy, since policies may learn; at most `jobs` at a time, 0 for one a processor.
pub(super) fn all(
    trace: &Trace,
    arrivals: Vec<Arrivals>,
    policies: Vec<Box<dyn Policy>>,
    jobs: usize,
) -> Result<Vec<Run>, Failure> {
    let count = arrivals.len();
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = if jobs == 0 { processors } else { jobs }.min(count);
    let stop = Arc::new(AtomicBool::new(false));
    let tasks = Mutex::new(arrivals.into_iter().zip(policies).enumerate());
    let (sender, receiver) = mpsc::channel::<Done>();
    let work = |sender: mpsc::Sender<Done>| {
        loop {
            // A poisoned lock still has the tasks that are left.
            let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, (arrivals, policy))) = next else { return };
            let mut policy = Watched { policy, stop: Arc::clone(&stop) };
            let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                trace::replay(&trace.nodes.list, &trace.pods.list, &arrivals, &mut policy)
            }));
            // Nobody listens any more once the caller was interrupted.
            if sender.send((at, run.map_err(|panic| Failure::panicked(&*panic)))).is_err() {
                return;
            }
        }
    };
    let mut runs = thread::scope(|scope| {
        for _ in 0..jobs {
            let sender = sender.clone();
            scope.spawn(|| work(sender));
        }
        drop(sender);
        let runs = collect(&receiver, count);
        if runs.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        runs
    })?;
    runs.sort_by_key(|(at, _)| *at);
    Ok(runs.into_iter().map(|(_, run)| run).collect())
}

fn collect(receiver: &mpsc::Receiver<Done>, count: usize) -> Result<Vec<(usize, Run)>, Failure> {
    let mut runs = Vec::with_capacity(count);
    let mut patience = Patience::new();
    loop {
        match receiver.recv_timeout(NOTICE) {
            Ok((at, run)) => runs.push((at, run?)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(runs),
        }
        // Also while one run follows the other without a pause.
        patience.check()?;
    }
}

/// A policy that stops thinking when the caller was interrupted: a replay cannot be left, but it comes to its end at once.
#[derive(Debug)]
struct Watched {
    policy: Box<dyn Policy>,
    stop: Arc<AtomicBool>,
}

impl Policy for Watched {
    fn name(&self) -> &'static str {
        self.policy.name()
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        if self.stop.load(Ordering::Relaxed) { Rating::NEVER } else { self.policy.rate(shape, state) }
    }

    fn expect(&mut self, population: &[Shape]) {
        self.policy.expect(population);
    }

    fn arrived(&mut self, shape: &Shape, fleet: &Fleet) {
        if !self.stop.load(Ordering::Relaxed) {
            self.policy.arrived(shape, fleet);
        }
    }

    fn epoch(&self) -> u64 {
        self.policy.epoch()
    }
}
