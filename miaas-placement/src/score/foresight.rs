use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// Least is given up of the GPU that the fleet could still give to others, in thousandths of a GPU: see
/// [`Foresight`](crate::policy::Foresight). What will be asked for is learned from what runs.
#[derive(Debug)]
pub struct LeastForgone;

impl Score for LeastForgone {
    fn name(&self) -> &'static str {
        "foresight"
    }

    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        -ask.market().cost(ask.demand, node)
    }

    fn because(&self, _: &Demand) -> String {
        "gives up the least GPU that others could use".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
