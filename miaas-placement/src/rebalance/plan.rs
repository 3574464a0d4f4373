use std::fmt;

use super::{Budget, Cost, Loads, Move};

/// One move of a plan and what it led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The move.
    pub step: Move,
    /// Thousandths of GPUs gained by the plan so far: what waited and has room now, or how much more of what is wanted
    /// could be had. Never less than after the move before.
    pub gained_milli: u64,
}

/// Why a plan ends where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stopped {
    /// Everything that waited has room.
    Done,
    /// No move was found that gains anything.
    NoGain,
    /// There would be more to gain, but it costs more than what is left.
    Budget,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "everything that waited has room",
            Self::NoGain => "no further move gains anything",
            Self::Budget => "more could be gained with a larger budget",
        })
    }
}

/// Moves in the order in which they can be made: each finds its target free while its source is still held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The moves.
    pub steps: Vec<Step>,
    /// What all of them cost.
    pub spent: Cost,
    /// Why there are not more.
    pub stopped: Stopped,
}

impl Plan {
    /// Thousandths of GPUs gained by all moves.
    #[must_use]
    pub fn gained_milli(&self) -> u64 {
        self.steps.last().map_or(0, |s| s.gained_milli)
    }

    /// Makes the moves on a copy of the fleet that the plan was made for and gives what comes out.
    ///
    /// # Errors
    /// The first move that cannot be made, in words: its workload is pinned or elsewhere, or the target lacks room. Also
    /// costs that do not add up or exceed the budget.
    pub fn check(&self, loads: &Loads, budget: &Budget) -> Result<Loads, String> {
        let (mut loads, mut spent, mut gained) = (loads.copy(), Cost::default(), 0);
        for (at, Step { step, gained_milli }) in self.steps.iter().enumerate() {
            if !loads.can(step) {
                return Err(format!("move {at} cannot be made: {step:?}"));
            }
            if *gained_milli < gained {
                return Err(format!("move {at} loses GPU: {gained} before, {gained_milli} after"));
            }
            gained = *gained_milli;
            spent = spent.plus(loads.running()[step.workload as usize].cost);
            loads.make(step);
        }
        match spent {
            sum if sum != self.spent => Err(format!("the moves cost {sum:?}, the plan says {:?}", self.spent)),
            sum if !budget.covers(sum) => Err(format!("the moves cost {sum:?}, the budget is {budget:?}")),
            _ => Ok(loads),
        }
    }
}
