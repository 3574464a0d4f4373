//! The simulated fleet: one control plane, some machines, and the links between.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use async_trait::async_trait;

use super::{Done, Restless, Snapshot, doubles::PlainRenderer, store::FaultyStore};
use crate::{
    api::v1::RegisterNode,
    engine::{EngineConfig, NodeLoop, Orchestrator, Ports},
    error::PortError,
    hash::digest64,
    id::{NodeId, WorkloadId},
    model::{ExecutorKind, Facts, Generation, Heartbeat, Lease, NodeHealth, NodeTarget, RunState},
    name::Labels,
    port::{AgentLink, BoxStream, Clock, Executor, IdSource, Ledger, LogLine, LogOptions, Placer},
    testing::fake_executor::{FakeExecutor, FakeFixtures},
    time::Timestamp,
};

/// Time that passes when the simulation says so.
#[derive(Debug, Clone)]
pub(super) struct SimClock(Arc<AtomicI64>);

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(SeqCst))
    }

    fn uptime(&self) -> Duration {
        Duration::from_millis(self.0.load(SeqCst).unsigned_abs())
    }
}

/// The clock of one machine: its wall clock is wrong, and it was started at some other time.
#[derive(Debug, Clone)]
struct MachineClock {
    true_time: SimClock,
    ahead: i64,
    origin: i64,
}

impl MachineClock {
    fn new(true_time: &SimClock, number: usize) -> Self {
        let number = i64::try_from(number).unwrap_or(0);
        let ahead = [0, 7_000, -3_600_000, 86_400_000][usize::try_from(number % 4).unwrap_or(0)];
        Self { true_time: true_time.clone(), ahead, origin: 1_600_000_000_000 + number * 1_000_003 }
    }

    /// A moment of this clock by the true one.
    fn truly(&self, uptime: Duration) -> Duration {
        uptime + Duration::from_millis(self.origin.unsigned_abs())
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.true_time.now().as_millis() + self.ahead)
    }

    fn uptime(&self) -> Duration {
        Duration::from_millis((self.true_time.now().as_millis() - self.origin).unsigned_abs())
    }
}

/// Counted ids: different, and the same in every run.
#[derive(Debug, Clone, Default)]
pub(super) struct SimIds(Arc<AtomicU64>);

impl IdSource for SimIds {
    fn next_bits(&self) -> u64 {
        self.0.fetch_add(1, SeqCst)
    }
}

/// A ledger on a disk that survives the agent.
#[derive(Debug, Clone, Default)]
pub(super) struct SimLedger(Arc<Mutex<Option<NodeTarget>>>);

#[async_trait]
impl Ledger for SimLedger {
    async fn load(&self) -> Result<Option<NodeTarget>, PortError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn save(&self, target: &NodeTarget) -> Result<(), PortError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(target.clone());
        Ok(())
    }
}

/// Targets on their way. The simulation delivers them late, twice, out of order or never.
#[derive(Debug, Clone, Default)]
pub(super) struct SimLink {
    targets: Arc<Mutex<BTreeMap<NodeId, VecDeque<NodeTarget>>>>,
    leases: Arc<Mutex<BTreeMap<NodeId, VecDeque<Lease>>>>,
    /// Copies that arrive long after everything else.
    late: Arc<Mutex<BTreeMap<NodeId, Vec<NodeTarget>>>>,
}

impl SimLink {
    pub(super) fn queue<T>(&self, node: &NodeId, f: impl FnOnce(&mut VecDeque<NodeTarget>) -> T) -> T {
        f(self.targets.lock().unwrap_or_else(PoisonError::into_inner).entry(node.clone()).or_default())
    }

    /// Keeps a copy of what is on its way.
    pub(super) fn copy_for_later(&self, node: &NodeId) {
        let copies = self.queue(node, |q| q.iter().cloned().collect::<Vec<_>>());
        self.late.lock().unwrap_or_else(PoisonError::into_inner).entry(node.clone()).or_default().extend(copies);
    }

    fn take_late(&self, node: &NodeId) -> Vec<NodeTarget> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner).remove(node).unwrap_or_default()
    }

    fn take_leases(&self, node: &NodeId) -> VecDeque<Lease> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner).remove(node).unwrap_or_default()
    }
}

#[async_trait]
impl AgentLink for SimLink {
    async fn deliver(&self, target: &NodeTarget) -> Result<Generation, PortError> {
        self.queue(&target.node, |q| q.push_back(target.clone()));
        Ok(target.generation)
    }

    async fn renew(&self, node: &NodeId, lease: Lease) -> Result<(), PortError> {
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        leases.entry(node.clone()).or_default().push_back(lease);
        Ok(())
    }

    fn logs(&self, _: &NodeId, _: &WorkloadId, _: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        Box::pin(futures_util::stream::empty())
    }
}

/// One machine.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) id: NodeId,
    pub(super) executor: FakeExecutor,
    pub(super) ledger: SimLedger,
    /// None while its agent is dead.
    pub(super) agent: Option<Arc<NodeLoop>>,
    /// Nothing that the control plane says arrives.
    pub(super) deaf: bool,
    /// Nothing that it says arrives at the control plane.
    pub(super) mute: bool,
    clock: MachineClock,
    /// When its last lease ends, as far as anybody there knows: its guard outlives its agent.
    lease_ends: Duration,
    /// It never comes back; what ran there runs no more.
    dead: bool,
    /// The engine did not answer when it was last asked, so nobody could stop anything.
    out_of_hand: bool,
    foreign: WorkloadId,
}

#[derive(Debug)]
pub(super) struct Fleet {
    pub(super) clock: SimClock,
    ids: SimIds,
    pub(super) store: FaultyStore,
    pub(super) link: SimLink,
    placer: Arc<dyn Placer>,
    pub(super) control: Arc<Orchestrator>,
    pub(super) machines: Vec<Machine>,
    pub(super) wanted: BTreeMap<String, BTreeSet<(u32, RunState)>>,
    generations: BTreeMap<String, (u64, u64)>,
    health: BTreeMap<NodeId, NodeHealth>,
    trace: VecDeque<String>,
    digest: u64,
    restless: Option<Restless>,
    events_seen: u64,
}

impl Fleet {
    pub(super) async fn new(seed: u64, placer: Arc<dyn Placer>) -> Self {
        let clock = SimClock(Arc::new(AtomicI64::new(1_700_000_000_000)));
        let (ids, store, link) = (SimIds::default(), FaultyStore::default(), SimLink::default());
        let control = open(&clock, &ids, &store, &link, &placer).await;
        let mut fleet = Self {
            clock,
            ids,
            store,
            link,
            placer,
            control,
            machines: Vec::new(),
            wanted: BTreeMap::new(),
            generations: BTreeMap::new(),
            health: BTreeMap::new(),
            trace: VecDeque::new(),
            digest: seed,
            restless: None,
            events_seen: 0,
        };
        for _ in 0..3 + seed % 3 {
            fleet.add_machine().await;
        }
        fleet
    }

    pub(super) fn note(&mut self, what: impl Into<String>) {
        let what = what.into();
        self.digest = digest64(&[&self.digest.to_le_bytes(), what.as_bytes()]);
        self.trace.push_back(format!("{} {what}", self.clock.now()));
        if self.trace.len() > 60 {
            self.trace.pop_front();
        }
    }

    pub(super) fn trace(&self) -> Vec<String> {
        self.trace.iter().cloned().collect()
    }

    /// Time passes; agents and guards do by themselves what they do when a lease ends.
    pub(super) async fn pass(&mut self, time: Duration) {
        let end = self.clock.uptime() + time;
        loop {
            let now = self.clock.uptime();
            let ends = self.machines.iter().map(|m| m.lease_ends).filter(|at| *at > now).min();
            let next = ends.unwrap_or(end).min(end);
            self.clock.0.fetch_add(i64::try_from((next - now).as_millis()).unwrap_or(0), SeqCst);
            for machine in self.machines.iter_mut().filter(|m| m.lease_ends == next) {
                machine.lease_ended().await;
            }
            if next == end {
                return;
            }
        }
    }

    pub(super) async fn add_machine(&mut self) {
        let number = self.machines.len();
        let facts = Facts {
            os: "linux".into(),
            cpu_count: 4 + u32::try_from(number % 3).unwrap_or(0) * 4,
            mem_mb: 8192,
            executors: vec![ExecutorKind::Fake],
            ..Facts::default()
        };
        let body = RegisterNode {
            name: format!("node{number}"),
            ip: "127.0.0.1".into(),
            capabilities: facts,
            agent_version: None,
            public_key: None,
        };
        let Ok(node) = self.control.register_node(body, Labels::default()).await else { return };
        let executor = FakeExecutor::new();
        let theirs = FakeFixtures::new(&executor).workload(&format!("theirs-{number}"), "not-ours");
        let _ = executor.prepare(&theirs, &crate::port::NoProgress).await;
        let _ = executor.start(&theirs).await;
        executor.mark_foreign(&theirs.id);
        let mut machine = Machine {
            id: node.id,
            executor,
            ledger: SimLedger::default(),
            agent: None,
            deaf: false,
            mute: false,
            clock: MachineClock::new(&self.clock, number),
            lease_ends: Duration::ZERO,
            dead: false,
            out_of_hand: false,
            foreign: theirs.id,
        };
        machine.mend();
        machine.start_agent().await;
        self.machines.push(machine);
    }

    pub(super) async fn restart_control(&mut self) {
        self.control = open(&self.clock, &self.ids, &self.store, &self.link, &self.placer).await;
        // It knows what was stored. A node that had just come back, before anything was decided because of that, is lost to it
        // still, and not given up anew.
        self.health = self.control.seen_nodes().into_iter().map(|(id, s)| (id, s.health)).collect();
    }

    /// Ends all faults; machine number `dead` is gone for good.
    pub(super) async fn heal(&mut self, dead: Option<usize>) {
        self.note(format!("heal all but {dead:?}"));
        for (i, machine) in self.machines.iter_mut().enumerate() {
            machine.mend();
            if dead == Some(i) {
                machine.agent = None;
                machine.dead = true;
                continue;
            }
            if machine.agent.is_none() {
                machine.start_agent().await;
            }
        }
        self.store.next_commit(super::store::Trouble::None);
    }

    /// A second in which everything works.
    pub(super) async fn calm_second(&mut self) {
        self.pass(Duration::from_secs(1)).await;
        let mut decisions = u64::from(self.control.detect().await.unwrap_or(true));
        decisions += u64::from(self.control.tick().await.unwrap_or(true));
        self.control.redeliver().await;
        self.control.renew_leases().await;
        for i in 0..self.machines.len() {
            self.deliver_all(i).await;
            let machine = &mut self.machines[i];
            if machine.dead {
                continue;
            }
            let _ = self.control.heartbeat(&machine.id, machine.beat());
            let before = machine.executor.effects();
            machine.step().await;
            let done = machine.executor.effects() - before;
            machine.report(&self.control).await;
            if let Some(restless) = &mut self.restless {
                *restless.effects.entry(machine.id.to_string()).or_default() += done;
            }
        }
        if let Some(restless) = &mut self.restless {
            restless.decisions += decisions;
        }
    }

    pub(super) fn begin_rest(&mut self) {
        self.restless = Some(Restless::default());
    }

    pub(super) async fn deliver_all(&mut self, i: usize) {
        let machine = &mut self.machines[i];
        let targets: Vec<NodeTarget> = self.link.queue(&machine.id, |q| q.drain(..).collect());
        if let (Some(agent), false) = (&machine.agent, machine.deaf) {
            for target in targets {
                let _ = agent.accept(target).await;
            }
        }
        self.deliver_leases(i);
    }

    /// Copies of what had been on its way some time ago.
    pub(super) async fn deliver_late(&self, i: usize) {
        let machine = &self.machines[i];
        let late = self.link.take_late(&machine.id);
        if let (Some(agent), false) = (&machine.agent, machine.deaf) {
            for target in late {
                let _ = agent.accept(target).await;
            }
        }
    }

    /// Leases alone: targets take longer.
    pub(super) fn deliver_leases(&mut self, i: usize) {
        let machine = &mut self.machines[i];
        let leases = self.link.take_leases(&machine.id);
        if let (Some(agent), false) = (&machine.agent, machine.deaf) {
            leases.iter().for_each(|lease| agent.renew(lease));
            machine.note_lease();
        }
    }

    fn effects(&self) -> u64 {
        self.machines.iter().map(|m| m.executor.effects()).sum()
    }

    pub(super) fn done(&self) -> Done {
        Done {
            digest: self.digest,
            commits: self.store.commits.load(SeqCst),
            effects: self.effects(),
            running: self.running().len(),
        }
    }

    fn running(&self) -> BTreeSet<(String, WorkloadId)> {
        let world = self.control.view();
        let known = world.assignments().keys().chain(world.statuses().keys()).cloned().collect::<BTreeSet<_>>();
        let runs = |m: &Machine| {
            let here = m.executor.clone();
            let id = m.id.to_string();
            known.iter().filter(move |w| here.runs(w)).map(move |w| (id.clone(), w.clone())).collect::<Vec<_>>()
        };
        self.machines.iter().filter(|m| !m.dead).flat_map(runs).collect()
    }

    pub(super) fn with_snapshot<T>(&mut self, look: impl FnOnce(&Snapshot<'_>) -> T) -> T {
        let world = self.control.view();
        let seen = self.control.seen_nodes();
        let events = self.control.events(self.events_seen, usize::MAX);
        self.events_seen = events.last().map_or(self.events_seen, |(cursor, _)| *cursor);
        for machine in &self.machines {
            let held = machine.agent.as_ref().map_or(0, |a| a.generation());
            let stored = world.targets().get(&machine.id).map_or(0, |t| t.value.generation);
            let alive = machine.agent.is_some();
            for (key, now, counts) in
                [("stored", stored, world.nodes().contains_key(&machine.id)), ("held", held, alive)]
            {
                if counts {
                    let entry = self.generations.entry(format!("{} ({key})", machine.id)).or_default();
                    *entry = (entry.1, now);
                }
            }
        }
        let counts = |h: &NodeHealth| matches!(h, NodeHealth::Online | NodeHealth::Unreachable);
        // Nodes that came back in this very step count for the guard, too.
        let counted = |id: &NodeId| self.health.get(id).is_some_and(counts);
        let known = seen.iter().filter(|(id, s)| counted(id) || counts(&s.health)).count();
        let lost = seen.iter().filter(|(id, s)| counted(id) && s.health == NodeHealth::Offline).count();
        let unreachable = seen.values().filter(|s| s.health == NodeHealth::Unreachable).count();
        let silent_at_loss = (lost > 0).then_some((lost + unreachable, known));
        self.health = seen.iter().map(|(id, s)| (id.clone(), s.health)).collect();
        let foreign_gone = self.machines.iter().find(|m| !m.executor.runs(&m.foreign)).map(|m| m.foreign.to_string());
        look(&Snapshot {
            world: &world,
            seen: &seen,
            deployments: &self.control.deployments(),
            events: &events,
            wanted: &self.wanted,
            generations: &self.generations,
            foreign_gone: foreign_gone.as_deref(),
            silent_at_loss,
            running: &self.running(),
            out_of_hand: &self.machines.iter().filter(|m| m.out_of_hand).map(|m| m.id.to_string()).collect(),
            restless: self.restless.as_ref().unwrap_or(&Restless::default()),
        })
    }
}

impl Machine {
    /// Ends its faults. Some images stay what they are: one that is in no registry, and one that cannot start.
    pub(super) fn mend(&mut self) {
        (self.deaf, self.mute) = (false, false);
        self.executor.heal();
        self.executor.fail_prepare("missing", "manifest unknown");
        self.executor.fail_start_of("broken", "exec format error");
    }

    fn note_lease(&mut self) {
        let ends = self.agent.as_ref().and_then(|a| a.lease_ends());
        self.lease_ends = ends.map_or(Duration::ZERO, |at| self.clock.truly(at));
    }

    pub(super) async fn start_agent(&mut self) {
        let executors: Vec<Arc<dyn Executor>> = vec![Arc::new(self.executor.clone())];
        let opened =
            NodeLoop::open(self.id.clone(), executors, Arc::new(self.ledger.clone()), Arc::new(self.clock.clone()));
        self.agent = opened.await.ok();
        self.note_lease();
    }

    /// One round of the agent; how much it did.
    pub(super) async fn step(&mut self) -> usize {
        let Some(agent) = &self.agent else { return 0 };
        let done = agent.step().await;
        self.out_of_hand = done.is_err();
        self.note_lease();
        done.unwrap_or(1)
    }

    /// What an agent does at once, and its guard in its place when it is dead.
    async fn lease_ended(&mut self) {
        if self.agent.is_some() {
            let ended = self.lease_ends;
            self.step().await;
            // A second look for what was still being done in the first.
            self.step().await;
            self.lease_ends = Some(self.lease_ends).filter(|at| *at > ended).unwrap_or_default();
            return;
        }
        self.lease_ends = Duration::ZERO;
        let Ok(Some(target)) = self.ledger.load().await else { return };
        for workload in target.workloads.iter().filter(|w| w.exclusive) {
            self.out_of_hand |= self.executor.stop(&workload.id, Duration::ZERO).await.is_err();
        }
    }

    /// What its agent says while it lives.
    pub(super) fn beat(&self) -> Heartbeat {
        Heartbeat { stamp: self.agent.as_ref().map(|agent| agent.stamp()), ..Heartbeat::default() }
    }

    pub(super) async fn report(&self, control: &Orchestrator) {
        if let (Some(agent), false) = (&self.agent, self.mute) {
            // A lost report is made good by the next one.
            let _ = control.report(agent.full_report()).await;
        }
    }
}

async fn open(
    clock: &SimClock,
    ids: &SimIds,
    store: &FaultyStore,
    link: &SimLink,
    placer: &Arc<dyn Placer>,
) -> Arc<Orchestrator> {
    let (store, link) = (Arc::new(store.clone()), Arc::new(link.clone()));
    let ports = Ports::new(store, link, Arc::clone(placer), Arc::new(PlainRenderer))
        .with_clock(Arc::new(clock.clone()))
        .with_ids(Arc::new(ids.clone()));
    #[allow(clippy::expect_used, reason = "reading a memory store cannot fail; the simulator is test code")]
    Orchestrator::open(ports, EngineConfig::default()).await.expect("a memory store can be read")
}
