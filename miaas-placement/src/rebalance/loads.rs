use super::Cost;
use crate::fleet::{Fleet, MAX_GPUS, Shape, State, WHOLE};

/// Where a workload runs: the node and its GPUs as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Place of the node in the fleet.
    pub node: u32,
    /// Bit n for the GPU n; of a share exactly one, without GPUs none.
    pub devices: u16,
}

/// A workload that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// What it holds.
    pub shape: Shape,
    /// Where.
    pub place: Place,
    /// It must stay where it is.
    pub pinned: bool,
    /// What moving it costs.
    pub cost: Cost,
}

/// A workload changes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Which one.
    pub workload: u32,
    /// From where.
    pub from: Place,
    /// To where.
    pub to: Place,
}

/// A fleet and what runs on it, workloads by number.
#[derive(Debug)]
pub struct Loads {
    fleet: Fleet,
    running: Vec<Running>,
    /// The workloads of each node in order of their numbers.
    on: Vec<Vec<u32>>,
}

impl Loads {
    /// A fleet on which none of the workloads that will be told of run yet; what else it holds cannot be moved.
    #[must_use]
    pub fn new(fleet: Fleet) -> Self {
        let on = vec![Vec::new(); fleet.states().len()];
        Self { fleet, running: Vec::new(), on }
    }

    /// The same, to try moves out on.
    #[must_use]
    pub fn copy(&self) -> Self {
        let fleet = Fleet::new(self.fleet.states().iter().copied());
        Self { fleet, running: self.running.clone(), on: self.on.clone() }
    }

    /// What is free.
    #[must_use]
    pub const fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// What runs, by number.
    #[must_use]
    pub fn running(&self) -> &[Running] {
        &self.running
    }

    /// The workloads on a node in order of their numbers.
    #[must_use]
    pub fn on(&self, node: usize) -> &[u32] {
        &self.on[node]
    }

    /// Puts a workload where it [fits](fits_at) and gives its number.
    pub fn add(&mut self, running: Running) -> u32 {
        let id = self.running.len() as u32;
        let node = running.place.node as usize;
        self.fleet.set(node, taken(&self.fleet.states()[node], &running.shape, running.place.devices));
        self.running.push(running);
        self.on[node].push(id);
        id
    }

    /// Tells of a workload that runs already and for which the states were reduced already.
    pub fn adopt(&mut self, running: Running) -> u32 {
        let id = self.running.len() as u32;
        self.on[running.place.node as usize].push(id);
        self.running.push(running);
        id
    }

    /// Whether the move can be made now: the workload is where the move says, may move, and the target has room while the
    /// source is still held.
    #[must_use]
    pub fn can(&self, step: &Move) -> bool {
        self.running.get(step.workload as usize).is_some_and(|r| {
            let target = self.fleet.states().get(step.to.node as usize);
            !r.pinned && r.place == step.from && target.is_some_and(|state| fits_at(state, &r.shape, step.to.devices))
        })
    }

    /// Makes a move that [can](Self::can) be made.
    pub fn make(&mut self, step: &Move) {
        self.relocate(step.workload, step.to);
    }

    /// Takes a move back.
    pub fn unmake(&mut self, step: &Move) {
        self.relocate(step.workload, step.from);
    }

    /// Nothing fits on the node until [`Self::show`].
    pub(super) fn hide(&mut self, node: usize) {
        let full = State { cpu_milli: 0, mem_mib: 0, free: [0; MAX_GPUS], ..self.fleet.states()[node] };
        self.fleet.set(node, full);
    }

    /// Gives a hidden node its state back.
    pub(super) fn show(&mut self, node: usize, state: State) {
        self.fleet.set(node, state);
    }

    fn relocate(&mut self, workload: u32, to: Place) {
        let Running { shape, place: from, .. } = self.running[workload as usize];
        let (source, target) = (from.node as usize, to.node as usize);
        self.fleet.set(source, freed(&self.fleet.states()[source], &shape, from.devices));
        self.fleet.set(target, taken(&self.fleet.states()[target], &shape, to.devices));
        if source != target {
            self.on[source].retain(|w| *w != workload);
            let at = self.on[target].partition_point(|w| *w < workload);
            self.on[target].insert(at, workload);
        }
        self.running[workload as usize].place = to;
    }
}

/// Whether a shape fits on exactly these GPUs of a node.
#[must_use]
pub fn fits_at(state: &State, shape: &Shape, devices: u16) -> bool {
    let each = if shape.is_share() { shape.gpu_milli } else { WHOLE };
    let room = state.free.iter().enumerate().all(|(i, free)| devices >> i & 1 == 0 || *free >= each);
    devices.count_ones() == u32::from(shape.gpus) && room && devices >> state.gpus == 0 && shape.fits(state)
}

/// The GPUs that a shape gets on a node where it fits: of a share `device`, else the first idle ones.
#[must_use]
pub fn devices_for(state: &State, shape: &Shape, device: u8) -> u16 {
    if shape.is_share() {
        return 1 << device;
    }
    let idle = (0..state.gpus).filter(|i| state.free[usize::from(*i)] == WHOLE);
    idle.take(usize::from(shape.gpus)).fold(0, |devices, i| devices | 1 << i)
}

/// The state once the shape is gone from these GPUs.
#[must_use]
pub(super) fn freed(state: &State, shape: &Shape, devices: u16) -> State {
    let mut state = *state;
    state.cpu_milli += shape.cpu_milli;
    state.mem_mib += shape.mem_mib;
    for (i, free) in state.free.iter_mut().enumerate() {
        *free += if devices >> i & 1 == 1 { shape.gpu_milli } else { 0 };
    }
    state
}

/// The state once the shape is on these GPUs.
#[must_use]
pub(super) fn taken(state: &State, shape: &Shape, devices: u16) -> State {
    let mut state = *state;
    state.cpu_milli -= shape.cpu_milli;
    state.mem_mib -= shape.mem_mib;
    state.kinds |= shape.kind().unwrap_or(0);
    for (i, free) in state.free.iter_mut().enumerate() {
        *free -= if devices >> i & 1 == 1 { shape.gpu_milli } else { 0 };
    }
    state
}
