//! `miaas simulate` on a small made-up trace: figures, formats, curves, and what it says about bad input (P7).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{fs, path::Path};

use serde_json::Value;
use support::{Said, miaas};

const TRACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../miaas-placement/tests/data/trace");

fn simulate(state: &Path, args: &[&str]) -> Said {
    miaas(state).env_remove("MIAAS_TRACE_DIR").arg("simulate").args(args).output().expect("the binary runs").into()
}

/// What it prints; it must work and say nothing else.
#[track_caller]
fn ok(args: &[&str]) -> String {
    let state = tempfile::tempdir().unwrap();
    let said = simulate(state.path(), args);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{args:?}: {}", said.out);
    said.out
}

/// The figures without the only one that time decides.
fn figures(json: &str) -> Vec<Value> {
    let mut figures: Vec<Value> = serde_json::from_str(json).unwrap();
    for figure in &mut figures {
        let speed = figure.as_object_mut().unwrap().remove("decisions_per_s").unwrap();
        assert!(speed.as_f64().unwrap() > 0.0, "{figure}");
    }
    figures
}

#[test]
fn p7_json_has_an_object_for_each_policy_and_workload() {
    let args = ["--trace", TRACE, "--policy", "fgd", "--policy", "bestfit", "--seeds", "42..44", "-o", "json"];
    let figures = figures(&ok(&args));
    let names: Vec<_> =
        figures.iter().map(|f| (f["workload"].as_str().unwrap(), f["policy"].as_str().unwrap())).collect();
    assert_eq!(names, [("models", "fgd"), ("models", "bestfit"), ("plain", "fgd"), ("plain", "bestfit")]);
    for figure in &figures {
        let keys: Vec<&String> = figure.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 6, "{keys:?}");
        assert_eq!(figure["at"], 100);
        let per_seed: Vec<f64> = figure["per_seed"].as_array().unwrap().iter().map(|f| f.as_f64().unwrap()).collect();
        assert!(per_seed.len() == 3 && per_seed.iter().all(|f| (50.0..=100.0).contains(f)), "{figure}");
        let mean = per_seed.iter().sum::<f64>() / 3.0;
        assert!((figure["mean"].as_f64().unwrap() - mean).abs() < 1e-3, "{figure}");
        assert!(figure["std"].as_f64().unwrap() >= 0.0);
    }
}

#[test]
fn p7_figures_do_not_depend_on_the_number_of_threads() {
    let of = |jobs| {
        figures(&ok(&["--trace", TRACE, "--workload", "plain", "--seeds", "1..4", "-o", "json", "--jobs", jobs]))
    };
    let one = of("1");
    assert_eq!(one, of("4"));
    assert!(one.len() >= 5, "without --policy all are measured: {one:?}");
}

#[test]
fn p7_named_files_and_a_folder_are_the_same_trace() {
    let state = tempfile::tempdir().unwrap();
    let of = |path: &Path| path.to_str().unwrap().to_owned();
    let (nodes, pods) = (format!("{TRACE}/openb_node_list_gpu_node.csv"), format!("{TRACE}/openb_pod_list_plain.csv"));
    let common = ["--policy", "bestfit", "-o", "json"];
    let run = |args: &[&str]| figures(&ok(&[args, &common].concat()));
    let folder = run(&["--trace", TRACE, "--workload", "plain", "--seeds", "7"]);
    assert_eq!(run(&["--nodes", &nodes, "--pods", &pods, "--seeds", "7"]), folder);
    assert_eq!(run(&["--nodes", &nodes, "--pods", &pods, "--seeds", "7", "--inflate", "1.3"]), folder);

    // A sequence from a file, once named and once found in a folder.
    let copy = state.path().join("trace");
    fs::create_dir_all(copy.join("arrivals")).unwrap();
    fs::copy(&nodes, copy.join("openb_node_list_gpu_node.csv")).unwrap();
    fs::copy(&pods, copy.join("openb_pod_list_plain.csv")).unwrap();
    let rows: Vec<String> = (0..400).map(|i| (i % 200).to_string()).collect();
    let ranks: Vec<String> = (0..20).map(|i| i.to_string()).collect();
    let sequence = copy.join("arrivals/plain_7.txt");
    fs::write(&sequence, format!("{}\n{}\n", rows.join(" "), ranks.join(" "))).unwrap();
    let named = run(&["--nodes", &nodes, "--pods", &pods, "--arrivals", &of(&sequence)]);
    let copy = of(&copy);
    assert_eq!(run(&["--trace", &copy, "--seeds", "7"]), named);
    assert_ne!(named, folder);
    assert_eq!(run(&["--trace", &copy, "--seeds", "7", "--inflate", "1.3"]), folder, "made up when asked for");
    let said = simulate(state.path(), &["--trace", &copy, "--seeds", "7,8", "--policy", "fgd", "-o", "csv"]);
    assert_eq!(said.code, Some(0));
    assert!(said.err.starts_with("warning: plain: a sequence is made up for seed 8, "), "{said:?}");
}

#[test]
fn p7_other_formats_show_the_same_figures() {
    let of = |format| ok(&["--trace", TRACE, "--workload", "plain", "--policy", "fgd", "--seeds", "3", "-o", format]);
    let json = figures(&of("json"));
    let mean = json[0]["mean"].as_f64().unwrap();
    let csv = of("csv");
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("workload,policy,at,mean,std,decisions_per_s,per_seed"));
    assert!(lines.next().unwrap().starts_with(&format!("plain,fgd,100,{mean},0,")), "{csv}");
    let table = of("table");
    assert!(table.starts_with("WORKLOAD") && table.contains(&format!("{mean:.2} ± 0.00 %")), "{table}");
    let report = of("markdown");
    assert!(report.contains(&format!("| plain | {mean:.2} ± 0.00 |")), "{report}");
    let said = simulate(tempfile::tempdir().unwrap().path(), &["-o", "xml"]);
    assert!(said.code == Some(2) && said.err.contains("markdown"), "{said:?}");
    let said: Said = miaas(tempfile::tempdir().unwrap().path()).args(["ps", "-o", "csv"]).output().unwrap().into();
    assert!(said.code == Some(2) && said.err.contains("`miaas simulate` only"), "{said:?}");
}

#[test]
fn p7_curves_are_drawn_for_each_workload() {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("a/b");
    let args = ["--trace", TRACE, "--policy", "fgd", "--policy", "bestfit", "--seeds", "1,2", "--svg"];
    let said = simulate(state.path(), &[&args[..], &[folder.to_str().unwrap()]].concat());
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(said.err.lines().filter(|line| line.starts_with("wrote ")).count(), 4, "{said:?}");
    for name in ["models-allocated", "models-fragmented", "plain-allocated", "plain-fragmented"] {
        let svg = fs::read_to_string(folder.join(format!("{name}.svg"))).unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{name}");
        for text in ["fgd", "bestfit", "% of all GPUs", name.split('-').next().unwrap()] {
            assert!(svg.contains(text), "{name} names {text}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

#[test]
fn p7_bad_input_is_said_with_its_place() {
    let state = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = state.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let nodes = file("nodes.csv", "sn,cpu_milli,memory_mib,gpu,model\na,32000,131072,2,T4\n");
    let pods = file("pods.csv", "cpu_milli,memory_mib,num_gpu,gpu_milli\n1000,1024,1,500\n");
    let bad = file("bad.csv", "cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n1000,-1,1,500,\n1000,1,1,500,T5\n");
    let one = file("one.csv", "cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n1000,1,1,500,T5\n");
    let empty = file("empty.csv", "");
    let order = file("order.txt", "0 0 1\n0\n");
    let binary = state.path().join("binary.csv");
    fs::write(&binary, [0xff, 0xfe, 0x00]).unwrap();
    let binary = binary.to_str().unwrap();
    let never = file("never.csv", "cpu_milli,memory_mib,num_gpu,gpu_milli\n1,1,1,500\n1,1,4,1000\n");
    for (args, want) in [
        (vec![], vec!["error: no trace is named: --nodes is missing", "hint: give --nodes FILE and --pods FILE, or"]),
        (vec!["--nodes", &nodes], vec!["error: no trace is named: --pods is missing", "hint: "]),
        (vec!["--nodes", "/nowhere.csv", "--pods", &pods], vec!["error: cannot read /nowhere.csv: No such file"]),
        (vec!["--nodes", binary, "--pods", &pods], vec!["error: cannot read ", "UTF-8"]),
        (vec!["--trace", "/nowhere"], vec!["error: cannot read /nowhere/openb_node_list_gpu_node.csv: "]),
        (
            vec!["--nodes", &nodes, "--pods", &one],
            vec!["one.csv:2:14: no node has the GPU model T5", "\nhint: did you mean T4?"],
        ),
        (
            vec!["--nodes", &nodes, "--pods", &bad],
            vec![
                "error: 2 things are wrong with the trace:",
                "bad.csv:2:6: memory_mib is \"-1\" (a negative number is not possible)",
                "bad.csv:3:14: no node has the GPU model T5 (did you mean T4?)",
            ],
        ),
        (vec!["--nodes", &empty, "--pods", &pods], vec!["empty.csv:1:1: is empty", "\nhint: it starts with"]),
        (
            vec!["--nodes", &nodes, "--pods", &pods, "--arrivals", &order],
            vec!["order.txt:1:5: there is no pod row 1", "\nhint: there are 1, counted from 0"],
        ),
        (
            vec!["--nodes", &nodes, "--pods", &pods, "--policy", "bestfitt"],
            vec!["no policy bestfitt", "did you mean bestfit?"],
        ),
        (vec!["--trace", TRACE, "--workload", "plane"], vec!["no workload plane", "hint: did you mean plain?"]),
        (
            vec!["--nodes", &nodes, "--pods", &pods, "--at", "200"],
            vec!["pods: --at 200 is not reached", "hint: lower --at"],
        ),
        (vec!["--nodes", &nodes, "--pods", &pods, "--svg", "/proc/x"], vec!["error: cannot make the folder /proc/x: "]),
    ] {
        let said = simulate(state.path(), &args);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{args:?}: {said:?}");
        for text in want {
            assert!(said.err.contains(text), "{args:?} says {text:?}: {}", said.err);
        }
    }
    for (args, want) in [
        (&["--seeds", "9..1"][..], "42..51"),
        (&["--inflate", "NaN"], "1.3"),
        (&["--at", "-5"], "-5"),
        (&["--jobs", "0"], "0"),
        (&["--arrivals", "x", "--pods", "y", "--seeds", "1"], "--seeds"),
    ] {
        let said = simulate(state.path(), args);
        assert_eq!(said.code, Some(2), "{args:?} {said:?}");
        assert!(said.err.contains(want), "{args:?} {said:?}");
    }
    let said = simulate(state.path(), &["--nodes", &nodes, "--pods", &never, "--policy", "fgd", "--at", "10"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.err.contains("never.csv:3: pod-1 can never run: it asks for 4 GPUs, the most that a node has is 2"),
        "{said:?}"
    );
}
