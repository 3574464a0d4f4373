//! Workloads beside each other, and what others run.

use super::{
    Step,
    harness::{Harness, ok},
};

pub(super) async fn check(h: &Harness<'_>) {
    workloads_do_not_touch_each_other(h).await;
    what_others_run_is_neither_listed_nor_touched(h).await;
}

async fn workloads_do_not_touch_each_other(h: &Harness<'_>) {
    let steps = |i: usize| [Step::keep(format!("w{i}")), Step::Recall, Step::say("end")];
    let all: Vec<_> = (0..3).map(|i| h.single(&format!("many-{i}"), &steps(i))).collect();
    tokio::join!(h.run(&all[0]), h.run(&all[1]), h.run(&all[2]));
    for (i, w) in all.iter().enumerate() {
        let own = format!("w{i}");
        assert_eq!(h.until_said(&w.id, "end").await, [own.as_str(), "end"], "each has a volume of its own");
    }
    h.remove(&all[1].id).await;
    let seen = ok("observe", h.executor.observe().await);
    for i in [0, 2] {
        assert!(seen[&all[i].id].services["main"].running, "removing a neighbour stopped {}", all[i].id);
        h.remove(&all[i].id).await;
    }
}

async fn what_others_run_is_neither_listed_nor_touched(h: &Harness<'_>) {
    let id = h.fixtures.id("foreign");
    let Some(planted) = h.fixtures.plant_foreign(&id).await else { return };
    assert_eq!(h.look(&id).await, None, "what others run is not listed");
    h.stop(&id, std::time::Duration::from_secs(1)).await;
    h.remove(&id).await;
    assert!(h.fixtures.foreign_runs(&planted).await, "what others run was touched");
    h.fixtures.remove_foreign(&planted).await;
}
