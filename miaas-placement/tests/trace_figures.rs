//! Sequences, curves, summaries and reports of the trace simulator (P7).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use miaas_placement::trace::{
    Arrivals, CannotGenerate, Curve, Nodes, Outcome, Percent, Pods, Point, Summary, TracePod, markdown,
};
use proptest::prelude::*;

fn small() -> (Nodes, Pods) {
    let nodes = Nodes::parse("nodes", include_str!("data/trace/openb_node_list_gpu_node.csv")).unwrap();
    let pods = Pods::parse("pods", include_str!("data/trace/openb_pod_list_models.csv"), &nodes).unwrap();
    (nodes, pods)
}

#[test]
fn p7_the_small_trace_is_sound() {
    let (nodes, pods) = small();
    assert_eq!((nodes.list.len(), pods.list.len(), nodes.capacity_milli()), (20, 200, 68_000));
    assert_eq!(pods.impossible, []);
    let kind = |kind: fn(&TracePod) -> bool| pods.list.iter().filter(|pod| kind(pod)).count();
    assert!(kind(|p| p.num_gpu == 0) > 0 && kind(|p| p.gpu_milli < 1000 && p.num_gpu == 1) > 0);
    assert!(kind(|p| p.num_gpu > 1) > 0 && kind(|p| !p.models.is_empty()) > 0);
}

#[test]
fn p7_generated_arrivals_are_the_same_everywhere() {
    let (nodes, pods) = small();
    let arrivals = Arrivals::generate(&pods.list, &nodes.list, 42, 1300).unwrap();
    assert_eq!(
        arrivals.order[..8],
        [127, 44, 52, 158, 54, 30, 181, 67],
        "written down once: a change here changes everyone's figures"
    );
    assert_ne!(arrivals, Arrivals::generate(&pods.list, &nodes.list, 43, 1300).unwrap());
}

proptest! {
    #[test]
    fn p7_generated_arrivals_ask_for_just_enough(seed in any::<u64>(), inflate in 0_u64..3000) {
        let (nodes, pods) = small();
        let arrivals = Arrivals::generate(&pods.list, &nodes.list, seed, inflate).unwrap();
        let asked = |rows: &[u32]| rows.iter().map(|row| pods.list[*row as usize].total_milli()).sum::<u64>() * 1000;
        let target = nodes.capacity_milli() * inflate;
        prop_assert!(asked(&arrivals.order) >= target);
        if let Some((_, before)) = arrivals.order.split_last() {
            prop_assert!(asked(before) < target);
        }
        let mut first: Vec<u32> = arrivals.order.iter().copied().take(pods.list.len()).collect();
        let taken = first.len();
        first.sort_unstable();
        first.dedup();
        prop_assert_eq!(first.len(), taken, "each pod once before any comes again");
        // Reading what was written also checks that the ranks are a permutation.
        if !arrivals.order.is_empty() {
            let text = arrivals.to_text();
            prop_assert_eq!(Arrivals::parse("f", &text, pods.list.len(), nodes.list.len()).unwrap(), arrivals);
        }
    }

    #[test]
    fn p7_a_curve_is_between_its_points(steps in prop::collection::vec((0_u64..3000, any::<bool>()), 1..60)) {
        let (mut points, mut point) = (Vec::new(), Point::default());
        for (asked, taken) in steps {
            point.arrived_milli += asked;
            point.allocated_milli += if taken { asked } else { 0 };
            points.push(point);
        }
        let curve = Curve::new(&points, 68_000);
        let mut before = 0.0;
        for (a, percent) in curve.iter() {
            prop_assert!(percent.allocated >= before, "pods never leave");
            #[allow(clippy::cast_precision_loss, reason = "small")]
            let arrived = a as f64;
            prop_assert!(percent.allocated <= arrived + 0.5);
            prop_assert_eq!(curve.at(a), Some(percent));
            before = percent.allocated;
        }
        prop_assert_eq!(Curve::mean(&[curve.clone(), curve.clone()]), curve);
    }
}

#[test]
fn p7_arrivals_that_never_fill_the_fleet_are_refused() {
    let (nodes, pods) = small();
    let of = |keep: fn(&&TracePod) -> bool| pods.list.iter().filter(keep).cloned().collect::<Vec<_>>();
    assert_eq!(Arrivals::generate(&of(|p| p.num_gpu == 0), &nodes.list, 1, 1300), Err(CannotGenerate::NoGpuAsked));
    assert_eq!(Arrivals::generate(&[], &nodes.list, 1, 1300), Err(CannotGenerate::NoGpuAsked));
    let ask = of(|p| p.num_gpu == 1);
    assert_eq!(Arrivals::generate(&ask, &nodes.list, 1, u64::MAX), Err(CannotGenerate::TooLong));
}

#[test]
fn p7_the_figure_is_the_mean_over_arrivals_that_round_to_it() {
    let point =
        |arrived_milli, allocated_milli, fragmented_milli| Point { arrived_milli, allocated_milli, fragmented_milli };
    // Of 1,000: 0.5 % and 1.5 % round to the even number, so only 1 % and 1.4 % are at 1.
    let points = [point(5, 5, 0), point(10, 10, 2), point(14, 12, 4), point(15, 13, 8), point(50, 40, 16)];
    let curve = Curve::new(&points, 1000);
    let at = |a| curve.at(a).map(|p| (p.allocated, p.fragmented));
    assert_eq!(at(0), Some((0.5, 0.0)));
    assert_eq!(at(1), Some((1.1, 0.3)));
    assert_eq!(at(2), Some((1.3, 0.8)));
    assert_eq!(at(4), Some((1.3, 0.8)), "nothing arrived in between");
    assert_eq!(at(5), Some((4.0, 1.6)));
    assert_eq!(at(6), None, "the arrivals have ended");
    assert_eq!(Curve::new(&[], 1000).at(0), None);
    assert_eq!(Curve::new(&points, 0).last(), None);
    assert_eq!(Curve::new(&points[4..], 1000).at(3), Some(Percent::default()), "before the first arrival");
}

#[test]
fn p7_a_summary_has_the_deviation_of_its_figures() {
    assert_eq!(Summary::of(&[]), Summary::default());
    assert_eq!(Summary::of(&[3.0]), Summary { mean: 3.0, std: 0.0 });
    assert_eq!(Summary::of(&[3.0, 4.0, 8.0, 5.0]), Summary { mean: 5.0, std: (14.0_f64 / 3.0).sqrt() });
}

#[test]
fn p7_the_report_is_a_table_of_workloads_and_policies() {
    let outcome = |workload: &str, policy: &str, per_seed: &[f64], decisions_per_s| Outcome {
        workload: workload.into(),
        policy: policy.into(),
        per_seed: per_seed.to_vec(),
        decisions_per_s,
    };
    let outcomes = [
        outcome("default", "fgd", &[95.0, 96.0], 61_234.4),
        outcome("default", "best|fit", &[93.0, 93.0], 1_000_000.0),
        outcome("cpu100", "fgd", &[95.21, 95.21], 999.0),
    ];
    let want = "\
## GPU allocation at 100 % arrived (%, mean ± standard deviation over 2 seeds)

| workload | fgd | best\\|fit |
|---|--:|--:|
| default | **95.50 ± 0.71** | 93.00 ± 0.00 |
| cpu100 | 95.21 ± 0.00 | - |

## Decisions a second

| workload | fgd | best\\|fit |
|---|--:|--:|
| default | 61,234 | 1,000,000 |
| cpu100 | 999 | - |
";
    assert_eq!(markdown(&outcomes, 100), want);
}
