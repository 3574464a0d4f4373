//! What the machines are and run.

use miaas_core::model::ExecutorKind;

use super::{Case, Found};
use crate::explain::exclusion::Kind;

/// No node has what runs the workload, or one has everything but that.
pub(super) fn missing(case: &Case<'_>, found: &mut Found) {
    let Some(first) = case.demand.executors.first() else {
        found.say(
            "the template offers no executor: it needs a Compose service with an image or an x-process".to_owned(),
        );
        return;
    };
    let remedy = match first {
        ExecutorKind::Docker => "start a Docker engine there; its agent notices",
        ExecutorKind::Process => "start its agent with the process executor allowed",
        ExecutorKind::Kubernetes => "give its agent access to a Kubernetes cluster",
        _ => "start its agent with this executor",
    };
    let needed: Vec<String> = case.demand.executors.iter().map(ToString::to_string).collect();
    let needed = needed.join(" or ");
    if let Some(node) = case.only([Kind::Executor], 1).next() {
        found.say(format!("fits on {} once it offers {needed}: {remedy}", node.name));
    } else if case.obstacles.everywhere(Kind::Executor) {
        found.say(format!("no node offers {needed}"));
    }
}

/// No node has an instruction set that the workload runs on.
pub(super) fn architecture(case: &Case<'_>, found: &mut Found) {
    if case.obstacles.everywhere(Kind::Architecture) {
        let wanted = case.demand.architectures.join(" or ");
        found.say(format!("no node is {wanted}: use an image that is built for the nodes"));
    }
}
