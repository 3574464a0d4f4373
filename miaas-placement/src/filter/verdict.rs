use miaas_core::{cluster::NodeView, port::RejectReason};

use super::Filter;
use crate::score::Ask;

/// Collects what filters have against a node. Reasons are only built when somebody will read them.
#[derive(Debug)]
pub struct Verdict {
    explain: bool,
    rejected: bool,
    reasons: Vec<RejectReason>,
}

impl Verdict {
    /// Says that the node cannot take the workload.
    pub fn reject(&mut self, reason: impl FnOnce() -> RejectReason) {
        self.rejected = true;
        if self.explain {
            self.reasons.push(reason());
        }
    }

    /// Whether all filters let the node pass. Stops at the first that does not; allocates nothing.
    #[must_use]
    pub fn passes(filters: &[Box<dyn Filter>], ask: &Ask<'_>, node: &NodeView) -> bool {
        Self::first_obstacle(filters, ask, node).is_none()
    }

    /// The first filter that does not let the node pass, by its place among the filters. Allocates nothing.
    #[must_use]
    pub fn first_obstacle(filters: &[Box<dyn Filter>], ask: &Ask<'_>, node: &NodeView) -> Option<usize> {
        let mut verdict = Self { explain: false, rejected: false, reasons: Vec::new() };
        filters.iter().position(|filter| {
            filter.check(ask, node, &mut verdict);
            verdict.rejected
        })
    }

    /// Every reason of every filter; empty when the node passes.
    #[must_use]
    pub fn reasons(filters: &[Box<dyn Filter>], ask: &Ask<'_>, node: &NodeView) -> Vec<RejectReason> {
        let mut verdict = Self { explain: true, rejected: false, reasons: Vec::new() };
        for filter in filters {
            filter.check(ask, node, &mut verdict);
        }
        verdict.reasons
    }
}
