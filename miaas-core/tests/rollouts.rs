//! Updates: the state machine case by case, and whole updates with real planners and node loops (D2).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::Bench;
use miaas_core::{
    api::v1::{CreateDeployment, DeploymentItem, DeploymentStatus, Rollback, UpdateDeployment},
    fsm::rollout::{Allowance, Progress, allowance, begin, next, wanted},
    id::DeploymentId,
    model::{Canary, Rollout, RolloutPhase, UpdatePolicy, UpdateStrategy},
    time::Timestamp,
};
use serde_json::json;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn rollout(from: Option<u64>, phase: RolloutPhase) -> Rollout {
    let deployment = DeploymentId::parse("dep-1").unwrap();
    Rollout { from, phase, ..begin(&deployment, 2, None, at(0)) }
}

/// Of three replicas.
fn seen(given: u32, ready: u32, serving: u32) -> Progress {
    Progress { replicas: 3, given, ready, serving, ..Progress::default() }
}

#[test]
fn d2_a_rollout_goes_where_what_is_seen_takes_it() {
    use RolloutPhase::{Complete, Failed, Progressing, RolledBack};
    let policy = UpdatePolicy::default();
    let keep = UpdatePolicy { rollback: false, ..policy.clone() };
    let paused = UpdatePolicy { paused: true, ..policy.clone() };
    let failed = |p: Progress| Progress { failed: Some("w: it broke".into()), ..p };
    let stopped = |p: Progress| Progress { stopped: true, ..p };
    let late = 601;
    for (case, from, phase, policy, seen, now, expected, reason) in [
        ("nothing yet", Some(1), Progressing, &policy, seen(0, 0, 3), 1, Progressing, None),
        ("all there", Some(1), Progressing, &policy, seen(3, 3, 3), 1, Complete, None),
        ("one is not ready", Some(1), Progressing, &policy, seen(3, 2, 2), 1, Progressing, None),
        ("one breaks", Some(1), Progressing, &policy, failed(seen(1, 0, 2)), 1, RolledBack, Some("w: it broke")),
        ("one breaks, first version", None, Progressing, &policy, failed(seen(1, 0, 0)), 1, Progressing, None),
        ("one breaks, nothing goes back", Some(1), Progressing, &keep, failed(seen(1, 0, 2)), 1, Progressing, None),
        ("too late", Some(1), Progressing, &policy, seen(1, 0, 2), late, RolledBack, Some("no progress for 600 s")),
        ("too late, first version", None, Progressing, &policy, seen(1, 0, 2), late, Failed, Some("no progress")),
        ("too late, nothing goes back", Some(1), Progressing, &keep, seen(1, 0, 2), late, Failed, Some("no progress")),
        ("paused", Some(1), Progressing, &paused, failed(seen(1, 0, 2)), late, Progressing, None),
        ("stopped", Some(1), Progressing, &policy, stopped(seen(3, 0, 0)), late, Progressing, None),
        ("failed and there after all", Some(1), Failed, &policy, seen(3, 3, 3), late, Complete, None),
        ("failed", Some(1), Failed, &policy, seen(1, 0, 2), late, Failed, None),
        ("back for good", Some(1), RolledBack, &policy, seen(3, 3, 3), late, RolledBack, None),
        ("done for good", Some(1), Complete, &policy, failed(seen(3, 2, 2)), late, Complete, None),
    ] {
        let next = next(&rollout(from, phase), policy, &seen, at(now));
        assert_eq!(next.phase, expected, "{case}");
        let told = next.reason.unwrap_or_default();
        assert!(told.contains(reason.unwrap_or_default()) && told.is_empty() == reason.is_none(), "{case}: {told:?}");
    }
}

#[test]
fn d2_progress_moves_the_deadline_and_so_do_pauses_that_ended() {
    let policy = UpdatePolicy::default();
    let first = next(&rollout(Some(1), RolloutPhase::Progressing), &policy, &seen(1, 1, 3), at(500));
    assert_eq!((first.ready, first.progressed_at), (1, at(500)));
    assert_eq!(next(&first, &policy, &seen(2, 1, 2), at(1099)).phase, RolloutPhase::Progressing);
    assert_eq!(next(&first, &policy, &seen(2, 1, 2), at(1100)).phase, RolloutPhase::RolledBack);
    let resumed = Progress { changed_at: at(1000), ..seen(2, 1, 2) };
    assert_eq!(next(&first, &policy, &resumed, at(1599)).phase, RolloutPhase::Progressing);
}

#[test]
fn d2_what_is_gone_back_to_is_the_last_revision_that_was_ready() {
    let id = DeploymentId::parse("dep-1").unwrap();
    let before = |from, to, phase| Rollout { from, to, phase, ready: 3, ..begin(&id, to, None, at(0)) };
    for (case, before, to, from) in [
        ("the first", None, 1, None),
        ("after one that is ready", Some(before(None, 1, RolloutPhase::Complete)), 2, Some(1)),
        ("after one that was overtaken", Some(before(Some(1), 2, RolloutPhase::Progressing)), 3, Some(1)),
        (
            "after one without replicas",
            Some(Rollout { ready: 0, ..before(Some(1), 2, RolloutPhase::Complete) }),
            3,
            Some(1),
        ),
        ("after one that went back", Some(before(Some(1), 2, RolloutPhase::RolledBack)), 3, Some(1)),
    ] {
        let next = begin(&id, to, before.as_ref(), at(0));
        assert_eq!(next.from, from, "{case}");
        assert_eq!(wanted(&next), to, "{case}");
        let back = Rollout { phase: RolloutPhase::RolledBack, ..next };
        assert_eq!(wanted(&back), from.unwrap_or(to), "{case}");
    }
}

#[test]
fn d2_no_more_is_replaced_than_may_be_unavailable() {
    use UpdateStrategy::{Canary as First, Recreate, Rolling};
    let with = |strategy, max_unavailable| UpdatePolicy { strategy, max_unavailable, ..UpdatePolicy::default() };
    let surge = UpdatePolicy { max_surge: 1, ..with(Rolling, 0) };
    let paused = UpdatePolicy { paused: true, ..with(Rolling, 1) };
    let by_hand =
        |promoted| UpdatePolicy { canary: Canary { manual: true, promoted, ..Canary::default() }, ..with(First, 2) };
    let (going, back) = (RolloutPhase::Progressing, RolloutPhase::RolledBack);
    let proved = Progress { ready_since: Some(at(0)), ..seen(1, 1, 3) };
    let allow = |more, serving, together| Allowance { more, serving, together };
    for (case, phase, policy, seen, now, expected) in [
        ("rolling", going, with(Rolling, 1), seen(0, 0, 3), 1, allow(3, 1, false)),
        ("rolling, one is away", going, with(Rolling, 1), seen(1, 0, 2), 1, allow(2, 0, false)),
        ("rolling, two may be away", going, with(Rolling, 2), seen(1, 0, 2), 1, allow(2, 1, false)),
        ("beside each other", going, surge, seen(0, 0, 3), 1, allow(3, 0, false)),
        ("all at once", going, with(Recreate, 1), seen(0, 0, 3), 1, allow(3, 3, true)),
        ("paused", going, paused.clone(), seen(1, 1, 3), 1, allow(0, 0, false)),
        ("paused, going back", back, paused, seen(1, 1, 3), 1, allow(2, 1, false)),
        ("canary first", going, with(First, 2), seen(0, 0, 3), 1, allow(1, 2, false)),
        ("canary holds", going, with(First, 2), proved.clone(), 29, allow(0, 2, false)),
        ("canary proved", going, with(First, 2), proved.clone(), 30, allow(2, 2, false)),
        ("canary by hand", going, by_hand(None), proved.clone(), 9999, allow(0, 2, false)),
        ("canary promoted", going, by_hand(Some(2)), proved.clone(), 1, allow(2, 2, false)),
        ("an older one was promoted", going, by_hand(Some(1)), proved, 1, allow(0, 2, false)),
        ("canary going back", back, with(First, 2), seen(0, 0, 3), 1, allow(3, 2, false)),
        ("stopped", going, with(Rolling, 1), Progress { stopped: true, ..seen(0, 0, 0) }, 1, allow(3, 3, false)),
    ] {
        assert_eq!(allowance(&rollout(Some(1), phase), &policy, &seen, at(now)), expected, "{case}");
    }
}

fn wanted_of(image: &str, replicas: u32, update: UpdatePolicy) -> CreateDeployment {
    CreateDeployment {
        name: Some("web".into()),
        template: Some("plain".into()),
        params: [("image".to_owned(), json!(image)), ("cpu".to_owned(), json!(1000))].into(),
        replicas: Some(replicas),
        update,
        ..CreateDeployment::default()
    }
}

fn image(image: &str) -> UpdateDeployment {
    UpdateDeployment { params: [("image".to_owned(), json!(image))].into(), ..UpdateDeployment::default() }
}

fn revisions(item: &DeploymentItem) -> Vec<u64> {
    item.workloads.iter().filter(|w| !w.leaving).map(|w| w.revision).collect()
}

fn serving(item: &DeploymentItem) -> usize {
    item.workloads.iter().filter(|w| w.state.phase.ready()).count()
}

async fn ready(bench: &Bench) -> DeploymentItem {
    for _ in 0..40 {
        let item = bench.control.deployment("web").unwrap();
        if item.status == DeploymentStatus::Ready {
            return item;
        }
        bench.rounds(1, &[]).await;
    }
    panic_with(bench)
}

fn panic_with(bench: &Bench) -> DeploymentItem {
    let item = bench.control.deployment("web").unwrap();
    assert_eq!(item.status, DeploymentStatus::Ready, "{:?} {:?}", item.rollout, item.problems);
    item
}

#[tokio::test]
async fn d2_a_rolling_update_keeps_all_but_one_serving() {
    let bench = Bench::new(2).await;
    bench.control.create(wanted_of("a", 4, UpdatePolicy::default())).await.unwrap();
    ready(&bench).await;
    bench.control.update("web", image("b")).await.unwrap();
    let mut fewest = 4;
    for _ in 0..30 {
        bench.rounds(1, &[]).await;
        let item = bench.control.deployment("web").unwrap();
        fewest = fewest.min(serving(&item));
        if item.status == DeploymentStatus::Ready {
            break;
        }
    }
    bench.rounds(1, &[]).await;
    let item = panic_with(&bench);
    assert_eq!(revisions(&item), [2, 2, 2, 2]);
    assert!(fewest >= 3, "only {fewest} of 4 served");
    let rollout = item.rollout.unwrap();
    assert_eq!((rollout.phase, rollout.from, rollout.to), (RolloutPhase::Complete, Some(1), 2));
}

#[tokio::test]
async fn d2_replicas_beside_those_that_they_replace_leave_nobody_away() {
    let bench = Bench::new(2).await;
    let update = UpdatePolicy { max_surge: 1, max_unavailable: 0, ..UpdatePolicy::default() };
    bench.control.create(wanted_of("a", 3, update)).await.unwrap();
    ready(&bench).await;
    bench.control.update("web", image("b")).await.unwrap();
    for _ in 0..30 {
        bench.rounds(1, &[]).await;
        let item = bench.control.deployment("web").unwrap();
        assert!(serving(&item) >= 3 && item.workloads.len() <= 4, "{:?}", item.workloads);
    }
    let item = panic_with(&bench);
    assert_eq!((revisions(&item), item.workloads.len()), (vec![2, 2, 2], 3));
}

#[tokio::test]
async fn d2_an_update_that_breaks_goes_back_by_itself_and_says_why() {
    let bench = Bench::new(1).await;
    bench.control.create(wanted_of("a", 3, UpdatePolicy::default())).await.unwrap();
    ready(&bench).await;
    bench.machines[0].1.fail_start_of("broken", "it cannot start");
    bench.control.update("web", image("broken")).await.unwrap();
    bench.rounds(15, &[]).await;
    let item = bench.control.deployment("web").unwrap();
    let rollout = item.rollout.clone().unwrap();
    assert_eq!((rollout.phase, rollout.from), (RolloutPhase::RolledBack, Some(1)), "{:?}", item.problems);
    assert!(rollout.reason.unwrap().contains("it cannot start"));
    assert_eq!((revisions(&item), serving(&item)), (vec![1, 1, 1], 3));
    assert_eq!(
        (item.status, item.revision),
        (DeploymentStatus::Degraded, 2),
        "what is wanted is still the user's to say"
    );
    let told = bench.control.events(0, 1000).into_iter().map(|(_, e)| e.reason).collect::<Vec<_>>();
    assert!(told.iter().any(|r| r == "rollout.rolled_back"), "{told:?}");
    let back = bench.control.rollback("web", Rollback::default()).await.unwrap();
    assert_eq!(back.revision, 3);
    let item = ready(&bench).await;
    assert_eq!(revisions(&item), [3, 3, 3]);
    let history = bench.control.revisions("web").unwrap();
    assert_eq!(history.iter().map(|r| (r.number, r.wanted)).collect::<Vec<_>>(), [(3, true), (2, false), (1, false)]);
    assert!(history[0].differences.iter().any(|d| d.path == "/params/image"), "{history:?}");
    for (revision, why) in [(Some(3), "is the wanted one"), (Some(9), "is not kept")] {
        let refused = bench.control.rollback("web", Rollback { revision }).await.unwrap_err();
        assert!(refused.issues()[0].message.contains(why), "{refused:?}");
    }
}

#[tokio::test]
async fn d2_a_canary_is_held_until_it_has_proved_itself() {
    let bench = Bench::new(1).await;
    let update = UpdatePolicy { strategy: UpdateStrategy::Canary, max_unavailable: 3, ..UpdatePolicy::default() };
    bench.control.create(wanted_of("a", 3, update)).await.unwrap();
    ready(&bench).await;
    bench.control.update("web", image("b")).await.unwrap();
    bench.rounds(10, &[]).await;
    assert_eq!(revisions(&bench.control.deployment("web").unwrap()).iter().sum::<u64>(), 4, "one of three");
    bench.rounds(30, &[]).await;
    assert_eq!(revisions(&ready(&bench).await), [2, 2, 2]);
}

#[tokio::test]
async fn d2_a_paused_update_waits_and_goes_on() {
    let bench = Bench::new(1).await;
    let paused = UpdatePolicy { paused: true, ..UpdatePolicy::default() };
    bench.control.create(wanted_of("a", 2, paused)).await.unwrap();
    ready(&bench).await;
    bench.control.update("web", image("b")).await.unwrap();
    bench.rounds(10, &[]).await;
    let item = bench.control.deployment("web").unwrap();
    assert_eq!((revisions(&item), serving(&item)), (vec![1, 1], 2));
    bench.pass(Duration::from_secs(1000));
    bench.control.resume("web").await.unwrap();
    assert_eq!(revisions(&ready(&bench).await), [2, 2]);
}

#[tokio::test]
async fn d2_pausing_resuming_and_promoting_change_nothing_else() {
    let bench = Bench::new(1).await;
    let canary = Canary { manual: true, ..Canary::default() };
    let update =
        UpdatePolicy { strategy: UpdateStrategy::Canary, canary, max_unavailable: 3, ..UpdatePolicy::default() };
    bench.control.create(wanted_of("a", 3, update.clone())).await.unwrap();
    ready(&bench).await;
    let paused = bench.control.pause("web").await.unwrap();
    assert_eq!((paused.revision, &paused.update), (1, &UpdatePolicy { paused: true, ..update.clone() }));
    assert_eq!(bench.control.pause("web").await.unwrap().generation, paused.generation, "it is paused already");
    bench.control.update("web", image("b")).await.unwrap();
    bench.rounds(10, &[]).await;
    assert_eq!(revisions(&bench.control.deployment("web").unwrap()), [1, 1, 1]);
    assert_eq!(bench.control.resume("web").await.unwrap().update, update);
    bench.rounds(60, &[]).await;
    assert_eq!(
        revisions(&bench.control.deployment("web").unwrap()).iter().sum::<u64>(),
        4,
        "one waits for a promotion"
    );
    assert_eq!(bench.control.promote("web").await.unwrap().update.canary.promoted, Some(2));
    assert_eq!(revisions(&ready(&bench).await), [2, 2, 2]);
    assert!(bench.control.promote("nosuch").await.unwrap_err().to_string().contains("nosuch"));
}

#[tokio::test]
async fn d2_all_at_once_waits_until_every_node_is_prepared() {
    let bench = Bench::new(2).await;
    let update = UpdatePolicy { strategy: UpdateStrategy::Recreate, ..UpdatePolicy::default() };
    let mut body = wanted_of("a", 2, update);
    body.params.insert("cpu".into(), json!(3000));
    bench.control.create(body).await.unwrap();
    ready(&bench).await;
    bench.machines[1].1.fail_prepare("b", "no such image");
    bench.control.update("web", image("b")).await.unwrap();
    bench.rounds(10, &[]).await;
    let item = bench.control.deployment("web").unwrap();
    assert_eq!((revisions(&item), serving(&item)), (vec![1, 1], 2), "one node cannot pull it");
    bench.machines[1].1.heal();
    bench.rounds(40, &[]).await;
    assert_eq!(revisions(&ready(&bench).await), [2, 2]);
}

#[tokio::test]
async fn d2_an_update_that_needs_more_is_given_it_or_leaves_what_runs_alone() {
    let bench = Bench::new(1).await;
    bench.control.create(wanted_of("a", 1, UpdatePolicy::default())).await.unwrap();
    ready(&bench).await;
    let cpu =
        |n: u32| UpdateDeployment { params: [("cpu".to_owned(), json!(n))].into(), ..UpdateDeployment::default() };
    bench.control.update("web", cpu(3000)).await.unwrap();
    let item = ready(&bench).await;
    assert_eq!(bench.control.node("n0").unwrap().reserved.cpu_milli, 3000, "{item:?}");
    bench.control.update("web", cpu(9000)).await.unwrap();
    bench.rounds(10, &[]).await;
    let item = bench.control.deployment("web").unwrap();
    assert_eq!((revisions(&item), serving(&item), item.status), (vec![2], 1, DeploymentStatus::Degraded));
    assert!(item.problems.iter().any(|p| p.message.contains("no node of 1 fits")), "{:?}", item.problems);
}
