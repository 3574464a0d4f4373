//! Makes room for shapes that wait.

use super::{Budget, Cost, Loads, Place, Plan, Planner, Running, Step, Stopped};
use crate::fleet::Shape;

/// Where what waited gets room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The moves for it.
    pub plan: Plan,
    /// For each shape its place once the moves are made; none where no room was found.
    pub places: Vec<Option<Place>>,
}

impl Planner {
    /// Finds places for shapes that wait, in their order, and makes the moves that are needed for it: room that one got is
    /// not given to the next. In `loads` the moves are made and the shapes hold their places, pinned, after all others.
    pub fn admit(&mut self, loads: &mut Loads, waiting: &[Shape], budget: &Budget) -> Admission {
        let mut plan = Plan { steps: Vec::new(), spent: Cost::default(), stopped: Stopped::Done };
        let (mut places, mut gained) = (Vec::with_capacity(waiting.len()), 0);
        for shape in waiting {
            let (room, short) = self.search(loads, shape, &budget.less(plan.spent));
            let place = room.map(|room| {
                let last = room.moves.len();
                for (at, step) in (1..).zip(room.moves) {
                    if at == last {
                        gained += u64::from(shape.gpu_total());
                    }
                    plan.spent = plan.spent.plus(loads.running()[step.workload as usize].cost);
                    plan.steps.push(Step { step, gained_milli: gained });
                }
                loads.add(Running { shape: *shape, place: room.place, pinned: true, cost: Cost::default() });
                room.place
            });
            match place {
                Some(_) => {}
                None if short => plan.stopped = Stopped::Budget,
                None if plan.stopped == Stopped::Done => plan.stopped = Stopped::NoGain,
                None => {}
            }
            places.push(place);
        }
        Admission { plan, places }
    }
}
