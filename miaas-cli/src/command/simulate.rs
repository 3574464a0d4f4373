//! `miaas simulate`: placement policies measured on a trace (P7).

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Args;

use crate::{
    app::App,
    exit::Exit,
    simulate::{self, Plan, args, source},
};

/// Options of `miaas simulate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas simulate --nodes nodes.csv --pods pods.csv --policy fgd --seeds 1..3
  miaas simulate --trace openb --workload default --svg curves
  miaas simulate --trace openb -o markdown > report.md

Needs no server. The tables have the columns of the public GPU trace: sn, cpu_milli, memory_mib, gpu, model for nodes and
cpu_milli, memory_mib, num_gpu, gpu_milli, gpu_spec for pods.")]
pub(crate) struct Options {
    /// Table of the nodes
    #[arg(long, value_name = "FILE")]
    nodes: Option<PathBuf>,
    /// Table of the pods
    #[arg(long, value_name = "FILE")]
    pods: Option<PathBuf>,
    /// Sequence of arrivals, one file for each seed; without it sequences are made up
    #[arg(long, value_name = "FILE", requires = "pods", conflicts_with_all = ["seeds", "inflate"])]
    arrivals: Vec<PathBuf>,
    /// Folder of the published trace: openb_node_list_gpu_node.csv, openb_pod_list_WORKLOAD.csv and
    /// arrivals/WORKLOAD_SEED.txt; used for what --nodes and --pods do not name
    #[arg(long, value_name = "DIR", env = "MIAAS_TRACE_DIR", hide_env_values = true)]
    trace: Option<PathBuf>,
    /// Only this workload of the folder; with --pods the name of the workload
    #[arg(long, value_name = "NAME")]
    workload: Vec<String>,
    /// Policy to measure; without it all of them
    #[arg(long, value_name = "NAME")]
    policy: Vec<String>,
    /// Seeds of the sequences, a range with both ends or a list
    #[arg(long, value_name = "SEEDS", default_value = "42..51", value_parser = args::seeds)]
    seeds: args::Seeds,
    /// Make sequences up in which the pods ask for so many times the GPUs there are [default: published sequences where
    /// the folder has them, else 1.3]
    #[arg(long, value_name = "FACTOR", value_parser = args::inflate)]
    inflate: Option<u64>,
    /// Compare when the pods that arrived asked for so many percent of the GPUs
    #[arg(long, value_name = "PERCENT", default_value_t = 100)]
    at: u64,
    /// Write the curves of allocation and fragmentation into this folder, as SVG
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// Runs at the same time; figures do not depend on it [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

/// Measures.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let wanted = source::Wanted {
        nodes: options.nodes,
        pods: options.pods,
        arrivals: options.arrivals,
        folder: options.trace,
        workloads: options.workload,
        seeds: options.seeds.0,
        inflate_milli: options.inflate,
    };
    let plan = Plan {
        policies: args::policies(&options.policy)?,
        trace: source::read(app, &wanted)?,
        at: options.at,
        svg: options.svg,
        jobs: options.jobs,
    };
    simulate::run(app, &plan)?;
    Ok(Exit::Done)
}
