//! Where the tables and sequences come from: named files, or a folder laid out like the published trace.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use miaas_core::spec::nearest;
use miaas_placement::trace::{Arrivals, Curve, Nodes, Pods, Point, TraceError, TraceErrors, TracePod};

use super::failure;
use crate::{app::App, failure::fail};

const NODE_TABLE: &str = "openb_node_list_gpu_node.csv";
const POD_TABLE: &str = "openb_pod_list_";
/// What the published sequences ask for, in thousandths of the GPUs there are.
const INFLATE_MILLI: u64 = 1300;
/// So many pods that can never run are told one by one.
const TOLD: usize = 3;

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) nodes: Option<PathBuf>,
    pub(crate) pods: Option<PathBuf>,
    pub(crate) arrivals: Vec<PathBuf>,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) workloads: Vec<String>,
    pub(crate) seeds: Vec<u64>,
    /// Set when sequences are to be made up even where there are published ones.
    pub(crate) inflate_milli: Option<u64>,
}

/// All there is to replay.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) nodes: Nodes,
    pub(crate) workloads: Vec<Workload>,
}

/// A pod table with its sequences, one for each seed.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) name: String,
    pub(crate) pods: Pods,
    pub(crate) sequences: Vec<Arrivals>,
}

impl Workload {
    /// Fails when a sequence ends before `at` percent of the GPUs have been asked for.
    pub(crate) fn reaches(&self, at: u64, nodes: &Nodes) -> anyhow::Result<()> {
        for arrivals in &self.sequences {
            let asked = arrivals.order.iter().filter_map(|row| self.pods.list.get(usize::try_from(*row).ok()?));
            let arrived_milli = asked.map(TracePod::total_milli).sum();
            let end = Curve::new(&[Point { arrived_milli, ..Point::default() }], nodes.capacity_milli()).last();
            let end = end.unwrap_or(0);
            if end < at {
                let message = format!("{}: --at {at} is not reached, all pods together ask for {end} %", self.name);
                return Err(fail(message, "lower --at, or let more pods arrive with --inflate"));
            }
        }
        Ok(())
    }
}

/// Reads everything; tells of pods that can never run.
pub(crate) fn read(app: &App, wanted: &Wanted) -> anyhow::Result<Trace> {
    let folder = wanted.folder.as_deref();
    let Some(node_table) = wanted.nodes.clone().or_else(|| Some(folder?.join(NODE_TABLE))) else {
        return Err(no_trace("--nodes"));
    };
    let nodes = Nodes::parse(&label(&node_table), &text(&node_table)?).map_err(trace_error)?;
    let mut workloads = Vec::new();
    for (name, pod_table) in tables(wanted)? {
        let pods = Pods::parse(&label(&pod_table), &text(&pod_table)?, &nodes).map_err(trace_error)?;
        tell_impossible(app, &pod_table, &pods);
        let sequences = sequences(app, wanted, &name, &pods, &nodes)?;
        workloads.push(Workload { name, pods, sequences });
    }
    Ok(Trace { nodes, workloads })
}

/// The pod tables by the name of their workload.
fn tables(wanted: &Wanted) -> anyhow::Result<Vec<(String, PathBuf)>> {
    if let Some(table) = &wanted.pods {
        let stem = table.file_stem().unwrap_or_default().to_string_lossy();
        let name = match wanted.workloads.as_slice() {
            [] => stem.strip_prefix(POD_TABLE).unwrap_or(&stem).to_owned(),
            [name] => name.clone(),
            _ => return Err(fail("--pods is one workload and --workload names several", "give one name")),
        };
        return Ok(vec![(name, table.clone())]);
    }
    let Some(folder) = &wanted.folder else { return Err(no_trace("--pods")) };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(name) = file.strip_prefix(POD_TABLE).and_then(|rest| rest.strip_suffix(".csv")) {
            found.push((name.to_owned(), path));
        }
    }
    found.sort();
    if found.is_empty() {
        let hint = "pod tables are named openb_pod_list_WORKLOAD.csv";
        return Err(fail(format!("{} has no pod table", folder.display()), hint));
    }
    for name in &wanted.workloads {
        let known = || found.iter().map(|(name, _)| name.as_str());
        if !known().any(|other| other == name) {
            let all = known().collect::<Vec<_>>().join(", ");
            let hint = match nearest(name, known()) {
                Some(near) => format!("did you mean {near}? The workloads are {all}"),
                None => format!("the workloads are {all}"),
            };
            return Err(fail(format!("{} has no workload {name}", folder.display()), hint));
        }
    }
    found.retain(|(name, _)| wanted.workloads.is_empty() || wanted.workloads.contains(name));
    Ok(found)
}

/// The sequences of a workload: from the files named, from the folder, or made up.
fn sequences(app: &App, wanted: &Wanted, name: &str, pods: &Pods, nodes: &Nodes) -> anyhow::Result<Vec<Arrivals>> {
    let parse = |path: &Path| {
        Arrivals::parse(&label(path), &text(path)?, pods.list.len(), nodes.list.len()).map_err(trace_error)
    };
    if !wanted.arrivals.is_empty() {
        return wanted.arrivals.iter().map(|path| parse(path)).collect();
    }
    // A folder has sequences for its own tables only.
    let own = wanted.nodes.is_none() && wanted.pods.is_none() && wanted.inflate_milli.is_none();
    let folder = wanted.folder.as_ref().filter(|_| own).map(|folder| folder.join("arrivals")).filter(|it| it.is_dir());
    let (mut found, mut made_up) = (Vec::new(), Vec::new());
    for seed in &wanted.seeds {
        let file = folder.as_ref().map(|folder| folder.join(format!("{name}_{seed}.txt"))).filter(|file| file.exists());
        found.push(match file {
            Some(file) => parse(&file)?,
            None => {
                made_up.push(seed.to_string());
                let inflate = wanted.inflate_milli.unwrap_or(INFLATE_MILLI);
                Arrivals::generate(&pods.list, &nodes.list, *seed, inflate).with_context(|| name.to_owned())?
            }
        });
    }
    if let Some(folder) = folder.filter(|_| !made_up.is_empty()) {
        let seeds = made_up.join(", ");
        let made =
            if made_up.len() == 1 { "a sequence is made up for seed" } else { "sequences are made up for seeds" };
        app.say.warning(&format!("{name}: {made} {seeds}, {} has none", folder.display()));
    }
    Ok(found)
}

fn tell_impossible(app: &App, table: &Path, pods: &Pods) {
    for pod in pods.impossible.iter().take(TOLD) {
        app.say.warning(&format!("{}:{}: {}", table.display(), pod.line, pod.message));
    }
    if let Some(more) = pods.impossible.len().checked_sub(TOLD).filter(|more| *more > 0) {
        app.say.warning(&format!("{}: {more} more pods can never run", table.display()));
    }
}

fn no_trace(option: &str) -> anyhow::Error {
    let hint = "give --nodes FILE and --pods FILE, or --trace DIR with the public GPU trace";
    fail(format!("no trace is named: {option} is missing"), hint)
}

fn label(path: &Path) -> String {
    path.display().to_string()
}

fn text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// One error as it is; of several each has its own line, with its hint.
fn trace_error(errors: TraceErrors) -> anyhow::Error {
    match <[TraceError; 1]>::try_from(errors.errors) {
        Ok([error]) => failure(error.to_string(), error.hint),
        Err(several) => {
            let line = |e: &TraceError| match &e.hint {
                Some(hint) => format!("\n  {e} ({hint})"),
                None => format!("\n  {e}"),
            };
            let more = if errors.more > 0 { format!("\n  and {} more", errors.more) } else { String::new() };
            let lines: String = several.iter().map(line).collect();
            let count = several.len() + errors.more;
            anyhow::Error::msg(format!("{count} things are wrong with the trace:{lines}{more}"))
        }
    }
}
