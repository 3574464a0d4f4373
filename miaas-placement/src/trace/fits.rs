//! Whether an empty node could take a pod at all.

use std::collections::BTreeSet;

use super::{Nodes, TracePod};

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind<'a> {
    cpu_milli: u64,
    memory_mib: u64,
    gpus: u32,
    model: &'a str,
}

impl Kind<'_> {
    /// Whether the pod may have its devices here, whatever else it needs.
    fn model_fits(&self, pod: &TracePod) -> bool {
        pod.num_gpu == 0 || pod.models.is_empty() || pod.models.iter().any(|model| model == self.model)
    }

    fn fits(&self, pod: &TracePod) -> bool {
        self.cpu_milli >= pod.cpu_milli
            && self.memory_mib >= pod.memory_mib
            && self.gpus >= pod.num_gpu
            && self.model_fits(pod)
    }
}

/// The kinds of nodes of a trace: few, however many nodes.
#[derive(Debug)]
pub(super) struct Kinds<'a>(BTreeSet<Kind<'a>>);

impl<'a> Kinds<'a> {
    pub(super) fn of(nodes: &'a Nodes) -> Self {
        let kind = |node: &'a super::TraceNode| Kind {
            cpu_milli: node.cpu_milli,
            memory_mib: node.memory_mib,
            gpus: node.gpus,
            model: &node.model,
        };
        Self(nodes.list.iter().map(kind).collect())
    }

    /// Why no node could take the pod even when empty; nothing when one could.
    pub(super) fn obstacle(&self, pod: &TracePod) -> Option<String> {
        if self.0.iter().any(|kind| kind.fits(pod)) {
            return None;
        }
        let most = |of: fn(&Kind<'_>) -> u64| self.0.iter().map(of).max().unwrap_or(0);
        let (cpu, memory, gpus) = (most(|k| k.cpu_milli), most(|k| k.memory_mib), most(|k| k.gpus.into()));
        let mut lacks = Vec::new();
        if pod.cpu_milli > cpu {
            lacks.push(format!("it asks for {} cpu_milli, the most that a node has is {cpu}", pod.cpu_milli));
        }
        if pod.memory_mib > memory {
            lacks.push(format!("it asks for {} MiB memory, the most that a node has is {memory}", pod.memory_mib));
        }
        if u64::from(pod.num_gpu) > gpus {
            lacks.push(format!("it asks for {} GPUs, the most that a node has is {gpus}", pod.num_gpu));
        }
        if lacks.is_empty() {
            let models = if pod.models.is_empty() { String::new() } else { format!(" of {}", pod.models.join(" or ")) };
            return Some(format!(
                "no node has {} cpu_milli, {} MiB memory and {} GPUs{models} together",
                pod.cpu_milli, pod.memory_mib, pod.num_gpu
            ));
        }
        Some(lacks.join("; "))
    }
}
