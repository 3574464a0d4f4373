//! One of several control planes leads, and a deposed one commits nothing (O2).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::{sync::Arc, time::Duration};

use common::Time;
use miaas_core::{
    ErrorKind,
    engine::{
        MemoryStore,
        leader::{Candidate, LeaderTerms, Standing, Term},
    },
    port::{Key, Kind, Op, Store, Value, When, Write},
};

struct Two {
    time: Arc<Time>,
    store: Arc<MemoryStore>,
    a: Candidate,
    b: Candidate,
}

impl Two {
    fn new() -> Self {
        let (time, store) = (Arc::new(Time::default()), Arc::new(MemoryStore::new()));
        let candidate = |name: &str| {
            let url = format!("http://{name}");
            Candidate::new(store.clone(), time.clone(), name.to_owned(), url, LeaderTerms::default())
        };
        let (a, b) = (candidate("a"), candidate("b"));
        Self { time, store, a, b }
    }

    fn pass(&self, millis: i64) {
        self.time.pass(Duration::from_millis(millis.unsigned_abs()));
    }
}

async fn leads(candidate: &mut Candidate) -> Arc<Term> {
    match candidate.step().await.unwrap() {
        Standing::Leads(term) => term,
        Standing::Follows(leader) => panic!("{leader:?} leads"),
    }
}

async fn follows(candidate: &mut Candidate) -> Option<String> {
    match candidate.step().await.unwrap() {
        Standing::Follows(leader) => leader.map(|l| l.url),
        Standing::Leads(_) => panic!("it leads"),
    }
}

fn put(name: &str) -> Vec<Write> {
    vec![Write { key: Key::new(Kind::Node, name), op: Op::Put(Value("1".into())), when: When::Any }]
}

#[tokio::test]
async fn o2_the_first_leads_while_it_renews_and_the_other_knows_where_it_is() {
    let mut two = Two::new();
    let term = leads(&mut two.a).await;
    for _ in 0..20 {
        two.pass(1000);
        term.renew().await;
        assert_eq!(follows(&mut two.b).await.as_deref(), Some("http://a"));
        assert!(term.holds());
    }
    term.store().commit(put("n")).await.unwrap();
}

#[tokio::test]
async fn o2_a_silent_leader_is_followed_after_its_lease_and_not_before() {
    let mut two = Two::new();
    let old = leads(&mut two.a).await;
    assert!(follows(&mut two.b).await.is_some());
    two.pass(5400);
    assert!(follows(&mut two.b).await.is_some() && !old.holds(), "the old one must stop before the new one starts");
    two.pass(100);
    let new = leads(&mut two.b).await;
    // The old one was paused, comes back, and believes that it leads.
    let refused = old.store().commit(put("n")).await.unwrap_err();
    assert_eq!((refused.kind(), refused.hint().is_some()), (ErrorKind::Unavailable, true), "{refused}");
    assert_eq!(old.store().commit(Vec::new()).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(two.store.get(&Key::new(Kind::Node, "n")).await.unwrap().is_none());
    new.store().commit(put("n")).await.unwrap();
    old.renew().await;
    assert_eq!(follows(&mut two.a).await.as_deref(), Some("http://b"));
    assert!(new.holds() && !old.holds());
}

#[tokio::test]
async fn o2_one_that_steps_down_is_followed_at_once() {
    let mut two = Two::new();
    let term = leads(&mut two.a).await;
    assert!(follows(&mut two.b).await.is_some());
    term.release().await;
    term.ended().await;
    let _new = leads(&mut two.b).await;
    assert!(term.store().commit(put("n")).await.is_err());
}

#[tokio::test]
async fn o2_of_two_that_see_nobody_one_leads() {
    let mut two = Two::new();
    let (a, b) = tokio::join!(two.a.step(), two.b.step());
    let leading = [a, b].into_iter().filter(|s| matches!(s, Ok(Standing::Leads(_)))).count();
    assert_eq!(leading, 1);
}

#[tokio::test]
async fn o2_a_conflict_of_another_kind_is_told_as_such() {
    let mut two = Two::new();
    let term = leads(&mut two.a).await;
    let twice = vec![Write { when: When::At(77), ..put("n").remove(0) }];
    assert_eq!(term.store().commit(twice).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert!(term.holds());
}
