//! Output: order, tail, since, service, standard error, follow.

use std::time::Duration;

use futures_util::StreamExt as _;

use super::{
    Step,
    harness::{Harness, ok},
};
use crate::port::LogOptions;

pub(super) async fn check(h: &Harness<'_>) {
    lines_are_selected_as_asked(h).await;
    follow_waits_for_more(h).await;
    two_services_are_merged_and_told_apart(h).await;
}

async fn lines_are_selected_as_asked(h: &Harness<'_>) {
    let steps = [Step::say("one"), Step::Complain("two".into()), Step::Pause(50), Step::say(""), Step::say(" four ")];
    let w = h.single("logs", &steps);
    h.run(&w).await;
    h.until_said(&w.id, " four ").await;
    let all = h.lines(&w.id, LogOptions::default()).await;
    let mut texts: Vec<&str> = all.iter().map(|l| l.text.as_str()).collect();
    // Two pipes have no order among lines of the same moment.
    texts[..2].sort_unstable();
    assert_eq!(texts, ["one", "two", "", " four "], "lines are kept as they are, oldest first");
    for line in &all {
        assert_eq!((&line.workload, line.service.as_str()), (&w.id, "main"));
        assert_eq!(line.stderr, line.text == "two", "standard error is marked: {line:?}");
    }
    let tail = h.lines(&w.id, LogOptions { tail: Some(1), ..LogOptions::default() }).await;
    assert_eq!(tail, all[3..], "tail counts from the end");
    let none = h.lines(&w.id, LogOptions { tail: Some(0), ..LogOptions::default() }).await;
    assert_eq!(none, [], "a tail of nothing is nothing");
    if let Some(since) = all[2].at {
        let late = h.lines(&w.id, LogOptions { since: Some(since), ..LogOptions::default() }).await;
        assert_eq!(late, all[2..], "since leaves older lines out");
    }
    h.remove(&w.id).await;
}

async fn follow_waits_for_more(h: &Harness<'_>) {
    let w = h.single("follow", &[Step::OnStop("bye".into()), Step::say("one")]);
    h.run(&w).await;
    h.until_said(&w.id, "one").await;
    let mut stream = h.executor.logs(&w.id, LogOptions { follow: true, ..LogOptions::default() });
    let mut next = async || {
        let line = tokio::time::timeout(Duration::from_secs(20), stream.next()).await;
        let line = line.unwrap_or_else(|_| panic!("following: no line came in time"));
        ok("follow", line.unwrap_or_else(|| panic!("following ended early"))).text
    };
    assert_eq!(next().await, "one", "following begins with what was written before");
    let (line, ()) = tokio::join!(next(), h.stop(&w.id, Duration::from_secs(5)));
    assert_eq!(line, "bye", "following yields what is written later");
    h.remove(&w.id).await;
}

async fn two_services_are_merged_and_told_apart(h: &Harness<'_>) {
    let a = h.fixtures.service(&[Step::say("a1"), Step::Pause(400), Step::say("a2")]);
    let b = h.fixtures.service(&[Step::say("b1")]);
    let w = h.workload("merged", vec![("a", a), ("b", b)]);
    h.run(&w).await;
    for service in ["a", "b"] {
        let last = if service == "a" { "a2" } else { "b1" };
        let options = LogOptions { service: Some(service.to_owned()), ..LogOptions::default() };
        for _ in 0..200 {
            if h.lines(&w.id, options.clone()).await.last().is_some_and(|l| l.text == last) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        let lines = h.lines(&w.id, options).await;
        assert!(lines.iter().all(|l| l.service == service), "only the service asked for: {lines:?}");
        assert_eq!(lines.last().map(|l| l.text.as_str()), Some(last));
    }
    let all = h.lines(&w.id, LogOptions::default()).await;
    assert_eq!(all.len(), 3, "all services without a choice: {all:?}");
    assert!(all.is_sorted_by_key(|l| l.at), "oldest first over all services: {all:?}");
    h.remove(&w.id).await;
}
