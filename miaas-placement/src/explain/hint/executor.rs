//! What the machines are and run.

use miaas_core::{model::ExecutorKind, port::RejectReason};

use super::Case;

/// No node has what runs the workload, or one has everything but that.
pub(super) fn missing(case: &Case<'_>) -> Vec<String> {
    let is = |r: &RejectReason| matches!(r, RejectReason::Executor { .. });
    let Some(first) = case.demand.executors.first() else {
        return vec![
            "the template offers no executor: it needs a Compose service with an image or an x-process".to_owned(),
        ];
    };
    let remedy = match first {
        ExecutorKind::Docker => "start a Docker engine there; its agent notices",
        ExecutorKind::Process => "start its agent with the process executor allowed",
        ExecutorKind::Kubernetes => "give its agent access to a Kubernetes cluster",
        ExecutorKind::Fake => "start its agent with the fake executor",
    };
    let needed: Vec<String> = case.demand.executors.iter().map(ToString::to_string).collect();
    let needed = needed.join(" or ");
    let one = case.only(is).next().map(|(node, _)| format!("fits on {} once it offers {needed}: {remedy}", node.name));
    let all = case.everywhere(is).then(|| format!("no node offers {needed}"));
    one.or(all).into_iter().collect()
}

/// No node has an instruction set that the workload runs on.
pub(super) fn architecture(case: &Case<'_>) -> Vec<String> {
    if !case.everywhere(|r| matches!(r, RejectReason::Architecture { .. })) {
        return Vec::new();
    }
    vec![format!("no node is {}: use an image that is built for the nodes", case.demand.architectures.join(" or "))]
}
