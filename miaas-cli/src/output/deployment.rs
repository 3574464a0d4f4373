//! Deployments and their workloads for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use miaas_core::{
    api::v1::{DeploymentItem, Outputs, Problem, WorkloadItem},
    model::{Phase, WorkloadState},
    time::Timestamp,
};

use super::{Table, bytes, or_dash};
use crate::seconds;

/// One row a deployment.
pub(crate) fn list(items: &[DeploymentItem], now: Timestamp, wide: bool) -> String {
    let mut head = vec!["NAME", "TEMPLATE", "STATUS", "READY", "NODES", "PORTS", "AGE"];
    if wide {
        head.extend(["GENERATION", "PRIORITY", "ID", "PROBLEM"]);
    }
    let mut table = Table::new(head);
    for item in items {
        let nodes: BTreeSet<String> = item.workloads.iter().map(node).collect();
        let mut row = vec![
            item.name.to_string(),
            item.template.clone(),
            item.status.as_str().to_owned(),
            format!("{}/{}", item.ready, item.replicas),
            or_dash(nodes.into_iter().collect::<Vec<_>>().join(",")),
            or_dash(item.workloads.iter().map(ports).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(",")),
            seconds::age(item.created_at, now),
        ];
        if wide {
            let problem = item.problems.first().map_or("", |p| p.message.as_str());
            row.extend([item.generation.to_string(), item.priority.to_string(), item.id.to_string(), or_dash(problem)]);
        }
        table.row(row);
    }
    table.text()
}

/// One row a workload.
pub(crate) fn workloads<'a>(
    items: impl IntoIterator<Item = (&'a DeploymentItem, &'a WorkloadItem)>,
    now: Timestamp,
    wide: bool,
) -> String {
    let mut head = vec!["WORKLOAD", "DEPLOYMENT", "NODE", "STATE", "READY", "RESTARTS", "PORTS", "AGE"];
    if wide {
        head.extend(["INSTANCES", "WHY", "MESSAGE"]);
    }
    let mut table = Table::new(head);
    for (deployment, workload) in items {
        let restarts: u32 = workload.state.services.values().map(|s| s.restarts).sum();
        let mut row = vec![
            workload.id.to_string(),
            deployment.name.to_string(),
            node(workload),
            phase(workload),
            if workload.ready { "yes" } else { "no" }.to_owned(),
            restarts.to_string(),
            or_dash(ports(workload)),
            or_dash(workload.at.map(|at| seconds::age(at, now)).unwrap_or_default()),
        ];
        if wide {
            let instances = workload.state.services.values().map(|s| s.instance.chars().take(12).collect::<String>());
            row.extend([
                or_dash(instances.collect::<Vec<_>>().join(",")),
                or_dash(workload.why.summary.as_str()),
                or_dash(workload.state.message.as_deref().unwrap_or_default()),
            ]);
        }
        table.row(row);
    }
    table.text()
}

/// Everything about one deployment.
pub(crate) fn details(item: &DeploymentItem, outputs: &Outputs, now: Timestamp) -> String {
    let mut text = format!(
        "{} ({}): {}, {}/{} ready, created {} ago\n",
        item.name,
        item.template,
        item.status.as_str(),
        item.ready,
        item.replicas,
        seconds::age(item.created_at, now),
    );
    // Writing to a String cannot fail.
    if !item.params.is_empty() {
        let _ = writeln!(text, "\nParameters");
        for (name, value) in &item.params {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(text, "  {name} = {shown}");
        }
    }
    if !item.workloads.is_empty() {
        let _ = writeln!(text, "\nWorkloads");
    }
    for workload in &item.workloads {
        let _ = writeln!(text, "  {} on {}: {}", workload.id, node(workload), phase(workload));
        if !workload.ports.is_empty() {
            let _ = writeln!(text, "    ports: {}", ports(workload));
        }
        if !workload.why.summary.is_empty() {
            let _ = writeln!(text, "    why there: {}", workload.why.summary);
        }
        for (name, service) in &workload.state.services {
            let _ = writeln!(text, "    {name}: {}", self::service(service));
        }
        if let Some(message) = &workload.state.message {
            let _ = writeln!(text, "    {message}");
        }
    }
    if !outputs.is_empty() {
        let _ = writeln!(text, "\nOutputs");
        for (name, value) in outputs {
            let _ = writeln!(text, "  {name}: {value}");
        }
    }
    if !item.problems.is_empty() {
        let _ = writeln!(text, "\nProblems");
        for line in item.problems.iter().flat_map(problem) {
            let _ = writeln!(text, "  {line}");
        }
    }
    text.trim_end().to_owned()
}

/// A problem with its reasons and hints, one a line.
pub(crate) fn problem(problem: &Problem) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", problem.kind, problem.message)];
    let by_node = problem.unplaceable.iter().flat_map(|u| &u.by_node);
    lines.extend(by_node.map(|verdict| {
        let reasons: Vec<String> = verdict.reasons.iter().map(ToString::to_string).collect();
        format!("  {}: {}", verdict.name, reasons.join("; "))
    }));
    let hints: BTreeSet<&String> =
        problem.hint.iter().chain(problem.unplaceable.iter().flat_map(|u| &u.hints)).collect();
    lines.extend(hints.into_iter().map(|hint| format!("  hint: {hint}")));
    lines
}

/// The state of a workload with how far a pull has come.
pub(crate) fn phase(workload: &WorkloadItem) -> String {
    let mut text = workload.state.phase.as_str().to_owned();
    if workload.leaving {
        text.push_str(" (leaving)");
    }
    if workload.state.phase == Phase::Preparing
        && let Some(pulling) = pulling(&workload.state)
    {
        text = format!("{text} ({pulling})");
    }
    text
}

/// How far a pull has come.
pub(crate) fn pulling(state: &WorkloadState) -> Option<String> {
    let progress = state.progress.as_ref()?;
    if progress.total_bytes == 0 {
        return Some(format!("pulling {}", progress.image));
    }
    let (done, total) = (bytes(progress.done_bytes), bytes(progress.total_bytes));
    Some(format!("pulling {} {done} of {total}", progress.image))
}

/// The name of the node of a workload.
pub(crate) fn node(workload: &WorkloadItem) -> String {
    workload.node_name.as_ref().map_or_else(|| workload.node.to_string(), ToString::to_string)
}

fn ports(workload: &WorkloadItem) -> String {
    let address = workload.node_ip.as_deref().unwrap_or_default();
    let port = |p: &miaas_core::model::PortBinding| {
        let protocol = if p.protocol.as_str() == "tcp" { "" } else { "/udp" };
        let host = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
        let host = if host.is_empty() { String::new() } else { format!("{host}:") };
        format!("{}={host}{}{protocol}", p.name, p.host)
    };
    workload.ports.iter().map(port).collect::<Vec<_>>().join(",")
}

fn service(state: &miaas_core::model::ServiceState) -> String {
    let mut text = if state.running { "running" } else { "not running" }.to_owned();
    match state.healthy {
        Some(true) => text.push_str(", healthy"),
        Some(false) => text.push_str(", not healthy"),
        None => {}
    }
    if let Some(code) = state.exit_code.filter(|_| !state.running) {
        let _ = write!(text, ", exit code {code}");
    }
    if state.restarts > 0 {
        let _ = write!(text, ", started again {} times", state.restarts);
    }
    if let Some(error) = &state.error {
        let _ = write!(text, ": {}", error.trim_end());
    }
    text
}
