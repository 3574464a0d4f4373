//! The orchestrator with real planners and node loops over memory: what a user asks for and what becomes of it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::{sync::Arc, time::Duration};

use miaas_core::{
    ErrorKind,
    api::v1::{
        CreateDeployment, DeploymentItem, DeploymentStatus, DirectAction, DirectDeploy, DrainNode, PatchLabels,
        PlanAnswer, Rollback, UpdateDeployment,
    },
    engine::MemoryStore,
    model::{Heartbeat, NodeStatus, Phase},
    name::Labels,
    port::{Key, Kind, Op, Store as _, Value, Versioned, When, Write},
};
use serde_json::json;

use common::{Bench, registration};

fn wanted(name: &str, image: &str, replicas: u32) -> CreateDeployment {
    CreateDeployment {
        name: Some(name.into()),
        template: Some("plain".into()),
        params: [("image".to_owned(), json!(image)), ("cpu".to_owned(), json!(1000))].into(),
        replicas: Some(replicas),
        ..CreateDeployment::default()
    }
}

#[tokio::test]
async fn d1_a_deployment_runs_is_scaled_and_goes() {
    let bench = Bench::new(2).await;
    let made = bench.control.create(wanted("web", "a", 3)).await.unwrap();
    assert_eq!(made.status, DeploymentStatus::Progressing);
    bench.rounds(3, &[]).await;
    let item = bench.control.deployment("web").unwrap();
    assert_eq!((item.status, item.ready), (DeploymentStatus::Ready, 3));
    assert!(item.ready_at.is_some() && item.workloads.iter().all(|w| !w.why.summary.is_empty()));

    bench.control.update("web", UpdateDeployment { replicas: Some(1), ..UpdateDeployment::default() }).await.unwrap();
    bench.rounds(3, &[]).await;
    assert_eq!(bench.control.deployment("web").unwrap().workloads.len(), 1);

    bench.control.delete("web").await.unwrap();
    let again = bench.control.create(wanted("web", "a", 1)).await.unwrap_err();
    assert_eq!((again.kind(), again.message()), (ErrorKind::Conflict, "deployment web is being removed"));
    bench.rounds(4, &[]).await;
    assert_eq!(bench.control.deployment("web").unwrap_err().kind(), ErrorKind::NotFound);
    let left = bench.machines.iter().map(|(_, _, agent)| agent.full_report().workloads.len()).sum::<usize>();
    assert_eq!(left, 0, "nothing is left on any machine");
    bench.control.create(wanted("web", "a", 1)).await.expect("the name is free again");
}

#[tokio::test]
async fn a_bad_image_keeps_the_old_version_running_and_says_what_the_registry_answered() {
    let bench = Bench::new(1).await;
    bench.control.create(wanted("web", "good", 1)).await.unwrap();
    bench.rounds(3, &[]).await;
    bench.machines[0].1.fail_prepare("bad", "manifest unknown");
    let update =
        UpdateDeployment { params: [("image".to_owned(), json!("bad"))].into(), ..UpdateDeployment::default() };
    bench.control.update("web", update).await.unwrap();
    bench.rounds(3, &[]).await;
    let item = bench.control.deployment("web").unwrap();
    assert_eq!(item.status, DeploymentStatus::Degraded);
    let state = &item.workloads[0].state;
    assert_eq!((state.phase, state.running_generation), (Phase::Running, Some(1)), "the old version serves");
    let problem = &item.problems[0].message;
    assert!(problem.contains("bad") && problem.contains("manifest unknown"), "{problem}");

    bench.machines[0].1.heal();
    bench.rounds(40, &[]).await;
    let item = bench.control.deployment("web").unwrap();
    assert_eq!((item.status, item.problems.len()), (DeploymentStatus::Ready, 0), "it converges by itself");
    assert_eq!(item.workloads[0].state.running_generation, Some(2));
}

#[tokio::test]
async fn d3_a_lost_node_is_replaced_and_cleans_up_when_it_returns() {
    let bench = Bench::new(3).await;
    bench.control.create(wanted("web", "a", 1)).await.unwrap();
    bench.rounds(3, &[]).await;
    let before = bench.control.deployment("web").unwrap().workloads[0].clone();
    let lost = bench.machines.iter().position(|(id, ..)| *id == before.node).unwrap();
    bench.rounds(20, &[lost]).await;
    assert_eq!(bench.control.node(before.node.as_str()).unwrap().status, NodeStatus::Unreachable);
    assert_eq!(bench.control.deployment("web").unwrap().workloads[0].node, before.node, "not moved yet");
    bench.rounds(15, &[lost]).await;
    let after = bench.control.deployment("web").unwrap();
    assert_eq!((after.status, after.ready), (DeploymentStatus::Ready, 1));
    assert_ne!(after.workloads[0].node, before.node);
    assert!(bench.machines[lost].1.runs(&before.id), "it still runs on the machine that nobody reaches");
    bench.rounds(4, &[]).await;
    assert!(!bench.machines[lost].1.runs(&before.id), "the node that came back removed it");
}

#[tokio::test]
async fn n4_a_mass_failure_moves_nothing() {
    let bench = Bench::new(3).await;
    bench.control.create(wanted("web", "a", 3)).await.unwrap();
    bench.rounds(3, &[]).await;
    let before: Vec<_> = bench.control.deployment("web").unwrap().workloads.iter().map(|w| w.node.clone()).collect();
    bench.rounds(90, &[1, 2]).await;
    let guard = bench.control.status("0").guard.expect("the guard is shown");
    assert!(guard.contains("2 of 3 nodes"), "{guard}");
    let after: Vec<_> = bench.control.deployment("web").unwrap().workloads.iter().map(|w| w.node.clone()).collect();
    assert_eq!(before, after);
    bench.rounds(3, &[]).await;
    assert_eq!(bench.control.status("0").guard, None);
}

#[tokio::test]
async fn n8_a_drain_moves_first_and_explains_what_cannot_move() {
    let bench = Bench::new(2).await;
    bench.control.create(wanted("web", "a", 1)).await.unwrap();
    let mut stateful = wanted("db", "b", 1);
    stateful.params.insert("volume".into(), json!(1));
    bench.control.create(stateful).await.unwrap();
    bench.rounds(3, &[]).await;
    bench.control.drain("n0", DrainNode::default()).await.unwrap();
    bench.rounds(1, &[]).await;
    let moving = bench.control.deployment("web").unwrap();
    assert_eq!(moving.workloads.len(), 2, "the new one is made before the old one goes");
    bench.rounds(4, &[]).await;
    let web = bench.control.deployment("web").unwrap();
    assert_eq!((web.workloads.len(), web.workloads[0].node_name.as_ref().unwrap().as_str()), (1, "n1"));
    let db = bench.control.deployment("db").unwrap();
    assert_eq!(db.workloads[0].node_name.as_ref().unwrap().as_str(), "n0");
    assert!(db.problems[0].message.contains("volume"), "{}", db.problems[0].message);
    assert_eq!(bench.control.node("n0").unwrap().status, NodeStatus::Draining);

    // The deadline stops what is left, and gives none of its data up.
    let (id, phase) = (db.workloads[0].id.clone(), |item: &DeploymentItem| item.workloads[0].state.phase);
    bench.control.drain("n0", DrainNode { deadline_seconds: Some(20) }).await.unwrap();
    bench.rounds(3, &[]).await;
    assert_eq!(phase(&bench.control.deployment("db").unwrap()), Phase::Running);
    bench.rounds(30, &[]).await;
    let db = bench.control.deployment("db").unwrap();
    assert_eq!((&db.workloads[0].id, phase(&db)), (&id, Phase::Stopped), "{db:?}");
    assert!(db.problems[0].message.contains("stopped at the deadline"), "{}", db.problems[0].message);
    assert!(!bench.machines[0].1.runs(&id));
    bench.control.cordon("n0", false).await.unwrap();
    bench.rounds(3, &[]).await;
    let db = bench.control.deployment("db").unwrap();
    assert_eq!((&db.workloads[0].id, phase(&db), db.problems.len()), (&id, Phase::Running, 0));
}

#[tokio::test]
async fn d4_what_would_happen_to_nodes_and_revisions_is_said_and_nothing_of_it_done() {
    let bench = Bench::new(2).await;
    bench.control.create(wanted("web", "a", 1)).await.unwrap();
    let mut stateful = wanted("db", "b", 1);
    stateful.params.insert("volume".into(), json!(1));
    bench.control.create(stateful).await.unwrap();
    bench.rounds(3, &[]).await;
    let before = bench.control.view().head();
    let told = |answer: &PlanAnswer| {
        let changes = answer.changes.iter().map(|c| format!("{} {} on {}", c.action, c.deployment, c.node_name));
        (changes.collect::<Vec<_>>(), answer.problems.iter().map(|p| p.message.clone()).collect::<Vec<_>>())
    };
    let (changes, problems) = told(&bench.control.plan_drain("n0", &DrainNode::default()).unwrap());
    assert_eq!(changes, ["leave web on n0", "create web on n1"]);
    assert!(problems.len() == 1 && problems[0].contains("keeps data in a volume"), "{problems:?}");
    let (changes, _) = told(&bench.control.plan_remove_node("n0").unwrap());
    assert!(
        changes.contains(&"create web on n1".to_owned()) && changes.contains(&"create db on n1".to_owned()),
        "{changes:?}"
    );
    assert_eq!(told(&bench.control.plan_cordon("n0", true).unwrap()), (vec![], vec![]));
    let label = |key: &str| PatchLabels { set: [(key.to_owned(), "b".to_owned())].into(), ..PatchLabels::default() };
    assert_eq!(told(&bench.control.plan_labels("n0", label("zone")).unwrap()), (vec![], vec![]));
    assert_eq!(bench.control.plan_labels("n0", label("not a key")).unwrap_err().kind(), ErrorKind::Invalid);
    assert!(bench.control.node("n0").unwrap().labels.get("zone").is_none());
    assert_eq!(bench.control.plan_drain("n9", &DrainNode::default()).unwrap_err().kind(), ErrorKind::NotFound);

    let image = |image: &str| UpdateDeployment {
        params: [("image".to_owned(), json!(image))].into(),
        ..UpdateDeployment::default()
    };
    bench.control.update("web", image("second")).await.unwrap();
    bench.rounds(5, &[]).await;
    let (changes, problems) = told(&bench.control.plan_rollback("web", &Rollback { revision: Some(1) }).unwrap());
    assert_eq!((changes, problems), (vec!["update web on n0".to_owned()], vec![]));
    assert!(bench.control.plan_rollback("web", &Rollback { revision: Some(9) }).is_err());
    assert_eq!((bench.control.deployment("web").unwrap().revision, bench.control.nodes().len()), (2, 2));
    assert!(bench.control.view().nodes().values().all(|n| !n.value.cordoned) && before.is_some());
}

#[tokio::test]
async fn a_port_that_is_taken_everywhere_is_explained_per_node() {
    let bench = Bench::new(2).await;
    for name in ["a", "b", "c"] {
        let mut body = wanted(name, "i", 1);
        body.params.insert("port".into(), json!(6379));
        bench.control.create(body).await.unwrap();
    }
    bench.rounds(3, &[]).await;
    let item = bench.control.deployment("c").unwrap();
    assert_eq!(item.status, DeploymentStatus::Degraded);
    let nodes = &item.problems[0].unplaceable.as_ref().unwrap().by_node;
    assert_eq!(nodes.len(), 2);
    assert!(nodes.iter().all(|n| n.reasons[0].to_string().starts_with("port 6379/tcp is taken by")), "{nodes:?}");
}

#[tokio::test]
async fn t6_the_first_hardware_variant_that_fits_is_placed() {
    let bench = Bench::new(2).await;
    let mut body = wanted("llm", "i", 3);
    body.params.insert("preferred_cpu".into(), json!(3000));
    bench.control.create(body.clone()).await.unwrap();
    bench.rounds(3, &[]).await;
    let placed = bench.control.deployment("llm").unwrap();
    let variants: Vec<_> = placed.workloads.iter().map(|w| w.variant.as_deref().unwrap()).collect();
    assert_eq!((placed.ready, variants), (3, vec!["big", "big", "small"]), "two nodes of 4 processors");
    body.name = Some("other".into());
    bench.control.create(body).await.unwrap();
    bench.rounds(3, &[]).await;
    let refused = &bench.control.deployment("other").unwrap().problems[0].message;
    assert_eq!(refused, "no node of 2 fits");
}

#[tokio::test]
async fn a_killed_service_is_back_and_an_engine_that_stops_is_reported() {
    let bench = Bench::new(1).await;
    bench.control.create(wanted("web", "a", 1)).await.unwrap();
    bench.rounds(3, &[]).await;
    let id = bench.control.deployment("web").unwrap().workloads[0].id.clone();
    let machine = &bench.machines[0].1;
    assert!(machine.kill(&id, "main"));
    bench.rounds(1, &[]).await;
    assert!(machine.runs(&id), "it is back after one look");
    machine.set_down(true);
    bench.rounds(2, &[]).await;
    let item = bench.control.deployment("web").unwrap();
    assert!(item.problems[0].message.contains("does not answer"), "{:?}", item.problems);
    machine.set_down(false);
    bench.rounds(2, &[]).await;
    assert_eq!(bench.control.deployment("web").unwrap().status, DeploymentStatus::Ready);
}

#[tokio::test]
async fn bad_requests_name_every_issue_and_change_nothing() {
    let bench = Bench::new(1).await;
    let cases = [
        (CreateDeployment::default(), "what is to run is missing"),
        (wanted("UPPER", "a", 1), "/name: name \"UPPER\" is not valid"),
        (wanted("a/b", "a", 1), "/name: name \"a/b\" is not valid"),
        (wanted("web", "", 1), "/params/image: it is required"),
        (wanted("web", "a", 4_000_000_000), "/replicas: 4000000000 are more than the 10000 that a deployment may have"),
    ];
    for (body, part) in cases {
        let error = bench.control.create(body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.message().contains(part), "{} lacks {part}", error.message());
    }
    let mut both = wanted("UPPER", "", 20_000);
    both.placement.strategy = Some("first-fitt".into());
    let error = bench.control.create(both).await.unwrap_err();
    assert_eq!(error.issues().len(), 4, "{error}");
    assert!(error.issues().iter().any(|i| i.hint.as_deref() == Some("did you mean first-fit?")));
    assert!(bench.control.deployments().is_empty());

    bench.control.create(wanted("web", "a", 1)).await.unwrap();
    let twice = bench.control.create(wanted("web", "a", 1)).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::AlreadyExists);
    let missing = bench.control.deployment("wbe").unwrap_err();
    assert_eq!((missing.kind(), missing.hint()), (ErrorKind::NotFound, Some("did you mean web?")));
    for cpu in [-5.0, 1e300, f64::NAN, f64::INFINITY] {
        let beat = Heartbeat { cpu_usage: Some(cpu), ..Heartbeat::default() };
        let refused = bench.control.heartbeat(&bench.machines[0].0, beat).unwrap_err();
        assert_eq!((refused.kind(), refused.issues()[0].path.as_str()), (ErrorKind::Invalid, "/cpu_usage"));
    }
    let taken = bench.control.register_node(registration("n0"), Labels::default()).await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn d4_a_dry_run_says_what_would_change_and_changes_nothing() {
    let bench = Bench::new(1).await;
    let answer = bench.control.plan_create(&wanted("web", "a", 2)).unwrap();
    assert_eq!(answer.changes.iter().map(|c| c.action.as_str()).collect::<Vec<_>>(), ["create", "create"]);
    assert!(answer.changes[0].why.is_some());
    assert!(bench.control.deployments().is_empty());
    bench.control.create(wanted("web", "a", 2)).await.unwrap();
    bench.rounds(3, &[]).await;
    assert!(bench.control.plan_create(&wanted("web", "a", 2)).unwrap().changes.is_empty(), "as wanted already");
    let answer = bench.control.plan_create(&wanted("web", "b", 2)).unwrap();
    assert_eq!(answer.changes.iter().map(|c| c.action.as_str()).collect::<Vec<_>>(), ["update", "update"]);
    let answer = bench.control.plan_delete("web").unwrap();
    assert_eq!(answer.changes.iter().map(|c| c.action.as_str()).collect::<Vec<_>>(), ["remove", "remove"]);
    let unfit = bench.control.plan_create(&wanted("big", "a", 9)).unwrap();
    assert_eq!(unfit.problems[0].kind, "unplaceable");
}

#[tokio::test]
async fn d5_direct_deploy_pins_to_the_node_and_removes() {
    let bench = Bench::new(2).await;
    let body = |action| DirectDeploy {
        deployment_id: "direct".into(),
        template_id: None,
        rendered_compose: None,
        env: [].into(),
        action,
    };
    let error = bench.control.direct_deploy("n1", body(DirectAction::Apply)).await.unwrap_err();
    assert_eq!(error.issues()[0].path, "/rendered_compose");
    assert!(bench.control.direct_deploy("n1", body(DirectAction::Remove)).await.unwrap().is_none());
    let unknown = bench.control.direct_deploy("nope", body(DirectAction::Remove)).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
}

/// No globals: two orchestrators in one process, with the same names, do not meet.
#[tokio::test]
async fn u5_two_orchestrators_live_in_one_process() {
    let (one, two) = (Bench::new(1).await, Bench::new(2).await);
    one.control.create(wanted("web", "a", 1)).await.unwrap();
    two.control.create(wanted("web", "b", 2)).await.unwrap();
    for _ in 0..3 {
        one.rounds(1, &[]).await;
        two.rounds(1, &[]).await;
    }
    let ready = |bench: &Bench| bench.control.deployment("web").unwrap().ready;
    assert_eq!((ready(&one), ready(&two)), (1, 2));
    one.control.delete("web").await.unwrap();
    one.rounds(4, &[]).await;
    two.rounds(1, &[]).await;
    assert_eq!(one.control.deployments().len(), 0);
    assert_eq!(ready(&two), 2);
}

#[tokio::test]
async fn s5_nodes_that_are_ahead_of_a_database_that_was_restored_take_orders_again() {
    let store = Arc::new(MemoryStore::new());
    let bench = Bench::over(store.clone(), 1).await;
    bench.control.create(wanted("web", "a", 1)).await.unwrap();
    bench.rounds(3, &[]).await;
    let copy = Arc::new(MemoryStore::new());
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Event) {
        let items = store.list(kind).await.unwrap().items;
        let put = |(key, object): (Key, Versioned<Value>)| Write { key, op: Op::Put(object.value), when: When::Any };
        copy.commit(items.into_iter().map(put).collect()).await.unwrap();
    }
    let image = |image: &str| UpdateDeployment {
        params: [("image".to_owned(), json!(image))].into(),
        ..UpdateDeployment::default()
    };
    for later in ["b", "c", "d"] {
        bench.control.update("web", image(later)).await.unwrap();
        bench.rounds(4, &[]).await;
    }
    let ahead = bench.machines[0].2.generation();
    let time = bench.time.clone();
    let mut restored = Bench::over(copy, 0).await;
    restored.machines = bench.machines;
    let known = restored.control.target(&restored.machines[0].0).generation;
    assert!(known + 2 < ahead, "otherwise this shows nothing: {known} {ahead}");
    let rounds = async || {
        for _ in 0..6 {
            time.pass(Duration::from_secs(1));
            restored.rounds(1, &[]).await;
        }
    };
    rounds().await;
    restored.control.update("web", image("e")).await.unwrap();
    rounds().await;
    let web = restored.control.deployment("web").unwrap();
    assert_eq!((web.ready, web.status, web.revision), (1, DeploymentStatus::Ready, 2));
    let (node, _, agent) = &restored.machines[0];
    assert_eq!(agent.generation(), restored.control.target(node).generation);
    let told = restored.control.events(0, 100).into_iter().filter(|(_, e)| e.reason == "node.ahead").count();
    assert_eq!(told, 1);
}
