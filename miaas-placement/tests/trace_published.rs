//! The published trace can be read (P7), where `MIAAS_TRACE_DIR` names its folder; without it this is skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use miaas_placement::trace::{Arrivals, Nodes, Pods};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn p7_the_published_tables_and_sequences_are_read() {
    let Some(folder) = std::env::var_os("MIAAS_TRACE_DIR").map(PathBuf::from) else {
        println!("SKIPPED: MIAAS_TRACE_DIR names no folder with the published trace");
        return;
    };
    let nodes = Nodes::parse("nodes", &read(&folder.join("openb_node_list_gpu_node.csv"))).unwrap();
    assert_eq!((nodes.list.len(), nodes.capacity_milli()), (1213, 6_212_000));
    let mut sequences = 0;
    for workload in [
        "default",
        "gpushare40",
        "gpushare100",
        "multigpu20",
        "multigpu50",
        "gpuspec10",
        "gpuspec20",
        "cpu100",
        "cpu250",
    ] {
        let text = read(&folder.join(format!("openb_pod_list_{workload}.csv")));
        let pods = Pods::parse(workload, &text, &nodes).unwrap_or_else(|e| panic!("{e}"));
        // Models were drawn onto pods that existed: some ask for eight GPUs of a model whose nodes are too small.
        assert!(pods.impossible.is_empty() || workload.starts_with("gpuspec"), "{workload}: {:?}", pods.impossible);
        println!("{workload}: {} pods can never run", pods.impossible.len());
        for seed in 42..=51 {
            let text = read(&folder.join(format!("arrivals/{workload}_{seed}.txt")));
            let arrivals = Arrivals::parse(workload, &text, pods.list.len(), nodes.list.len()).unwrap();
            assert_eq!(arrivals.to_text(), text, "{workload} {seed}");
            sequences += 1;
        }
    }
    println!("{sequences} sequences read");
}
