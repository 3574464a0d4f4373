//! The state machines and the planner of one machine, case by case.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use miaas_core::{
    fsm::{
        lease::Right,
        workload::{Doing, phase, satisfied},
    },
    hash::ContentHash,
    id::{DeploymentId, NodeId, WorkloadId},
    model::{
        ExecutorKind, HealthTest, Healthcheck, Millis, NodeTarget, Phase, RenderedWorkload, RestartPolicy, Service,
        ServiceState, WorkloadSpec,
    },
    name::Name,
    plan::{Action, Attempts, NodePlanInput, plan_node},
    port::Observed,
    time::Timestamp,
};

fn workload(id: &str, hash: &str, restart: RestartPolicy, checked: bool) -> RenderedWorkload {
    let healthcheck = checked.then(|| Healthcheck {
        test: HealthTest::Shell("true".into()),
        interval: Millis(1000),
        timeout: Millis(1000),
        retries: 3,
        start_period: Millis(0),
        start_interval: None,
    });
    let service = Service { image: "i".into(), restart, healthcheck, ..Service::default() };
    RenderedWorkload {
        id: WorkloadId::parse(id).unwrap(),
        deployment: DeploymentId::parse("dep-1").unwrap(),
        deployment_name: Name::parse("d").unwrap(),
        slot: 0,
        generation: 1,
        revision: 0,
        inputs: None,
        hash: ContentHash::from_text(hash),
        restarts: 0,
        executor: ExecutorKind::Fake,
        run: true,
        exclusive: false,
        spec: WorkloadSpec { services: [("main".to_owned(), service.into())].into(), ..WorkloadSpec::default() },
        compose: String::new(),
    }
}

fn observed(hash: &str, running: bool, healthy: Option<bool>, exit_code: Option<i64>) -> Observed {
    let state = ServiceState { running, healthy, exit_code, ..ServiceState::default() };
    Observed {
        deployment: DeploymentId::parse("dep-1").unwrap(),
        hash: Some(ContentHash::from_text(hash)),
        generation: 1,
        services: [("main".to_owned(), state)].into(),
    }
}

#[test]
fn the_phase_follows_from_what_is_seen_and_done() {
    use Doing::{Nothing, Preparing, Starting, Stopping};
    let up = |healthy| Some(observed("h", true, healthy, None));
    let ended = |code| Some(observed("h", false, None, Some(code)));
    let old = Some(observed("old", true, None, None));
    let (always, no) = (RestartPolicy::Always, RestartPolicy::No);
    for (case, restart, checked, seen, doing, failing, expected) in [
        ("assigned", always, false, None, Nothing, false, Phase::Pending),
        ("pulling", always, false, None, Preparing, false, Phase::Preparing),
        ("pulling an update", always, false, old.clone(), Preparing, false, Phase::Running),
        ("replacing", always, false, old.clone(), Starting, false, Phase::Starting),
        ("an update failed", always, false, old, Nothing, true, Phase::Running),
        ("never came up", always, false, None, Nothing, true, Phase::Failed),
        ("up without a check", always, false, up(None), Nothing, false, Phase::Running),
        ("up, not yet healthy", always, true, up(None), Nothing, false, Phase::Starting),
        ("up and healthy", always, true, up(Some(true)), Nothing, false, Phase::Running),
        ("up and ill", always, true, up(Some(false)), Nothing, false, Phase::Unhealthy),
        ("ended, to start again", always, false, ended(1), Nothing, false, Phase::Starting),
        ("ended again and again", always, false, ended(1), Nothing, true, Phase::Failed),
        ("a job done", no, false, ended(0), Nothing, false, Phase::Completed),
        ("a job failed", no, false, ended(3), Nothing, false, Phase::Failed),
        ("going", always, false, up(None), Stopping, false, Phase::Stopping),
    ] {
        let wanted = workload("w", "h", restart, checked);
        assert_eq!(phase(wanted.run, &wanted, seen.as_ref(), doing, failing), expected, "{case}");
    }
}

#[test]
fn what_satisfies_needs_no_action() {
    for (case, restart, seen, expected) in [
        ("runs", RestartPolicy::Always, observed("h", true, None, None), true),
        ("another version runs", RestartPolicy::Always, observed("x", true, None, None), false),
        ("ended", RestartPolicy::Always, observed("h", false, None, Some(0)), false),
        ("ended well", RestartPolicy::OnFailure, observed("h", false, None, Some(0)), true),
        ("ended badly", RestartPolicy::OnFailure, observed("h", false, None, Some(1)), false),
        ("a job ended badly", RestartPolicy::No, observed("h", false, None, Some(1)), true),
        (
            "a container is gone",
            RestartPolicy::No,
            Observed { services: BTreeMap::new(), ..observed("h", false, None, None) },
            false,
        ),
    ] {
        assert_eq!(satisfied(&workload("w", "h", restart, false), &seen), expected, "{case}");
    }
}

#[test]
fn t3_a_service_that_used_up_its_restarts_has_failed_and_stays() {
    let mut wanted = workload("w", "h", RestartPolicy::OnFailure, false);
    wanted.spec.service_mut("main").unwrap().max_restarts = Some(2);
    for (restarts, restarting, expected) in [(1, false, false), (2, true, false), (2, false, true)] {
        let mut seen = observed("h", false, None, Some(1));
        let state = seen.services.get_mut("main").unwrap();
        (state.restarts, state.restarting) = (restarts, restarting);
        assert_eq!(satisfied(&wanted, &seen), expected, "{restarts} restarts, restarting {restarting}");
        assert_eq!(phase(wanted.run, &wanted, Some(&seen), Doing::Nothing, false) == Phase::Failed, expected);
    }
}

#[test]
fn what_is_to_rest_is_stopped_while_the_engine_would_start_it_again() {
    let mut wanted = workload("w", "h", RestartPolicy::Always, false);
    wanted.run = false;
    let id = wanted.id.clone();
    let target = NodeTarget {
        node: NodeId::parse("node-1").unwrap(),
        generation: 1,
        workloads: vec![wanted.clone()],
        prepare: vec![],
    };
    for (running, restarting, expected) in [(true, false, 1), (false, true, 1), (false, false, 0)] {
        let mut seen = observed("h", running, None, Some(1));
        seen.services.get_mut("main").unwrap().restarting = restarting;
        let phase = phase(wanted.run, &wanted, Some(&seen), Doing::Nothing, false);
        let seen: BTreeMap<_, _> = [(id.clone(), seen)].into();
        let (busy, attempts, now) = (BTreeSet::new(), BTreeMap::new(), Timestamp::from_millis(1));
        let (actions, _) = plan_node(NodePlanInput {
            target: &target,
            observed: &seen,
            busy: &busy,
            right: Right::Run,
            attempts: &attempts,
            now,
        });
        assert_eq!(actions.len(), expected, "running {running}, restarting {restarting}");
        assert_eq!(phase == Phase::Stopping, expected == 1, "{phase:?}");
    }
}

#[test]
fn removals_come_first_and_busy_or_pausing_workloads_wait() {
    let node = NodeId::parse("node-1").unwrap();
    let want = |id: &str| workload(id, "h", RestartPolicy::Always, false);
    let target = NodeTarget {
        node,
        generation: 1,
        workloads: vec![want("busy"), want("new"), want("pausing"), want("runs")],
        prepare: vec![],
    };
    let id = |text: &str| WorkloadId::parse(text).unwrap();
    let observed: BTreeMap<_, _> =
        [(id("old"), observed("h", true, None, None)), (id("runs"), observed("h", true, None, None))].into();
    let now = Timestamp::from_millis(1_000_000);
    let failed = Attempts { hash: ContentHash::from_text("h"), count: 3, last: now, error: Some("no".into()) };
    let attempts: BTreeMap<_, _> = [(id("pausing"), failed.clone())].into();
    let busy: BTreeSet<_> = [id("busy")].into();
    let (actions, wake) = plan_node(NodePlanInput {
        target: &target,
        observed: &observed,
        busy: &busy,
        right: Right::Run,
        attempts: &attempts,
        now,
    });
    let names: Vec<_> = actions
        .iter()
        .map(|a| match a {
            Action::Remove(id) => format!("remove {id}"),
            Action::Run(w) => format!("run {}", w.id),
            Action::Stop(w) => format!("stop {}", w.id),
        })
        .collect();
    assert_eq!(names, ["remove old", "run new"]);
    assert_eq!(wake, Some(failed.not_before()));
}

#[test]
fn d3_what_may_not_run_any_more_is_stopped_without_the_long_pause_of_failed_starts() {
    let mut once = workload("once", "h", RestartPolicy::Always, false);
    once.exclusive = true;
    let id = WorkloadId::parse("once").unwrap();
    let target =
        NodeTarget { node: NodeId::parse("n").unwrap(), generation: 1, workloads: vec![once.clone()], prepare: vec![] };
    let observed: BTreeMap<_, _> = [(id.clone(), observed("h", true, None, None))].into();
    let last = Timestamp::from_millis(1_000_000);
    let attempts: BTreeMap<_, _> =
        [(id, Attempts { hash: ContentHash::from_text("h"), count: 9, last, error: Some("no".into()) })].into();
    let busy = BTreeSet::new();
    let plan = |after| {
        let (actions, wake) = plan_node(NodePlanInput {
            target: &target,
            observed: &observed,
            busy: &busy,
            right: Right::Stop,
            attempts: &attempts,
            now: last.plus(Duration::from_millis(after)),
        });
        (actions.contains(&Action::Stop(&once)), wake)
    };
    let second = last.plus(Duration::from_secs(1));
    assert_eq!(plan(999), (false, Some(second)), "stopping that fails is not tried all the time");
    assert_eq!(plan(1000), (true, None));
}

#[test]
fn pauses_grow_and_are_forgotten_after_a_stable_run() {
    let hash = ContentHash::from_text("h");
    let start = Timestamp::from_millis(0);
    let mut attempts = None;
    let mut pauses = Vec::new();
    for _ in 0..9 {
        let next = Attempts::next(attempts.as_ref(), &hash, start, None);
        pauses.push(next.not_before().since(start).as_millis());
        attempts = Some(next);
    }
    assert_eq!(pauses, [0, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    let later = start.plus(Duration::from_secs(60));
    assert_eq!(Attempts::next(attempts.as_ref(), &hash, later, None).count, 1, "it ran for long enough");
    let other = ContentHash::from_text("other");
    assert_eq!(Attempts::next(attempts.as_ref(), &other, start, None).count, 1, "another version starts afresh");
    let failed = Attempts::next(None, &hash, start, Some("no".into()));
    assert_eq!(failed.not_before().since(start).as_millis(), 500, "a failure is never tried again at once");
}
