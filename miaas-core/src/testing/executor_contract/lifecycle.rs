//! Prepare, start, replace, stop, remove; each idempotent.

use std::time::Duration;

use super::{
    Step,
    harness::{Harness, ok},
};
use crate::{
    model::DependsOn,
    port::{LogOptions, NoProgress},
};

const GRACE: Duration = Duration::from_secs(5);

pub(super) async fn check(h: &Harness<'_>) {
    what_does_not_exist_can_be_stopped_and_removed(h).await;
    prepare_starts_nothing_and_can_be_repeated(h).await;
    start_runs_and_repeating_changes_nothing(h).await;
    a_failed_prepare_leaves_what_runs(h).await;
    start_replaces_another_hash_and_volumes_survive(h).await;
    start_leaves_what_did_not_change(h).await;
    a_follower_is_started_again_after_a_replacement(h).await;
    stop_keeps_volumes_and_can_be_repeated(h).await;
    stop_lets_the_service_finish(h).await;
    stop_ends_what_ignores_the_signal(h).await;
    remove_takes_the_volumes(h).await;
}

async fn what_does_not_exist_can_be_stopped_and_removed(h: &Harness<'_>) {
    let id = h.fixtures.id("absent");
    h.stop(&id, GRACE).await;
    h.remove(&id).await;
}

async fn prepare_starts_nothing_and_can_be_repeated(h: &Harness<'_>) {
    let w = h.single("prepared", &[Step::keep("x")]);
    for _ in 0..2 {
        ok("prepare", h.executor.prepare(&w, &NoProgress).await);
    }
    if let Some(seen) = h.look(&w.id).await {
        assert!(seen.services.values().all(|s| !s.running), "prepare started something: {seen:#?}");
        assert_eq!(seen.hash, None, "prepare alone must not look like a started workload");
    }
    h.remove(&w.id).await;
}

async fn start_runs_and_repeating_changes_nothing(h: &Harness<'_>) {
    let w = h.workload("twice", vec![("a", h.fixtures.service(&[])), ("b", h.fixtures.service(&[]))]);
    h.run(&w).await;
    let first = h.until_running(&w).await;
    assert_eq!(first.deployment, w.deployment, "the deployment is observed");
    assert_eq!(first.generation, w.generation, "the generation is observed");
    h.run(&w).await;
    let second = h.until_running(&w).await;
    for (name, service) in &first.services {
        assert_eq!(service.instance, second.services[name].instance, "{name} was replaced by a second start");
        assert_eq!(second.services[name].restarts, 0, "{name} was started again by a second start");
    }
    h.remove(&w.id).await;
}

async fn a_failed_prepare_leaves_what_runs(h: &Harness<'_>) {
    let old = h.single("keeps", &[]);
    h.run(&old).await;
    let before = h.until_running(&old).await;
    let (service, needle) = h.fixtures.unpreparable();
    let new = h.workload("keeps", vec![("main", service)]);
    let error = match h.executor.prepare(&new, &NoProgress).await {
        Ok(()) => panic!("preparing what cannot run succeeded"),
        Err(error) => error,
    };
    let text = error.chain();
    for part in [new.id.as_str(), "main", &needle] {
        assert!(text.contains(part), "the error {text:?} does not name {part:?}");
    }
    assert_eq!(h.until_running(&old).await, before, "a failed prepare touched what runs");
    h.remove(&old.id).await;
}

async fn start_replaces_another_hash_and_volumes_survive(h: &Harness<'_>) {
    let old =
        [("main", h.fixtures.service(&[Step::keep("one"), Step::say("kept")])), ("extra", h.fixtures.service(&[]))];
    let old = h.workload("replaced", old.into());
    h.run(&old).await;
    let before = h.until_running(&old).await;
    h.until_said(&old.id, "kept").await;
    let new = h.single("replaced", &[Step::keep("two"), Step::Recall, Step::say("end")]);
    assert_ne!(old.hash, new.hash, "the fixtures give both workloads one hash");
    h.run(&new).await;
    let after = h.until_running(&new).await;
    assert_ne!(before.services["main"].instance, after.services["main"].instance, "another hash replaces");
    assert_eq!(h.until_said(&new.id, "end").await, ["one", "two", "end"], "the volume survives a replacement");
    h.remove(&new.id).await;
}

async fn start_leaves_what_did_not_change(h: &Harness<'_>) {
    let service = |text: &str| h.fixtures.service(&[Step::say(text)]);
    let old = h.workload("changed", vec![("a", service("a")), ("b", service("b")), ("c", service("c"))]);
    h.run(&old).await;
    let before = h.until_running(&old).await;
    // One changes, one goes, one comes.
    let new = h.workload("changed", vec![("a", service("a")), ("b", service("b2")), ("d", service("d"))]);
    h.run(&new).await;
    let after = h.until_running(&new).await;
    assert_eq!(after.services["a"], before.services["a"], "a service that did not change was touched");
    assert_ne!(after.services["b"].instance, before.services["b"].instance, "a service that changed runs on as it was");
    assert!(!after.services.contains_key("c"), "a service that is gone is still there: {after:#?}");
    // Something goes, and nothing else changes.
    let last = h.workload("changed", vec![("a", service("a")), ("b", service("b2"))]);
    assert_ne!(new.hash, last.hash, "the fixtures give both workloads one hash");
    h.run(&last).await;
    let end = h.until_running(&last).await;
    for name in ["a", "b"] {
        assert_eq!(end.services[name], after.services[name], "{name} was touched although another service went");
    }
    h.remove(&last.id).await;
}

async fn a_follower_is_started_again_after_a_replacement(h: &Harness<'_>) {
    let workload = |text: &str| {
        let mut page = h.fixtures.service(&[Step::keep("run"), Step::Recall, Step::say("end")]);
        page.depends_on = [("db".to_owned(), DependsOn::ServiceStarted)].into();
        page.follows = ["db".to_owned()].into();
        h.workload("followed", vec![("db", h.fixtures.service(&[Step::say(text)])), ("page", page)])
    };
    let page = LogOptions { service: Some("page".to_owned()), ..LogOptions::default() };
    let (old, new) = (workload("one"), workload("two"));
    for (w, wanted) in [(&old, vec!["run", "end"]), (&new, vec!["run", "run", "end"])] {
        h.run(w).await;
        h.until_running(w).await;
        let mut said = Vec::new();
        for _ in 0..200 {
            said = h.lines(&w.id, page.clone()).await.into_iter().map(|l| l.text).collect();
            // The output of the first run may still be there.
            if said.ends_with(&wanted.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        assert!(said.ends_with(&wanted.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>()), "{wanted:?} in {said:?}");
    }
    h.remove(&new.id).await;
}

async fn stop_keeps_volumes_and_can_be_repeated(h: &Harness<'_>) {
    let w = h.single("stopped", &[Step::keep("x"), Step::Recall, Step::say("end")]);
    h.run(&w).await;
    h.until_said(&w.id, "end").await;
    for _ in 0..2 {
        h.stop(&w.id, GRACE).await;
        let seen = h.look(&w.id).await.unwrap_or_else(|| panic!("a stopped workload is not observed any more"));
        assert!(seen.services.values().all(|s| !s.running), "it runs after a stop: {seen:#?}");
        assert_eq!(seen.hash.as_ref(), Some(&w.hash), "a stopped workload keeps its hash");
        assert_eq!(seen.services["main"].exit_code, None, "what was stopped did not end by itself");
    }
    h.run(&w).await;
    h.until_running(&w).await;
    // The output of the first run may still be there, and ends with the same line.
    let wanted = ["x".to_owned(), "x".to_owned(), "end".to_owned()];
    let mut said = h.until_said(&w.id, "end").await;
    for _ in 0..200 {
        if said.ends_with(&wanted) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
        said = h.texts(&w.id).await;
    }
    assert!(said.ends_with(&wanted), "the volume survives a stop: {said:?}");
    h.remove(&w.id).await;
}

async fn stop_lets_the_service_finish(h: &Harness<'_>) {
    let w = h.single("graceful", &[Step::OnStop("bye".into()), Step::say("ready")]);
    h.run(&w).await;
    h.until_said(&w.id, "ready").await;
    h.stop(&w.id, GRACE).await;
    assert_eq!(h.texts(&w.id).await, ["ready", "bye"], "the service answers the stop signal");
    h.remove(&w.id).await;
}

async fn stop_ends_what_ignores_the_signal(h: &Harness<'_>) {
    let w = h.single("stubborn", &[Step::IgnoreStop, Step::say("ready")]);
    h.run(&w).await;
    h.until_said(&w.id, "ready").await;
    h.stop(&w.id, Duration::from_secs(1)).await;
    let seen = h.look(&w.id).await;
    assert!(seen.is_some_and(|o| !o.services["main"].running), "a service that ignores the signal still runs");
    h.remove(&w.id).await;
}

async fn remove_takes_the_volumes(h: &Harness<'_>) {
    let w = h.single("removed", &[Step::keep("x"), Step::Recall, Step::say("end")]);
    for _ in 0..2 {
        h.run(&w).await;
        assert_eq!(h.until_said(&w.id, "end").await, ["x", "end"], "the volume is empty after a removal");
        h.remove(&w.id).await;
        h.remove(&w.id).await;
    }
}
