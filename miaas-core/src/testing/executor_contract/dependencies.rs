//! Services start in the order of `depends_on`, waiting for its conditions.

use super::{
    Step,
    harness::{Harness, ok},
};
use crate::{
    model::{DependsOn, Service},
    port::{LogOptions, NoProgress},
};

pub(super) async fn check(h: &Harness<'_>) {
    services_wait_for_what_they_depend_on(h).await;
    a_dependency_that_fails_is_named(h).await;
}

fn needs(mut service: Service, on: &str, condition: DependsOn) -> Service {
    service.depends_on.insert(on.to_owned(), condition);
    service
}

async fn services_wait_for_what_they_depend_on(h: &Harness<'_>) {
    let f = h.fixtures;
    // Named against the alphabet, so that order by name would be wrong.
    let db = f.service(&[Step::Checked, Step::Pause(300), Step::say("db ready"), Step::BecomeHealthy]);
    let migrate = f.service(&[Step::Pause(300), Step::say("migrated"), Step::Exit(0)]);
    let migrate = needs(migrate, "z-db", DependsOn::ServiceHealthy);
    let app = needs(f.service(&[Step::say("app")]), "m-migrate", DependsOn::ServiceCompletedSuccessfully);
    let web = needs(f.service(&[Step::say("web")]), "b-app", DependsOn::ServiceStarted);
    let w = h.workload("depends", vec![("a-web", web), ("b-app", app), ("m-migrate", migrate), ("z-db", db)]);
    h.run(&w).await;
    let complete = |o: &crate::port::Observed| o.services["m-migrate"].exit_code == Some(0);
    let seen = h.until(&w.id, "the one-shot service has ended", complete).await;
    assert_eq!(seen.services.len(), 4);
    h.until(&w.id, "the others run", |o| o.services.values().filter(|s| s.running).count() == 3).await;
    let mut at = std::collections::BTreeMap::new();
    for _ in 0..100 {
        for line in h.lines(&w.id, LogOptions::default()).await {
            at.insert(line.text, line.at);
        }
        if at.len() == 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for (first, second) in [("db ready", "migrated"), ("migrated", "app")] {
        let (a, b) = (at.get(first), at.get(second));
        assert!(a.is_some() && b.is_some() && a <= b, "{second:?} came before {first:?}: {at:?}");
    }
    assert!(at.contains_key("web"), "the last service ran: {at:?}");
    h.remove(&w.id).await;
}

async fn a_dependency_that_fails_is_named(h: &Harness<'_>) {
    let migrate = h.fixtures.service(&[Step::Complain("no schema".into()), Step::Exit(3)]);
    let app = needs(h.fixtures.service(&[]), "migrate", DependsOn::ServiceCompletedSuccessfully);
    let w = h.workload("broken", vec![("app", app), ("migrate", migrate)]);
    ok("prepare", h.executor.prepare(&w, &NoProgress).await);
    let Err(error) = h.executor.start(&w).await else { panic!("a failed dependency was ignored") };
    let text = error.chain();
    for part in [w.id.as_str(), "app", "migrate", "3"] {
        assert!(text.contains(part), "the error {text:?} does not name {part:?}");
    }
    let seen = h.look(&w.id).await;
    let app_runs = seen.is_some_and(|o| o.services.get("app").is_some_and(|s| s.running));
    assert!(!app_runs, "the dependent service must not run");
    h.remove(&w.id).await;
}
