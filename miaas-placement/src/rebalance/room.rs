//! Makes room for one shape: a short chain of moves.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Budget, Cost, Loads, Move, Place, Wanted,
    evict::{Leavers, leavers},
    loads::devices_for,
};
use crate::{
    fleet::{Boards, Shape, State},
    policy::{self, Policy},
};

/// How far the search for moves goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long chains are: at depth 1 what makes room goes where there is room, at depth 2 room is made for it, too.
    pub depth: u8,
    /// How many ways are compared before the best of those that work is taken.
    pub compared: usize,
    /// How many ways that need a longer chain are tried.
    pub tried: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 2, compared: 24, tried: 64 }
    }
}

/// Room for a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The moves that make it, in their order.
    pub moves: Vec<Move>,
    /// Where it is then.
    pub place: Place,
}

/// Looks for moves. It keeps what it learns of nodes between questions, so one is best kept for long.
#[derive(Debug)]
pub struct Planner {
    pub(super) policy: Box<dyn Policy>,
    pub(super) boards: Boards,
    pub(super) wanted: Wanted,
    limits: Limits,
}

/// Weighs more than all leavers of a way.
const HOPELESS: u8 = 16;

/// One search.
struct Search<'a> {
    planner: &'a mut Planner,
    loads: &'a mut Loads,
    budget: &'a Budget,
    /// Moves made so far.
    trail: Vec<Move>,
    spent: Cost,
    /// Whether the budget stood in the way.
    short: bool,
    /// Nodes that are being cleared: nothing goes there.
    closed: Vec<usize>,
    /// Shapes for which no room was found, by how deep it was looked for.
    hopeless: BTreeSet<(u8, Shape)>,
}

impl Planner {
    /// A planner that puts what it moves where the policy likes it best and prefers moves after which most of what is
    /// wanted has room.
    #[must_use]
    pub fn new(policy: Box<dyn Policy>, wanted: Wanted, limits: Limits) -> Self {
        Self { policy, boards: Boards::default(), wanted, limits }
    }

    /// The policy that it places by.
    pub fn policy(&mut self) -> &mut dyn Policy {
        self.policy.as_mut()
    }

    /// Where a shape fits now, by the policy.
    pub fn place(&mut self, loads: &Loads, shape: &Shape) -> Option<Place> {
        let (node, device) = policy::choose(self.policy.as_mut(), &mut self.boards, loads.fleet(), shape)?;
        Some(Place { node: node as u32, devices: devices_for(&loads.fleet().states()[node], shape, device) })
    }

    /// Makes moves within the budget after which the shape fits; no moves when it fits already. None, and nothing moved,
    /// when none were found.
    pub fn make_room(&mut self, loads: &mut Loads, shape: &Shape, budget: &Budget) -> Option<Room> {
        self.search(loads, shape, budget).0
    }

    /// As [`Self::make_room`]; also whether the budget stood in the way of some move.
    pub(super) fn search(&mut self, loads: &mut Loads, shape: &Shape, budget: &Budget) -> (Option<Room>, bool) {
        let depth = self.limits.depth;
        let mut search = Search {
            planner: self,
            loads,
            budget,
            trail: Vec::new(),
            spent: Cost::default(),
            short: false,
            closed: Vec::new(),
            hopeless: BTreeSet::new(),
        };
        let place = search.open(shape, depth);
        (place.map(|place| Room { moves: search.trail, place }), search.short)
    }
}

impl Search<'_> {
    /// A place for the shape once the moves that it appends to the trail are made; nothing changes when there is none.
    fn open(&mut self, shape: &Shape, depth: u8) -> Option<Place> {
        if let Some(place) = self.direct(shape) {
            return Some(place);
        }
        for depth in 1..=depth {
            if self.hopeless.contains(&(depth, *shape)) {
                continue;
            }
            if let Some(place) = self.clear(shape, depth) {
                return Some(place);
            }
            self.hopeless.insert((depth, *shape));
        }
        None
    }

    fn direct(&mut self, shape: &Shape) -> Option<Place> {
        if self.closed.is_empty() {
            return self.planner.place(self.loads, shape);
        }
        let states: Vec<State> = self.closed.iter().map(|n| self.loads.fleet().states()[*n]).collect();
        for node in &self.closed {
            self.loads.hide(*node);
        }
        let place = self.planner.place(self.loads, shape);
        for (node, state) in self.closed.iter().zip(states) {
            self.loads.show(*node, state);
        }
        place.filter(|p| !self.closed.contains(&(p.node as usize)))
    }

    /// Clears a node for the shape. At depth 1 the best of several ways, deeper the first that works.
    fn clear(&mut self, shape: &Shape, depth: u8) -> Option<Place> {
        let limits = self.planner.limits;
        let mut best: Option<((i64, u64), Vec<Move>, Place)> = None;
        let (start, before) = (self.trail.len(), self.spent);
        let tries = if depth == 1 { limits.compared } else { limits.tried };
        let mut worked = 0;
        for way in self.ways(shape, depth) {
            if worked >= tries {
                break;
            }
            if depth > 1 {
                worked += 1;
            }
            let Some(place) = self.leave(&way, shape, depth) else { continue };
            if depth > 1 {
                return Some(place);
            }
            worked += 1;
            let weight = self.spent.weight();
            let after = self.sum(start, shape, &place);
            let moves = self.back_to(start, before);
            let now: i64 = self.value(&moves, &place);
            let key = (now - after, weight);
            if best.as_ref().is_none_or(|(known, ..)| key < *known) {
                best = Some((key, moves, place));
            }
        }
        let (_, moves, place) = best?;
        for step in moves {
            self.step(step);
        }
        Some(place)
    }

    /// What the nodes of the trail from `start` on are worth once the shape is placed, too.
    fn sum(&mut self, start: usize, shape: &Shape, place: &Place) -> i64 {
        let node = place.node as usize;
        let state = self.loads.fleet().states()[node];
        let full = super::loads::taken(&state, shape, place.devices);
        let moves = self.trail[start..].to_vec();
        let sum = self.value(&moves, place);
        let wanted = &mut self.planner.wanted;
        sum - wanted.usable(&state).cast_signed() + wanted.usable(&full).cast_signed()
    }

    fn value(&mut self, moves: &[Move], place: &Place) -> i64 {
        let mut nodes: Vec<u32> = moves.iter().flat_map(|m| [m.from.node, m.to.node]).chain([place.node]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let states = self.loads.fleet().states();
        nodes.iter().map(|n| self.planner.wanted.usable(&states[*n as usize]).cast_signed()).sum()
    }

    /// Ways to clear a node, the likely and cheap ones first. At depth 1 only those whose leavers have room somewhere.
    fn ways(&mut self, shape: &Shape, depth: u8) -> Vec<Leavers> {
        let mut all = Vec::new();
        for node in 0..self.loads.fleet().states().len() {
            if !self.closed.contains(&node) {
                leavers(self.loads, node, shape, &mut |way| all.push(way));
            }
        }
        let mut placeable: BTreeMap<Shape, bool> = BTreeMap::new();
        let mut rated = Vec::with_capacity(all.len());
        for way in all {
            let (mut homeless, mut weight, mut gpu) = (0_u8, 0_u64, 0_u32);
            for id in way.ids() {
                let running = self.loads.running()[*id as usize];
                let has = match placeable.get(&running.shape) {
                    Some(known) => *known,
                    None => {
                        let has = self.direct(&running.shape).is_some();
                        placeable.insert(running.shape, has);
                        has
                    }
                };
                let gone = self.hopeless.contains(&(depth - 1, running.shape));
                homeless += u8::from(!has) + if !has && gone { HOPELESS } else { 0 };
                weight += running.cost.weight();
                gpu += running.shape.gpu_total();
            }
            if (depth == 1 && homeless == 0) || (depth > 1 && (1..HOPELESS).contains(&homeless)) {
                rated.push(((homeless, weight, gpu), way));
            }
        }
        rated.sort_unstable();
        rated.into_iter().map(|(_, way)| way).collect()
    }

    /// Moves the leavers away; the place for the shape when it fits then, else nothing changes.
    fn leave(&mut self, way: &Leavers, shape: &Shape, depth: u8) -> Option<Place> {
        let (start, before) = (self.trail.len(), self.spent);
        self.closed.push(way.node as usize);
        let gone = way.ids().iter().all(|id| self.send_away(*id, depth - 1));
        self.closed.pop();
        let place = if gone { self.place_on(way.node, shape) } else { None };
        if place.is_none() {
            self.back_to(start, before);
        }
        place
    }

    fn send_away(&mut self, id: u32, depth: u8) -> bool {
        let running = self.loads.running()[id as usize];
        let (start, before) = (self.trail.len(), self.spent);
        let Some(to) = self.open(&running.shape, depth) else { return false };
        // Making room for it may have moved it already, or filled its target.
        let step = Move { workload: id, from: self.loads.running()[id as usize].place, to };
        if step.from == running.place && self.loads.can(&step) && self.step(step) {
            return true;
        }
        self.back_to(start, before);
        false
    }

    fn place_on(&mut self, node: u32, shape: &Shape) -> Option<Place> {
        let state = &self.loads.fleet().states()[node as usize];
        if !shape.fits(state) {
            return None;
        }
        let device = self.planner.policy.rate(shape, state).device;
        Some(Place { node, devices: devices_for(state, shape, device) })
    }

    /// Makes a move. False, and nothing done, when the budget does not cover it.
    fn step(&mut self, step: Move) -> bool {
        let spent = self.spent.plus(self.loads.running()[step.workload as usize].cost);
        if !self.budget.covers(spent) {
            self.short = true;
            return false;
        }
        self.spent = spent;
        self.loads.make(&step);
        self.trail.push(step);
        true
    }

    /// Takes the moves from `start` on back and gives them.
    fn back_to(&mut self, start: usize, spent: Cost) -> Vec<Move> {
        let moves = self.trail.split_off(start);
        for step in moves.iter().rev() {
            self.loads.unmake(step);
        }
        self.spent = spent;
        moves
    }
}
