//! The seeded simulator: the real orchestrator, planners and node loops over a store, links and machines that fail as a seed
//! says. First faults, with the safety invariants checked after every step; then everything heals and must converge.

mod doubles;
mod faults;
mod fleet;
mod store;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use self::doubles::{FirstFit, PlainRenderer};
use self::fleet::Fleet;
use crate::{
    api::v1::DeploymentItem,
    id::WorkloadId,
    model::{Event, RunState},
    plan::SeenNodes,
    port::Placer,
    testing::{
        invariants::{Check, LIVENESS, SAFETY},
        rng::Rng,
    },
    world::World,
};

/// The secret that simulated users pass as a parameter.
pub const SECRET: &str = "hunter2-never-shown";

/// How long a simulation is.
#[derive(Debug, Clone, Copy)]
pub struct Length {
    /// Steps with faults.
    pub steps: usize,
    /// Simulated seconds that healing may take.
    pub healing: usize,
}

impl Default for Length {
    fn default() -> Self {
        Self { steps: 150, healing: 240 }
    }
}

/// What the invariants look at.
#[derive(Debug)]
pub struct Snapshot<'a> {
    /// The view of the control plane.
    pub world: &'a World,
    /// What it saw of the nodes.
    pub seen: &'a SeenNodes,
    /// What the API answers.
    pub deployments: &'a [DeploymentItem],
    /// The events of the step.
    pub events: &'a [(u64, Event)],
    /// By deployment: replicas and state that users asked for. More than one while the answer to a change was lost.
    pub wanted: &'a BTreeMap<String, BTreeSet<(u32, RunState)>>,
    /// Generations before and after the step, by node, stored and held.
    pub generations: &'a BTreeMap<String, (u64, u64)>,
    /// Something that others ran and that is gone.
    pub foreign_gone: Option<&'a str>,
    /// When nodes were given up in this step: how many were silent then, and of how many.
    pub silent_at_loss: Option<(usize, usize)>,
    /// What runs where.
    pub running: &'a BTreeSet<(String, WorkloadId)>,
    /// Machines whose engine did not answer, so that nobody could stop anything there.
    pub out_of_hand: &'a BTreeSet<String>,
    /// What was decided and done after everything had converged.
    pub restless: &'a Restless,
}

/// What happened while nothing should.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restless {
    /// Of the control plane.
    pub decisions: u64,
    /// By machine.
    pub effects: BTreeMap<String, u64>,
}

/// A simulation that broke an invariant. Running the seed again shows the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("seed {seed}, step {step}: {invariant}: {message}\n  {}", trace.join("\n  "))]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// The step.
    pub step: usize,
    /// Which invariant.
    pub invariant: String,
    /// What is wrong.
    pub message: String,
    /// The last steps before.
    pub trace: Vec<String>,
}

/// What a simulation did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Digest over everything that happened: the same for the same seed.
    pub digest: u64,
    /// Commits that the store took.
    pub commits: u64,
    /// Effects on machines.
    pub effects: u64,
    /// Workloads that were running at the end.
    pub running: usize,
}

/// Runs one seed.
///
/// # Errors
/// The first invariant that broke.
pub async fn run_seed(seed: u64, placer: Arc<dyn Placer>, length: Length) -> Result<Done, Failure> {
    let mut fleet = Fleet::new(seed, placer).await;
    let mut rng = Rng::new(seed, "faults");
    for step in 0..length.steps {
        faults::step(&mut fleet, &mut rng).await;
        verify(&mut fleet, SAFETY, seed, step)?;
    }
    let dead = rng.once_in(3).then(|| usize::try_from(rng.below(3)).unwrap_or(0));
    fleet.heal(dead).await;
    for second in 0..length.healing {
        fleet.calm_second().await;
        verify(&mut fleet, SAFETY, seed, length.steps + second)?;
    }
    fleet.begin_rest();
    for _ in 0..5 {
        fleet.calm_second().await;
    }
    verify(&mut fleet, LIVENESS, seed, length.steps + length.healing)?;
    Ok(fleet.done())
}

fn verify(fleet: &mut Fleet, checks: &[(&str, Check)], seed: u64, step: usize) -> Result<(), Failure> {
    fleet
        .with_snapshot(|snapshot| checks.iter().find_map(|(name, check)| check(snapshot).err().map(|e| (*name, e))))
        .map_or(Ok(()), |(invariant, message)| {
            Err(Failure { seed, step, invariant: invariant.to_owned(), message, trace: fleet.trace() })
        })
}
