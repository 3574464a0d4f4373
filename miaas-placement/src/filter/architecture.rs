use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// The workload runs on the node's instruction set. Images call some sets by other names than Rust does; both are known.
#[derive(Debug)]
pub struct Architecture;

impl Filter for Architecture {
    fn name(&self) -> &'static str {
        "architecture"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        let wanted = &ask.demand.architectures;
        if !wanted.is_empty() && !wanted.iter().any(|w| canonical(w) == canonical(&node.arch)) {
            verdict.reject(|| RejectReason::Architecture { needed: wanted.clone(), found: node.arch.clone() });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}

fn canonical(arch: &str) -> &str {
    match arch {
        "amd64" | "x64" => "x86_64",
        "arm64" => "aarch64",
        "386" | "i386" => "x86",
        other => other,
    }
}
