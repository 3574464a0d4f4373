//! Replays in threads. Which thread does what is up to the moment; what comes out is not.

use std::{
    num::NonZeroUsize,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use anyhow::Context as _;
use miaas_placement::{
    policy,
    trace::{self, Arrivals, Curve, Pods},
};
use tokio::time::Instant;

use super::Plan;
use crate::app::App;

/// What one replay gave.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) curve: Curve,
    pub(super) decisions: usize,
    pub(super) took: Duration,
}

struct Task<'a> {
    policy: &'a str,
    pods: &'a Pods,
    arrivals: &'a Arrivals,
}

/// Replays every sequence of every workload under every policy: workloads first, then policies, then sequences.
pub(super) fn run(app: &App, plan: &Plan) -> anyhow::Result<Vec<Done>> {
    let mut tasks = Vec::new();
    for workload in &plan.trace.workloads {
        for policy in &plan.policies {
            tasks.extend(workload.sequences.iter().map(|arrivals| Task { policy, pods: &workload.pods, arrivals }));
        }
    }
    let jobs = plan.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get).min(tasks.len());
    let (next, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut mine = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(at) else { return mine };
            mine.push((at, replay_one(plan, task)));
            app.say.passing(&format!("{} of {} replays", ended.fetch_add(1, Ordering::Relaxed) + 1, tasks.len()));
        }
    };
    let mut all = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<(usize, anyhow::Result<Done>)>>| match worker.join() {
            Ok(mine) => mine,
            // A bug in a policy ends the command as it would without threads.
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().flat_map(join).collect::<Vec<_>>()
    });
    app.say.settle();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, done)| done).collect()
}

fn replay_one(plan: &Plan, task: &Task<'_>) -> anyhow::Result<Done> {
    let nodes = &plan.trace.nodes;
    // A policy may learn: each replay has its own.
    let mut policy = policy::by_name(task.policy).with_context(|| format!("there is no policy {}", task.policy))?;
    let start = Instant::now();
    let run = trace::replay(&nodes.list, &task.pods.list, task.arrivals, &mut *policy);
    let took = start.elapsed();
    Ok(Done { curve: Curve::new(&run.points, nodes.capacity_milli()), decisions: run.points.len(), took })
}
