//! D8, U3: whoever watches the events sees each of them, in the order of the commits, and a repeated request gets what the first
//! made, however late the store answers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use common::Bench;
use futures_util::{FutureExt as _, StreamExt as _};
use miaas_core::{
    ErrorKind, PortError,
    api::v1::{CreateDeployment, DeploymentStatus},
    engine::MemoryStore,
    port::{BoxStream, Change, Key, Kind, Listing, Op, Revision, Store, Value, Versioned, Write},
};
use serde_json::json;

/// A store whose answer to some commits is late: they are done long before. Its watch may be late as well.
#[derive(Debug, Default)]
struct LateAnswers {
    store: MemoryStore,
    watch: Duration,
}

#[async_trait]
impl Store for LateAnswers {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        self.store.get(key).await
    }

    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        self.store.list(kind).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        let late = writes.iter().any(|w| matches!(&w.op, Op::Put(Value(text)) if text.contains("\"name\":\"late")));
        let revision = self.store.commit(writes).await?;
        if late {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(revision)
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        let late = self.watch;
        if late.is_zero() {
            return self.store.watch(from);
        }
        self.store.watch(from).then(move |change| tokio::time::sleep(late).map(|()| change)).boxed()
    }
}

#[tokio::test]
async fn d8_no_watcher_misses_an_event_of_a_commit_that_was_answered_late() {
    for runs in [false, true] {
        let bench = Bench::over(Arc::new(LateAnswers::default()), 0).await;
        if runs {
            tokio::spawn(Arc::clone(&bench.control).run());
        }
        let mut events = bench.control.watch_events(0);
        let create = async |name: &str| bench.control.create(wanted(name)).await.unwrap();
        let mut seen = Vec::new();
        let watching = async {
            while seen.len() < 4 {
                let (cursor, event) = events.next().await.unwrap().unwrap();
                if event.reason == "deployment.created" {
                    seen.push((cursor, event.subject.name));
                }
            }
        };
        let creating = async {
            tokio::join!(create("late-1"), create("soon-1"), create("late-2"), create("soon-2"));
        };
        let both = async { tokio::join!(watching, creating) };
        tokio::time::timeout(Duration::from_secs(5), both).await.expect("an event was skipped");
        let names: Vec<&str> = seen.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["late-1", "soon-1", "late-2", "soon-2"]);
        assert!(seen.windows(2).all(|w| w[0].0 < w[1].0), "in order: {seen:?}");
        assert!(bench.control.newest_event() >= seen[3].0);
    }
}

#[tokio::test]
async fn u3_a_repeat_waits_for_what_the_first_request_made() {
    let store = LateAnswers { watch: Duration::from_millis(20), ..LateAnswers::default() };
    let bench = Bench::over(Arc::new(store), 0).await;
    tokio::spawn(Arc::clone(&bench.control).run());
    let create = async || bench.control.create_once("key", b"asked", wanted("late")).await.unwrap().id;
    let (first, second, third) = tokio::join!(create(), create(), create());
    assert_eq!((&first, &first), (&second, &third));
}

#[tokio::test]
async fn d1_who_deletes_is_answered_also_when_it_is_gone_before_the_answer() {
    let bench = Bench::over(Arc::new(LateAnswers::default()), 0).await;
    let running = tokio::spawn(Arc::clone(&bench.control).run());
    for again in [false, true] {
        let made = bench.control.create(wanted("late")).await.unwrap();
        let (first, second) = tokio::join!(bench.control.delete("late"), async {
            tokio::task::yield_now().await;
            if again { Some(bench.control.delete(made.id.as_str()).await) } else { None }
        });
        assert_eq!(first.unwrap().status, DeploymentStatus::Removing);
        // Whoever comes second finds it being removed, or gone.
        assert!(
            second.is_none_or(|answer| answer.map_or_else(|e| e.kind() == ErrorKind::NotFound, |d| d.id == made.id))
        );
        assert!(bench.control.deployment("late").is_err(), "the test shows nothing when it is still there");
    }
    running.abort();
}

fn wanted(name: &str) -> CreateDeployment {
    CreateDeployment {
        name: Some(name.to_owned()),
        template: Some("plain".into()),
        params: [("image".to_owned(), json!("a"))].into(),
        replicas: Some(0),
        ..CreateDeployment::default()
    }
}
