//! What `observe` says of services, also to the next process.

use futures_util::StreamExt as _;

use super::{
    Step,
    harness::{Harness, ok},
};

pub(super) async fn check(h: &Harness<'_>) {
    exit_codes_are_observed(h).await;
    health_is_observed(h).await;
    environment_arrives_unchanged(h).await;
    a_killed_service_is_seen_and_started_again(h).await;
    what_runs_survives_the_executor(h).await;
}

async fn exit_codes_are_observed(h: &Harness<'_>) {
    let good = h.fixtures.service(&[Step::say("done"), Step::Exit(0)]);
    let bad = h.fixtures.service(&[Step::Complain("no disk".into()), Step::Exit(3)]);
    let w = h.workload("exits", vec![("bad", bad), ("good", good)]);
    h.run(&w).await;
    let seen = h
        .until(&w.id, "both services have ended", |o| {
            o.services.len() == 2 && o.services.values().all(|s| !s.running && s.exit_code.is_some())
        })
        .await;
    assert_eq!(seen.services["good"].exit_code, Some(0));
    assert_eq!(seen.services["good"].error, None, "success is no error");
    assert_eq!(seen.services["bad"].exit_code, Some(3));
    let error = seen.services["bad"].error.as_deref().unwrap_or_default();
    assert!(error.contains("no disk"), "the end of the output is part of the error: {error:?}");
    assert_eq!(seen.hash.as_ref(), Some(&w.hash), "a workload that has ended keeps its hash");
    h.remove(&w.id).await;
}

async fn health_is_observed(h: &Harness<'_>) {
    let healthy = h.fixtures.service(&[Step::Checked, Step::BecomeHealthy]);
    let sick = h.fixtures.service(&[Step::Checked]);
    let w = h.workload("health", vec![("healthy", healthy), ("sick", sick), ("unchecked", h.fixtures.service(&[]))]);
    h.run(&w).await;
    let seen = h
        .until(&w.id, "one service is healthy and one is not", |o| {
            let health = |name: &str| o.services.get(name).and_then(|s| s.healthy);
            health("healthy") == Some(true) && health("sick") == Some(false)
        })
        .await;
    assert!(seen.services.values().all(|s| s.running), "health says nothing about running: {seen:#?}");
    assert_eq!(seen.services["unchecked"].healthy, None, "without a check nothing is known");
    h.remove(&w.id).await;
}

async fn environment_arrives_unchanged(h: &Harness<'_>) {
    let odd = "a \"b\" 'c' `d` ${HOME} $$ \\n %s * # ä 火\nsecond line ";
    let mut service = h.fixtures.service(&[Step::Show("ODD".into()), Step::say("end")]);
    service.environment.0.insert("ODD".into(), odd.into());
    let w = h.workload("environment", vec![("main", service)]);
    h.run(&w).await;
    let said = h.until_said(&w.id, "end").await;
    assert_eq!(said[..said.len() - 1].join("\n"), odd, "an environment value arrives as it was given");
    h.remove(&w.id).await;
}

async fn a_killed_service_is_seen_and_started_again(h: &Harness<'_>) {
    let w = h.single("killed", &[Step::say("up")]);
    h.run(&w).await;
    let seen = h.until_running(&w).await;
    h.until_said(&w.id, "up").await;
    let mut changes = h.executor.changes();
    // Lets the stream subscribe before the change that it must not miss here.
    let _ = tokio::time::timeout(std::time::Duration::from_millis(300), changes.next()).await;
    if !h.fixtures.kill(&seen.services["main"].instance).await {
        return h.remove(&w.id).await;
    }
    let woken = tokio::time::timeout(std::time::Duration::from_secs(10), changes.next()).await;
    assert!(matches!(woken, Ok(Some(()))), "changes yields when a service dies");
    h.until(&w.id, "the dead service is seen", |o| !o.services["main"].running).await;
    h.run(&w).await;
    h.until_running(&w).await;
    h.remove(&w.id).await;
}

async fn what_runs_survives_the_executor(h: &Harness<'_>) {
    let w = h.single("survives", &[Step::say("up")]);
    let before = {
        let first = (h.make)();
        ok("prepare", first.prepare(&w, &crate::port::NoProgress).await);
        ok("start", first.start(&w).await);
        h.until_said(&w.id, "up").await;
        h.until_running(&w).await
    };
    let second = (h.make)();
    let seen = ok("observe", second.observe().await).remove(&w.id);
    assert_eq!(seen.as_ref(), Some(&before), "the next executor sees what runs");
    ok("start", second.start(&w).await);
    let again = ok("observe", second.observe().await).remove(&w.id);
    assert_eq!(again.as_ref(), Some(&before), "starting what runs changes nothing for the next executor either");
    assert_eq!(h.texts(&w.id).await, ["up"], "and its output is still there");
    h.remove(&w.id).await;
}
