//! The published baselines allocate exactly what was published (P7), where `MIAAS_TRACE_DIR` names the trace's folder.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{fs, path::PathBuf};

use miaas_placement::{
    policy,
    trace::{Arrivals, Curve, Nodes, Pods, replay},
};

/// Allocation at 100 % arrived, mean of seeds 42 to 51, as published.
const PUBLISHED: [(&str, [(&str, f64); 5]); 2] = [
    (
        "default",
        [("dotprod", 90.62), ("gpu-clustering", 91.65), ("gpu-packing", 91.78), ("bestfit", 92.86), ("fgd", 95.23)],
    ),
    (
        "gpuspec20",
        [("dotprod", 88.29), ("gpu-clustering", 89.11), ("gpu-packing", 89.28), ("bestfit", 88.46), ("fgd", 94.66)],
    ),
];

#[test]
fn p7_the_baselines_allocate_what_was_published() {
    let Some(folder) = std::env::var_os("MIAAS_TRACE_DIR").map(PathBuf::from) else {
        println!("SKIPPED: MIAAS_TRACE_DIR names no folder with the published trace");
        return;
    };
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let nodes = Nodes::parse("nodes", &read("openb_node_list_gpu_node.csv")).unwrap();
    for (workload, policies) in PUBLISHED {
        let pods = Pods::parse("pods", &read(&format!("openb_pod_list_{workload}.csv")), &nodes).unwrap();
        let sequences: Vec<Arrivals> = (42..=51)
            .map(|seed| {
                let text = read(&format!("arrivals/{workload}_{seed}.txt"));
                Arrivals::parse("arrivals", &text, pods.list.len(), nodes.list.len()).unwrap()
            })
            .collect();
        for (name, published) in policies {
            let figures = sequences.iter().map(|arrivals| {
                let mut policy = policy::by_name(name).unwrap();
                let run = replay(&nodes.list, &pods.list, arrivals, policy.as_mut());
                assert_eq!(run.placed + run.lost, arrivals.order.len() as u64);
                Curve::new(&run.points, nodes.capacity_milli()).at(100).unwrap().allocated
            });
            let mean = figures.sum::<f64>() / sequences.len() as f64;
            assert!((mean - published).abs() < 0.01, "{workload} {name}: {mean:.3}, published {published}");
        }
    }
}
