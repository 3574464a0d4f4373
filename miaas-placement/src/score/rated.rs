use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// What one of the published [policies](crate::policy) thinks of the node's processors and GPUs. Those that have to be
/// told what will be asked for are told of what runs.
#[derive(Debug)]
pub struct Rated(
    /// The policy's name.
    pub &'static str,
);

impl Score for Rated {
    fn name(&self) -> &'static str {
        self.0
    }

    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        ask.market().rate(self.0, ask.demand, node)
    }

    fn because(&self, _: &Demand) -> String {
        format!("highest by {}", self.0)
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
