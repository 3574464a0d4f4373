//! Traces at the edge of what is possible: no figure is anything but a number, and what fits is placed (P7).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use miaas_placement::{
    fleet::Boards,
    policy,
    trace::{Arrivals, Curve, Nodes, Pods, Summary, prepare, replay},
};

/// What the pods ask for, as rows `cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec`, and how often each arrives.
const CASES: [(&str, &[&str], usize); 8] = [
    ("nobody asks for a GPU", &["1000,1024,0,0,", "0,0,0,0,"], 40),
    ("nobody asks for anything", &["0,0,0,0,"], 40),
    ("one pod", &["1000,1024,1,1000,"], 1),
    ("the same small share", &["0,0,1,1,"], 1_000),
    ("all of a node", &["64000,262144,8,1000,"], 30),
    ("what fits nowhere", &["64001,262145,8,1000,", "64001,0,0,0,"], 30),
    ("one model only", &["1,1,1,999,T4", "1,1,2,1000,T4"], 60),
    ("everything", &["0,0,1,1,", "64000,1,0,0,", "1,262144,1,1000,V100", "1,1,8,1000,", "1,1,1,810,T4|V100"], 200),
];

const NODES: [&str; 4] = [
    "a,64000,262144,8,V100",
    "a,64000,262144,8,V100\nb,0,0,2,T4\nc,32000,131072,0,",
    "a,1,1,1,T4\nb,64000,262144,16,V100\nc,10000000,1099511627776,1,",
    "a,96000,393216,4,T4\nb,96000,393216,4,V100",
];

#[test]
fn p7_every_figure_is_a_number_and_what_fits_is_placed() {
    for table in NODES {
        let nodes = Nodes::parse("nodes", &format!("sn,cpu_milli,memory_mib,gpu,model\n{table}\n")).unwrap();
        for (about, rows, count) in CASES {
            let text = format!("cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n{}\n", rows.join("\n"));
            // Models that no node has are an error of the table.
            let Ok(pods) = Pods::parse("pods", &text, &nodes) else { continue };
            let order = (0..count as u32).map(|i| i % rows.len() as u32).collect();
            let arrivals = Arrivals { order, rank: (0..nodes.list.len() as u32).collect() };
            for name in policy::NAMES {
                let run = replay(&nodes.list, &pods.list, &arrivals, policy::by_name(name).unwrap().as_mut());
                let curve = Curve::new(&run.points, nodes.capacity_milli());
                for (at, percent) in curve.iter() {
                    let figures = [percent.allocated, percent.fragmented];
                    assert!(figures.iter().all(|f| (0.0..=100.0).contains(f)), "{name}, {about}: {percent:?} at {at}");
                }
                let figures: Vec<f64> = curve.iter().map(|(_, percent)| percent.allocated).collect();
                let Summary { mean, std } = Summary::of(&figures);
                assert!(mean.is_finite() && std.is_finite(), "{name}, {about}: {mean} ± {std}");
                assert_eq!(run.placed, placed_at_least(&nodes, &pods, &arrivals, name), "{name}, {about}");
            }
        }
    }
}

/// How many pods are placed when each that fits somewhere is.
fn placed_at_least(nodes: &Nodes, pods: &Pods, arrivals: &Arrivals, name: &str) -> u64 {
    let (mut fleet, shapes) = prepare(&nodes.list, &pods.list, arrivals);
    let (mut policy, mut boards, mut placed) = (policy::by_name(name).unwrap(), Boards::default(), 0);
    policy.expect(&shapes);
    for shape in arrivals.order.iter().map(|row| &shapes[*row as usize]) {
        policy.arrived(shape, &fleet);
        let chosen = policy::choose(policy.as_mut(), &mut boards, &fleet, shape);
        let fits = fleet.states().iter().any(|state| shape.fits(state));
        assert_eq!(chosen.is_some(), fits, "{name}: {shape:?} on {:?}", fleet.states());
        if let Some((node, device)) = chosen {
            assert!(shape.fits(&fleet.states()[node]), "{name}: {shape:?} does not fit on node {node}");
            let _ = fleet.commit(node, shape, device);
            placed += 1;
        }
    }
    placed
}
