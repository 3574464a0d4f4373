//! Stacks and secrets with real planners and node loops over memory: all or nothing, in order, wired (T8, S3).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::Bench;
use miaas_core::{
    ErrorKind,
    api::v1::{ApplyStack, CreateDeployment, DeploymentStatus, PlanAnswer, PutSecret, StackAction},
    engine::StackServices,
    secret::Secret,
};
use serde_json::json;

fn service(image: &str, params: serde_json::Value, after: &[&str]) -> (CreateDeployment, Vec<String>) {
    let mut params: miaas_core::model::Params = serde_json::from_value(params).unwrap();
    params.insert("image".into(), json!(image));
    let body = CreateDeployment { template: Some("plain".into()), params, ..CreateDeployment::default() };
    (body, after.iter().map(|s| (*s).to_owned()).collect())
}

fn stack(services: &[(&str, (CreateDeployment, Vec<String>))]) -> StackServices {
    let named = services.iter().map(|(name, (body, after))| {
        let body = CreateDeployment { name: Some(format!("rag-{name}")), ..body.clone() };
        ((*name).to_owned(), (body, after.clone()))
    });
    named.collect()
}

fn pair() -> StackServices {
    stack(&[
        ("db", service("db", json!({"cpu": 1000, "port": 5432, "password": "s3cret"}), &[])),
        (
            "app",
            service(
                "app",
                json!({"cpu": 1000, "password": "${services.db.secrets.password}@${services.db.address}"}),
                &[],
            ),
        ),
    ])
}

fn password(bench: &Bench, deployment: &str) -> Option<String> {
    let w = &bench.control.deployment(deployment).unwrap().workloads[0];
    let target = bench.control.target(&w.node);
    let rendered = target.workloads.iter().find(|r| r.id == w.id)?;
    Some(rendered.spec.services["main"].environment.0["PASSWORD"].clone())
}

#[tokio::test]
async fn t8_a_stack_starts_in_order_and_its_services_know_each_other() {
    let bench = Bench::new(1).await;
    let answer = bench.control.apply_stack("rag", &pair()).await.unwrap();
    assert!(answer.services.values().all(|a| *a == StackAction::Create));
    bench.control.tick().await.unwrap();
    assert_eq!(password(&bench, "rag-app"), None, "what it waits for is not ready");
    let app = bench.control.deployment("rag-app").unwrap();
    assert_eq!((app.status, app.problems[0].kind.as_str()), (DeploymentStatus::Progressing, "waiting"));
    bench.rounds(5, &[]).await;
    let found = bench.control.stack("rag").unwrap();
    assert_eq!(found.status, DeploymentStatus::Ready, "{:?}", found.services["app"].problems);
    assert_eq!(password(&bench, "rag-app").unwrap(), "s3cret@rag-db:80", "one node: by the network that they share");
    let again = bench.control.apply_stack("rag", &pair()).await.unwrap();
    assert!(again.is_unchanged());
}

#[tokio::test]
async fn t8_what_is_referred_to_changes_what_refers() {
    let bench = Bench::new(1).await;
    bench.control.apply_stack("rag", &pair()).await.unwrap();
    bench.rounds(5, &[]).await;
    let mut changed = pair();
    changed.get_mut("db").unwrap().0.params.insert("password".into(), json!("n3w"));
    let answer = bench.control.apply_stack("rag", &changed).await.unwrap();
    assert_eq!((answer.services["db"], answer.services["app"]), (StackAction::Update, StackAction::Unchanged));
    bench.rounds(5, &[]).await;
    assert_eq!(password(&bench, "rag-app").unwrap(), "n3w@rag-db:80");
    assert_eq!(bench.control.stack("rag").unwrap().status, DeploymentStatus::Ready);
}

#[tokio::test]
async fn t8_services_on_several_nodes_reach_each_other_by_their_ports() {
    let bench = Bench::new(2).await;
    let mut services = pair();
    services.values_mut().for_each(|(body, _)| drop(body.params.insert("cpu".into(), json!(3000))));
    bench.control.apply_stack("rag", &services).await.unwrap();
    bench.rounds(6, &[]).await;
    assert_eq!(password(&bench, "rag-app").unwrap(), "s3cret@10.0.0.1:5432");
}

#[tokio::test]
async fn t8_a_stack_is_placed_wholly_or_not_at_all() {
    let bench = Bench::new(1).await;
    let mut services = pair();
    services.get_mut("app").unwrap().0.params.insert("cpu".into(), json!(4000));
    let plan = bench.control.plan_stack("rag", &services).unwrap();
    assert_eq!(plan.problems.len(), 2, "both are told");
    bench.control.apply_stack("rag", &services).await.unwrap();
    bench.rounds(3, &[]).await;
    let found = bench.control.stack("rag").unwrap();
    assert!(found.services.values().all(|d| d.workloads.is_empty()), "4000 beside 1000 of 4000");
    let told: Vec<_> = found.services.values().map(|d| &d.problems[0]).collect();
    assert_eq!(told.iter().filter(|p| p.unplaceable.is_some()).count(), 1);
    let other = told.iter().find(|p| p.unplaceable.is_none()).unwrap();
    assert!(other.message.contains("stands in the way: no node of 1 fits"), "{other:?}");
    services.get_mut("app").unwrap().0.params.insert("cpu".into(), json!(3000));
    bench.control.apply_stack("rag", &services).await.unwrap();
    bench.rounds(6, &[]).await;
    assert_eq!(bench.control.stack("rag").unwrap().status, DeploymentStatus::Ready);
}

#[tokio::test]
async fn p3_a_stack_displaces_what_is_less_important_wholly_or_not_at_all() {
    let bench = Bench::new(2).await;
    let alone = |name: &str, priority, params: serde_json::Value| CreateDeployment {
        name: Some(name.to_owned()),
        priority,
        ..service(name, params, &[]).0
    };
    for low in ["low-a", "low-b"] {
        bench.control.create(alone(low, 1, json!({"cpu": 3000}))).await.unwrap();
    }
    bench.rounds(4, &[]).await;
    let running = |name: &str| bench.control.deployment(name).unwrap().workloads.len();
    let of = |cpu: [u64; 2], priority: i32, preempt: [bool; 2]| {
        let mut services = pair();
        for ((body, _), (cpu, preempt)) in services.values_mut().zip(cpu.into_iter().zip(preempt)) {
            body.params.insert("cpu".into(), json!(cpu));
            (body.priority, body.placement.preempt) = (priority, preempt);
        }
        services
    };
    // Services in order of their names: app, db. The last does not fit even on an empty node.
    for (services, why) in [
        (of([3000, 3000], 2, [true, false]), "one of them may not"),
        (of([3000, 3000], 1, [true, true]), "what runs is as important"),
        (of([3000, 5000], 2, [true, true]), "the second has no place even then"),
    ] {
        bench.control.apply_stack("rag", &services).await.unwrap();
        bench.rounds(3, &[]).await;
        assert_eq!((running("low-a"), running("low-b")), (1, 1), "{why}");
        assert_eq!((running("rag-app"), running("rag-db")), (0, 0), "{why}");
    }
    bench.control.apply_stack("rag", &of([3000, 3000], 2, [true, true])).await.unwrap();
    bench.rounds(6, &[]).await;
    assert_eq!(bench.control.stack("rag").unwrap().status, DeploymentStatus::Ready);
    assert_eq!((running("low-a"), running("low-b")), (0, 0));
    let told = bench.control.events(0, usize::MAX);
    let why = "it made room for the stack rag, which has priority 2";
    assert_eq!(told.iter().filter(|(_, e)| e.message == why).count(), 2, "{told:?}");
    bench.control.delete_stack("rag").await.unwrap();
    bench.rounds(6, &[]).await;
    assert_eq!((running("low-a"), running("low-b")), (1, 1), "they are back when there is room");
}

#[tokio::test]
async fn t8_a_service_that_is_no_longer_named_goes() {
    let bench = Bench::new(1).await;
    bench.control.apply_stack("rag", &pair()).await.unwrap();
    bench.rounds(5, &[]).await;
    let mut fewer = pair();
    fewer.remove("app");
    let answer = bench.control.apply_stack("rag", &fewer).await.unwrap();
    assert_eq!((answer.services["db"], answer.services["app"]), (StackAction::Unchanged, StackAction::Remove));
    bench.rounds(4, &[]).await;
    assert_eq!(bench.control.stack("rag").unwrap().services.keys().collect::<Vec<_>>(), ["db"]);
    bench.control.delete_stack("rag").await.unwrap();
    bench.rounds(4, &[]).await;
    assert!(bench.control.stacks().is_empty());
    assert_eq!(bench.control.delete_stack("rag").await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn t8_everything_that_is_wrong_with_a_stack_is_said_at_once() {
    let bench = Bench::new(1).await;
    bench
        .control
        .create(CreateDeployment { name: Some("rag-taken".into()), ..service("i", json!({}), &[]).0 })
        .await
        .unwrap();
    let services = stack(&[
        ("a", service("i", json!({"password": "${services.b.secrets.password}"}), &[])),
        ("b", service("i", json!({"password": "${services.a.address}"}), &["nobody"])),
        ("c", service("i", json!({"password": "${services.a.adress} ${secrets.hf} ${services.c.address}"}), &[])),
    ]);
    let refused = bench.control.apply_stack("rag", &services).await.unwrap_err();
    let said: Vec<String> = refused.issues().iter().map(|i| format!("{} {}", i.path, i.message)).collect();
    assert_eq!(
        said,
        [
            "/services/b/depends_on there is no other service \"nobody\"",
            "/services/c/params/password ${services.a.adress}: there is no output \"adress\"",
            "/services/c/params/password ${secrets.hf}: there is no secret \"hf\"",
            "/services/c/params/password ${services.c.address}: a service cannot refer to itself",
            "/services services wait for each other: a -> b -> a",
        ]
    );
    assert!(bench.control.stacks().is_empty(), "nothing was stored");
    let taken = stack(&[("taken", service("i", json!({}), &[]))]);
    assert_eq!(bench.control.apply_stack("rag", &taken).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn s3_a_secret_is_used_by_reference_rotated_and_kept_while_it_is_used() {
    let bench = Bench::new(1).await;
    let body = |value: &str| PutSecret { value: Secret::new(value) };
    let lonely = service("i", json!({"password": "${secrets.hf}"}), &[]).0;
    let refused =
        bench.control.create(CreateDeployment { name: Some("llm".into()), ..lonely.clone() }).await.unwrap_err();
    assert!(refused.issues()[0].hint.as_deref().unwrap().contains("miaas secret set hf"), "{refused:?}");
    assert_eq!(bench.control.put_secret("hf", body("one")).await.unwrap().version, 1);
    bench.control.create(CreateDeployment { name: Some("llm".into()), ..lonely }).await.unwrap();
    bench.rounds(3, &[]).await;
    assert_eq!(password(&bench, "llm").unwrap(), "one");
    assert_eq!(bench.control.put_secret("hf", body("one")).await.unwrap().version, 1, "unchanged");
    let told =
        |plan: PlanAnswer| plan.changes.iter().map(|c| format!("{} {}", c.action, c.deployment)).collect::<Vec<_>>();
    assert_eq!(told(bench.control.plan_put_secret("hf", &body("one")).unwrap()), [""; 0], "unchanged");
    assert_eq!(told(bench.control.plan_put_secret("other", &body("x")).unwrap()), [""; 0], "nothing refers to it");
    let plan = bench.control.plan_put_secret("hf", &body("two")).unwrap();
    assert!(!format!("{plan:?}").contains("two"), "{plan:?}");
    assert_eq!(told(plan), ["update llm"]);
    assert_eq!(bench.control.plan_put_secret("hf", &body("")).unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(bench.control.secrets().len(), 1);
    assert_eq!(bench.control.put_secret("hf", body("two")).await.unwrap().version, 2);
    bench.rounds(3, &[]).await;
    assert_eq!(password(&bench, "llm").unwrap(), "two");
    let item = &bench.control.secrets()[0];
    assert_eq!(item.used_by.iter().map(ToString::to_string).collect::<Vec<_>>(), ["llm"]);
    assert!(!format!("{item:?} {:?}", bench.control.deployment("llm").unwrap()).contains("two"));
    assert_eq!(bench.control.delete_secret("hf").await.unwrap_err().kind(), ErrorKind::Conflict);
    bench.control.delete("llm").await.unwrap();
    bench.control.delete_secret("hf").await.unwrap();
    assert!(bench.control.secrets().is_empty());
    for (name, value) in [("Bad Name", "x"), ("empty", ""), ("large", &*"x".repeat(70_000))] {
        assert_eq!(bench.control.put_secret(name, body(value)).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
}

/// What a stack file is to the engine.
fn services(name: &str, file: ApplyStack) -> StackServices {
    let body = |(service, mut s): (String, miaas_core::api::v1::StackService)| {
        let after = std::mem::take(&mut s.depends_on);
        (service.clone(), (s.into_deployment(format!("{name}-{service}")), after))
    };
    file.services.into_iter().map(body).collect()
}

#[tokio::test]
async fn t8_a_stack_that_is_read_back_and_applied_is_unchanged() {
    let bench = Bench::new(1).await;
    bench.control.put_secret("hf", PutSecret { value: Secret::new("s3cret-hf") }).await.unwrap();
    let mut wanted = pair();
    let app = &mut wanted.get_mut("app").unwrap().0;
    app.replicas = Some(2);
    app.priority = -3;
    app.labels = [("team".to_owned(), "search".to_owned())].into();
    app.placement.max_per_node = Some(2);
    app.update.canary.replicas = 2;
    wanted.extend(stack(&[(
        "worker",
        service("worker", json!({"password": "${secrets.hf}", "mem": 64}), &["db", "app"]),
    )]));
    bench.control.apply_stack("rag", &wanted).await.unwrap();
    let file = bench.control.stack_file("rag").unwrap();
    assert!(!format!("{file:?}").contains("s3cret"), "{file:?}");
    let read = serde_json::to_value(&file.services).unwrap();
    assert_eq!(read["db"]["params"], json!({"image": "db", "cpu": 1000, "port": 5432, "password": "${stored}"}));
    assert_eq!(read["worker"]["params"]["password"], "${secrets.hf}", "a reference hides nothing");
    assert_eq!(read["app"]["depends_on"], json!([]), "what it refers to need not be named");
    assert_eq!(read["worker"]["depends_on"], json!(["app", "db"]));
    let again = bench.control.apply_stack("rag", &services("rag", file.clone())).await.unwrap();
    assert!(again.is_unchanged(), "{again:?}");
    bench.rounds(6, &[]).await;
    assert_eq!(password(&bench, "rag-db").unwrap(), "s3cret");

    // One value changes, the others stay.
    let mut file = file;
    file.services.get_mut("db").unwrap().params.insert("port".into(), json!(5433));
    let answer = bench.control.apply_stack("rag", &services("rag", file.clone())).await.unwrap();
    assert_eq!(answer.differences.keys().collect::<Vec<_>>(), ["db"]);
    bench.rounds(6, &[]).await;
    assert_eq!(password(&bench, "rag-db").unwrap(), "s3cret");

    // Another template could show it.
    let mut shown = file.clone();
    shown.services.get_mut("db").unwrap().template = Some("teller".into());
    let refused = bench.control.plan_stack("rag", &services("rag", shown)).unwrap_err();
    assert_eq!(refused.issues()[0].path, "/services/db/params/password", "{refused:?}");

    // In another stack nothing is stored that could stay.
    let refused = bench.control.plan_stack("other", &services("other", file)).unwrap_err();
    let told: Vec<&str> = refused.issues().iter().map(|i| i.path.as_str()).collect();
    assert_eq!(told, ["/services/app/params/password", "/services/db/params/password"]);
    assert!(refused.issues()[0].message.contains("nothing is stored"), "{refused:?}");

    assert_eq!(bench.control.stack_file("rga").unwrap_err().kind(), ErrorKind::NotFound);
    bench.control.delete_stack("rag").await.unwrap();
    assert_eq!(bench.control.stack_file("rag").unwrap_err().kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn t8_all_that_is_wrong_of_a_stack_is_said_at_once_and_nothing_that_is_not() {
    let bench = Bench::new(1).await;
    let mut wanted = pair();
    wanted.get_mut("db").unwrap().0.replicas = Some(20_000);
    wanted.get_mut("app").unwrap().1.push("nobody".to_owned());
    let refused = bench.control.plan_stack("rag", &wanted).unwrap_err();
    let told: Vec<&str> = refused.issues().iter().map(|i| i.path.as_str()).collect();
    assert_eq!(
        told,
        ["/services/db/replicas", "/services/app/depends_on"],
        "that app refers to db is right: {refused:?}"
    );
}
