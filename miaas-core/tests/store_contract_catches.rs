//! The suite of the store contract fails for stores that break it: each planted fault is found, by the check meant for it.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use async_trait::async_trait;
use futures_util::StreamExt as _;
use miaas_core::{
    PortError,
    engine::MemoryStore,
    port::{BoxStream, Change, Key, Kind, Listing, Op, Revision, Store, Value, Versioned, When, Write},
    testing::store_contract::store_contract,
};

/// How a store breaks the contract.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    IgnoresConditions,
    ChecksBeforeItLocks,
    WritesByHalf,
    CountsEveryCommit,
    ListsBackwards,
    ListsAnOldRevision,
    ListsInTwoSteps,
    MixesKinds,
    TrimsTexts,
    AnswersTooEarly,
    ShowsDeletesAsEmpty,
    RepeatsChanges,
    SkipsAChange,
    NeverCompacts,
    CompactsTooMuch,
}

#[derive(Debug)]
struct Faulty {
    inner: Arc<MemoryStore>,
    fault: Fault,
}

#[async_trait]
impl Store for Faulty {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        self.inner.get(key).await
    }

    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        let mut listing = self.inner.list(kind).await?;
        match self.fault {
            Fault::ListsBackwards => listing.items.reverse(),
            Fault::ListsAnOldRevision => listing.revision = listing.revision.saturating_sub(1),
            Fault::ListsInTwoSteps => {
                tokio::task::yield_now().await;
                listing.revision = self.inner.list(kind).await?.revision;
            }
            Fault::MixesKinds if kind == Kind::Node => {
                listing.items.extend(self.inner.list(Kind::Event).await?.items);
            }
            _ => {}
        }
        Ok(listing)
    }

    async fn commit(&self, mut writes: Vec<Write>) -> Result<Revision, PortError> {
        match self.fault {
            Fault::IgnoresConditions => writes.iter_mut().for_each(|w| w.when = When::Any),
            Fault::ChecksBeforeItLocks => {
                let checks = writes.iter().map(|w| Write { op: Op::Check, ..w.clone() }).collect();
                self.inner.commit(checks).await?;
                tokio::task::yield_now().await;
                writes.iter_mut().for_each(|w| w.when = When::Any);
            }
            Fault::WritesByHalf if writes.len() > 1 => {
                let rest = writes.split_off(1);
                self.inner.commit(writes).await?;
                return self.inner.commit(rest).await;
            }
            Fault::CountsEveryCommit => {
                let counter = Key::new(Kind::Setting, "counter");
                writes.push(Write { key: counter, op: Op::Put(Value("1".into())), when: When::Any });
            }
            Fault::TrimsTexts => {
                for write in &mut writes {
                    if let Op::Put(Value(text)) = &mut write.op {
                        *text = text.trim().into();
                    }
                }
            }
            Fault::AnswersTooEarly => {
                let before = self.inner.list(Kind::Node).await?.revision;
                let inner = Arc::clone(&self.inner);
                tokio::spawn(async move { inner.commit(writes).await });
                return Ok(before + 1);
            }
            _ => {}
        }
        self.inner.commit(writes).await
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        let changes = self.inner.watch(from);
        match self.fault {
            Fault::ShowsDeletesAsEmpty => Box::pin(
                changes.map(|change| change.map(|c| Change { value: c.value.or_else(|| Some(Value("".into()))), ..c })),
            ),
            Fault::RepeatsChanges => Box::pin(changes.flat_map(|change| {
                let again = change.as_ref().ok().cloned().map(Ok);
                futures_util::stream::iter([change].into_iter().chain(again))
            })),
            Fault::SkipsAChange => {
                Box::pin(changes.filter(|c| std::future::ready(c.as_ref().map_or(true, |c| c.revision != 99))))
            }
            _ => changes,
        }
    }
}

/// What the suite says about a store with this fault.
fn verdict(fault: Fault) -> String {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let suite = store_contract(async |retention| {
        let retention = match fault {
            Fault::NeverCompacts => usize::MAX,
            Fault::CompactsTooMuch => retention / 2,
            _ => retention,
        };
        Arc::new(Faulty { inner: Arc::new(MemoryStore::with_retention(retention)), fault })
    });
    let Err(panic) = catch_unwind(AssertUnwindSafe(|| runtime.block_on(suite))) else { return "nothing".to_owned() };
    panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap()
}

#[test]
fn each_fault_is_found() {
    let cases = [
        (Fault::IgnoresConditions, "must conflict"),
        (Fault::ChecksBeforeItLocks, "was lost|creators wins|the other writes of a commit"),
        (Fault::WritesByHalf, "takes the next revision"),
        (Fault::CountsEveryCommit, "an empty commit"),
        (Fault::ListsBackwards, "in key order"),
        (Fault::ListsAnOldRevision, "change nothing|the revision of the whole store"),
        (Fault::ListsInTwoSteps, "not one snapshot|ends well"),
        (Fault::MixesKinds, "in a listing|only its kind"),
        (Fault::TrimsTexts, "did not come back"),
        (Fault::AnswersTooEarly, "revision"),
        (Fault::ShowsDeletesAsEmpty, "a change without a value"),
        (Fault::RepeatsChanges, "is a change|nobody made"),
        (Fault::SkipsAChange, "changes are missing|ends well|come in order"),
        (Fault::NeverCompacts, "must end with Compacted"),
        (Fault::CompactsTooMuch, "no longer kept"),
    ];
    let missed: Vec<_> = cases
        .into_iter()
        .map(|(fault, expected)| (fault, expected, verdict(fault)))
        .filter(|(_, expected, verdict)| !expected.split('|').any(|e| verdict.contains(e)))
        .collect();
    assert!(missed.is_empty(), "fault, expected, found: {missed:#?}");
}
