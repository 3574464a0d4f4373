//! Plans for people (D4): what would change, where, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use miaas_core::api::v1::{PlanAnswer, PlanChange};

use super::deployment::problem;
use crate::exit::Exit;

/// The exit code that a plan asks for.
pub(crate) fn exit(plan: &PlanAnswer) -> Exit {
    if plan.changes.is_empty() && plan.problems.is_empty() { Exit::Done } else { Exit::Pending }
}

/// One line a change, then what stands in the way, then the count.
pub(crate) fn text(plan: &PlanAnswer, compose: bool) -> String {
    let mut text = String::new();
    let mut counts = BTreeMap::<&str, usize>::new();
    // Writing to a String cannot fail.
    for change in &plan.changes {
        *counts.entry(&change.action).or_default() += 1;
        let _ = writeln!(text, "{}", line(change));
        if let Some(document) = change.compose.as_ref().filter(|_| compose) {
            document.lines().for_each(|line| {
                let _ = writeln!(text, "    {line}");
            });
        }
    }
    for line in plan.problems.iter().flat_map(problem) {
        let _ = writeln!(text, "! {line}");
    }
    if exit(plan) == Exit::Done {
        return "nothing would change".to_owned();
    }
    let counts: Vec<String> = counts.iter().map(|(action, n)| format!("{n} to {action}")).collect();
    let counts = if counts.is_empty() { "no changes".to_owned() } else { counts.join(", ") };
    let _ = match plan.problems.len() {
        0 => write!(text, "plan: {counts}"),
        1 => write!(text, "plan: {counts}, 1 problem"),
        n => write!(text, "plan: {counts}, {n} problems"),
    };
    text
}

pub(super) fn line(change: &PlanChange) -> String {
    let sign = match change.action.as_str() {
        "create" => '+',
        "remove" | "leave" => '-',
        _ => '~',
    };
    let why = change.why.as_ref().map(|w| w.summary.as_str()).filter(|s| !s.is_empty());
    let why = why.map(|w| format!(" ({w})")).unwrap_or_default();
    let variant = change.variant.as_ref().map(|v| format!(", variant {v}")).unwrap_or_default();
    format!("{sign} {} {} on {}{variant}{why}", change.action, change.workload, change.node_name)
}

#[cfg(test)]
mod tests {
    use miaas_core::{
        api::v1::Problem,
        id::{NodeId, WorkloadId},
        name::{Name, NodeName},
        port::{Explanation, NodeVerdict, RejectReason, Unplaceable},
    };

    use super::*;

    fn change(action: &str) -> PlanChange {
        PlanChange {
            action: action.to_owned(),
            workload: WorkloadId::parse("web-0-abc").unwrap(),
            deployment: Name::parse("web").unwrap(),
            node: NodeId::parse("node-1").unwrap(),
            node_name: "alpha".to_owned(),
            variant: (action == "create").then(|| "cuda".to_owned()),
            why: Some(Explanation { summary: "fewest workloads".to_owned(), ..Explanation::default() }),
            compose: Some("services: {}\n".to_owned()),
        }
    }

    #[test]
    fn nothing_to_do_says_so() {
        let plan = PlanAnswer::default();
        assert_eq!((text(&plan, true).as_str(), exit(&plan)), ("nothing would change", Exit::Done));
    }

    #[test]
    fn changes_and_problems_are_listed_and_counted() {
        let verdict = NodeVerdict {
            node: NodeId::parse("node-1").unwrap(),
            name: NodeName::parse("alpha").unwrap(),
            reasons: vec![RejectReason::PortTaken { port: 80, protocol: "tcp".to_owned(), by: "old-0-x".to_owned() }],
        };
        let unplaceable = Unplaceable {
            by_node: vec![verdict],
            hints: vec!["free the port".to_owned()],
            ..Unplaceable::new(WorkloadId::parse("web-1-def").unwrap(), "no node".to_owned())
        };
        let problem = Problem {
            kind: "unplaceable".to_owned(),
            message: "no node takes web-1-def".to_owned(),
            hint: None,
            unplaceable: Some(unplaceable),
        };
        let plan = PlanAnswer { changes: vec![change("create"), change("remove")], problems: vec![problem] };
        let want = "\
+ create web-0-abc on alpha, variant cuda (fewest workloads)
    services: {}
- remove web-0-abc on alpha (fewest workloads)
    services: {}
! unplaceable: no node takes web-1-def
!   alpha: port 80/tcp is taken by old-0-x
!   hint: free the port
plan: 1 to create, 1 to remove, 1 problem";
        assert_eq!(text(&plan, true), want);
        assert_eq!(exit(&plan), Exit::Pending);
    }
}
