//! Which workloads would have to leave a node so that a shape fits there.

use super::{Loads, Running, loads::freed};
use crate::fleet::{Shape, State, WHOLE};

/// Most workloads that leave a node for one shape when they are looked for one by one.
const PAIR: usize = 2;
/// Most workloads that leave whole GPUs for a shape that wants several.
pub(super) const MOST: usize = 8;

/// Workloads that leave a node together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leavers {
    pub(super) node: u32,
    ids: [u32; MOST],
    count: u8,
}

impl Leavers {
    fn new(node: usize, ids: &[u32]) -> Self {
        let mut all = [0; MOST];
        all[..ids.len()].copy_from_slice(ids);
        Self { node: node as u32, ids: all, count: ids.len() as u8 }
    }

    /// Their numbers.
    pub(super) fn ids(&self) -> &[u32] {
        &self.ids[..usize::from(self.count)]
    }
}

/// Tells `tell` of sets of movable workloads of a node without which the shape would fit there: each that suffices alone,
/// each two that do together, and for several whole GPUs the emptiest ones with all that is on them.
pub(super) fn leavers(loads: &Loads, node: usize, shape: &Shape, tell: &mut dyn FnMut(Leavers)) {
    let state = &loads.fleet().states()[node];
    if shape.gpus > 0 && (!shape.models.allows(state.model) || shape.gpus > state.gpus) {
        return;
    }
    let get = |id: &u32| &loads.running()[*id as usize];
    let movable: Vec<u32> = loads.on(node).iter().copied().filter(|id| !get(id).pinned).collect();
    let all = movable.iter().fold(*state, |state, id| without(&state, get(id)));
    if !shape.fits(&all) {
        return;
    }
    let mut alone = Vec::with_capacity(movable.len());
    for id in &movable {
        let after = without(state, get(id));
        let fits = shape.fits(&after);
        if fits {
            tell(Leavers::new(node, &[*id]));
        }
        alone.push((*id, after, fits));
    }
    for (at, (id, after, fits)) in alone.iter().enumerate() {
        if *fits {
            continue;
        }
        for (other, _, _) in alone[at + 1..].iter().filter(|(_, _, fits)| !fits) {
            if shape.fits(&without(after, get(other))) {
                tell(Leavers::new(node, &[*id, *other]));
            }
        }
    }
    if shape.gpus > 0 {
        clear_devices(loads, node, shape, &movable, tell);
    }
}

/// Clears the GPUs that are easiest to clear, then takes what uses most processor until there is enough.
fn clear_devices(loads: &Loads, node: usize, shape: &Shape, movable: &[u32], tell: &mut dyn FnMut(Leavers)) {
    let get = |id: &u32| &loads.running()[*id as usize];
    let mut state = loads.fleet().states()[node];
    let mut order: Vec<(u32, u16, u8)> = (0..state.gpus)
        .map(|d| {
            let here = movable.iter().filter(|id| get(id).place.devices >> d & 1 == 1);
            (here.map(|id| 1 + u32::from(get(id).shape.gpus)).sum(), WHOLE - state.free[usize::from(d)], d)
        })
        .collect();
    order.sort_unstable();
    let mut ids: Vec<u32> = Vec::new();
    for (_, _, device) in order {
        if state.slots(shape.gpu_milli) >= u32::from(shape.gpus) {
            break;
        }
        for id in movable.iter().filter(|id| get(id).place.devices >> device & 1 == 1) {
            if !ids.contains(id) {
                state = without(&state, get(id));
                ids.push(*id);
            }
        }
    }
    let mut rest: Vec<u32> =
        movable.iter().copied().filter(|id| !ids.contains(id) && get(id).shape.gpus == 0).collect();
    rest.sort_by_key(|id| (std::cmp::Reverse(get(id).shape.cpu_milli), *id));
    for id in rest {
        if shape.fits(&state) || ids.len() >= MOST {
            break;
        }
        state = without(&state, get(&id));
        ids.push(id);
    }
    if ids.len() > PAIR && ids.len() <= MOST && shape.fits(&state) {
        tell(Leavers::new(node, &ids));
    }
}

fn without(state: &State, running: &Running) -> State {
    freed(state, &running.shape, running.place.devices)
}
