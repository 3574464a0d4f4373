//! Bad tables and sequences of a trace are refused with file, line and column (P7).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use miaas_placement::trace::{Arrivals, Nodes, Pods, TraceErrors};

const NODES: &str = "sn,cpu_milli,memory_mib,gpu,model\na,32000,131072,2,T4\nb,64000,262144,8,V100\n";

fn nodes() -> Nodes {
    Nodes::parse("nodes.csv", NODES).unwrap()
}

/// Each error as `line:column: message | hint`.
fn told(errors: &TraceErrors) -> Vec<String> {
    let one = |e: &miaas_placement::trace::TraceError| {
        let hint = e.hint.as_ref().map(|hint| format!(" | {hint}")).unwrap_or_default();
        format!("{}:{}: {}{hint}", e.line, e.column, e.message)
    };
    errors.errors.iter().map(one).collect()
}

#[track_caller]
fn check<T: std::fmt::Debug>(got: Result<T, TraceErrors>, input: &str, want: &[&str]) {
    let errors = got.expect_err(input);
    assert_eq!(told(&errors), want, "{input:?}");
    assert!(errors.to_string().starts_with("f:"), "the file is named: {errors}");
}

#[test]
fn p7_bad_node_tables() {
    let head = "sn,cpu_milli,memory_mib,gpu,model";
    let columns = "it starts with a line of column names: sn,cpu_milli,memory_mib,gpu,model";
    for (input, want) in [
        (String::new(), vec![format!("1:1: is empty | {columns}")]),
        ("\n\n".into(), vec![format!("1:1: is empty | {columns}")]),
        (format!("{head}\n"), vec!["1:1: has column names and no rows".into()]),
        (
            "sn,cpu_mili,gpu,model\na,1,1,T4\n".into(),
            vec![
                "1:4: the column cpu_milli is missing | is the column cpu_mili meant?".into(),
                "1:1: the column memory_mib is missing | the columns are sn, cpu_mili, gpu, model".into(),
            ],
        ),
        (format!("{head},gpu\na,1,1,1,T4,2\n"), vec!["1:35: the column gpu is there twice".into()]),
        (
            format!("{head}\na,1,1,1\nb,1,1,1,T4,9\n"),
            vec!["2:7: has 4 cells, the head has 5".into(), "3:9: has 6 cells, the head has 5".into()],
        ),
        (
            format!("{head}\na,-5,1,1,T4\nb,1,NaN,1,T4\nc,1,1,1.5,T4\nd,,1,1,T4\n"),
            vec![
                "2:3: cpu_milli is \"-5\" | a negative number is not possible".into(),
                "3:5: memory_mib is \"NaN\" | it is a whole number".into(),
                "4:7: gpu is \"1.5\" | it is a whole number".into(),
                "5:3: cpu_milli is empty".into(),
            ],
        ),
        (
            format!(
                "{head}\na,10000001,1,1,T4\nb,1,1099511627777,1,T4\nc,1,1,17,T4\nd,99999999999999999999999,1,1,T4\n"
            ),
            vec![
                "2:3: cpu_milli is \"10000001\" | at most 10000000 is possible".into(),
                "3:5: memory_mib is \"1099511627777\" | at most 1099511627776 is possible".into(),
                "4:7: gpu is \"17\" | at most 16 is possible".into(),
                "5:3: cpu_milli is \"99999999999999999999999\" | at most 10000000 is possible".into(),
            ],
        ),
        (
            format!("{head}\na,1,1,1,T4\n\na,1,1,1,T4\n,1,1,1,T4\n"),
            vec!["4:1: the node a is in line 2 already".into(), "5:1: the node has no name".into()],
        ),
        (
            format!("{head}\na,1,1,0,\n"),
            vec!["1:1: no node has a GPU | what is measured is the share of the GPUs that is allocated".into()],
        ),
        (
            format!("{head}\r\n\"a\r\nb\",1,1,1,T4\r\n\"c, d\",1,x,1,T4\r\n"),
            vec!["4:10: memory_mib is \"x\" | it is a whole number".into()],
        ),
    ] {
        check(Nodes::parse("f", &input), &input, &want.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn p7_there_are_only_so_many_models() {
    let rows = |count: u32| (0..count).map(|i| format!("n{i},1,1,1,m{i}\n")).collect::<String>();
    let table = |count| format!("sn,cpu_milli,memory_mib,gpu,model\n{}", rows(count));
    assert!(Nodes::parse("f", &table(63)).is_ok());
    check(Nodes::parse("f", &table(70)), "70 models", &["65:11: more than 63 different GPU models"]);
}

#[test]
fn p7_bad_pod_tables() {
    let head = "cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec";
    let whole = "a share is of one GPU; several GPUs are whole, gpu_milli is 1000";
    for (rows, want) in [
        ("1,1,1,1001,", vec!["2:7: gpu_milli is \"1001\" | at most 1000 is possible".to_owned()]),
        ("1,1,2,500,", vec![format!("2:7: a share of 2 GPUs | {whole}")]),
        ("1,1,0,500,", vec!["2:7: 500 thousandths of no GPU | without a GPU gpu_milli is 0".to_owned()]),
        ("1,1,1,0,", vec!["2:7: nothing of a GPU is asked for | without a GPU num_gpu is 0".to_owned()]),
        ("1,1,1,10,V10", vec!["2:10: no node has the GPU model V10 | did you mean V100?".to_owned()]),
        ("1,1,1,10,T4|H200X", vec!["2:10: no node has the GPU model H200X | the models are T4, V100".to_owned()]),
        ("1,1,256,1000,", vec!["2:5: num_gpu is \"256\" | at most 255 is possible".to_owned()]),
        ("", vec!["1:1: has column names and no rows".to_owned()]),
    ] {
        let input = format!("{head}\n{rows}\n");
        check(Pods::parse("f", &input, &nodes()), &input, &want.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let unnamed = Nodes::parse("nodes.csv", "sn,cpu_milli,memory_mib,gpu,model\na,1,1,1,\n").unwrap();
    let input = format!("{head}\n1,1,1,1,T4\n");
    check(
        Pods::parse("f", &input, &unnamed),
        &input,
        &["2:9: no node has the GPU model T4 | the nodes name no models"],
    );
}

#[test]
fn p7_only_so_many_errors_are_told() {
    let rows = "x,1,1,1\n".repeat(50);
    let errors = Pods::parse("f", &format!("cpu_milli,memory_mib,num_gpu,gpu_milli\n{rows}"), &nodes()).unwrap_err();
    assert_eq!((errors.errors.len(), errors.more), (20, 30));
    assert!(errors.to_string().ends_with("\nand 30 more"), "{errors}");
}

#[test]
fn p7_tables_may_look_different() {
    let want = nodes();
    for text in [
        NODES.replace('\n', "\r\n"),
        format!("\u{feff}{NODES}"),
        "model,extra,gpu,sn,memory_mib,cpu_milli\nT4,,2,a,131072,32000\nV100,\"x, y\",8,\"b\",262144, 64000 \n".into(),
        "name,cpu_milli,memory_mib,num_gpu,model\na,32000,131072,2,T4\nb,64000,262144,8,V100".into(),
    ] {
        assert_eq!(Nodes::parse("f", &text).unwrap_or_else(|e| panic!("{text:?}: {e}")), want);
    }
    let pods = Pods::parse("f", "gpu_milli,num_gpu,memory_mib,cpu_milli\n250,1,8,4\n", &nodes()).unwrap();
    assert_eq!((pods.list[0].name.as_str(), pods.list[0].models.len()), ("pod-0", 0));
    let text = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\np,1,1,1,1000,T4|V100|V100\n";
    let pods = Pods::parse("f", text, &nodes()).unwrap();
    assert_eq!(pods.list[0].models, ["T4", "V100", "V100"], "as the table has them");
    assert_eq!(pods.list[0].total_milli(), 1000);
}

#[test]
fn p7_a_pod_that_can_never_run_is_said_as_such() {
    let head = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec";
    for (row, want) in [
        ("p,64000,262144,8,1000,", None),
        ("p,64001,1,0,0,", Some("it asks for 64001 cpu_milli, the most that a node has is 64000")),
        ("p,1,262145,0,0,", Some("it asks for 262145 MiB memory, the most that a node has is 262144")),
        ("p,1,1,16,1000,", Some("it asks for 16 GPUs, the most that a node has is 8")),
        ("p,1,1,4,1000,T4", Some("no node has 1 cpu_milli, 1 MiB memory and 4 GPUs of T4 together")),
        ("p,33000,1,1,500,T4", Some("no node has 33000 cpu_milli, 1 MiB memory and 1 GPUs of T4 together")),
        ("p,33000,1,0,0,T4", None),
    ] {
        let pods = Pods::parse("f", &format!("{head}\n{row}\n"), &nodes()).unwrap();
        let got: Vec<_> = pods.impossible.iter().map(|i| (i.row, i.line, i.message.as_str())).collect();
        let want = want.map(|why| format!("p can never run: {why}"));
        assert_eq!(got, want.iter().map(|why| (0, 2, why.as_str())).collect::<Vec<_>>(), "{row}");
    }
}

#[test]
fn p7_bad_arrivals() {
    let lines = "the first line has the rows of the pods in order of arrival, counted from 0";
    for (input, want) in [
        ("", vec![format!("1:1: no pod arrives | {lines}")]),
        ("\n0 1 2\n", vec![format!("1:1: no pod arrives | {lines}")]),
        ("0 1\n", vec!["2:1: the second line is missing | it has a rank for each of the 3 nodes".to_owned()]),
        (
            "0 4 x -1\n0 1 2\n",
            vec![
                "1:3: there is no pod row 4 | there are 4, counted from 0".to_owned(),
                "1:5: \"x\" is no pod row".to_owned(),
                "1:7: \"-1\" is no pod row".to_owned(),
            ],
        ),
        ("0\n0 1\n", vec!["2:1: 2 ranks are given | there are 3 nodes, each has one".to_owned()]),
        ("0\n2 1  2\n", vec!["2:6: the rank 2 is there twice".to_owned()]),
        ("0\n0 1 3\n", vec!["2:5: there is no rank 3 | there are 3, counted from 0".to_owned()]),
        ("0\n0 1 2\n\n7\n", vec!["4:1: only two lines are expected".to_owned()]),
    ] {
        check(Arrivals::parse("f", input, 4, 3), input, &want.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
