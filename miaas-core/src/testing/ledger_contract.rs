//! The suite behind the `# Contract` of [`Ledger`].

#![allow(clippy::panic, clippy::expect_used, reason = "a contract suite fails by panicking, like any test")]

use std::sync::Arc;

use crate::{
    hash::ContentHash,
    id::{DeploymentId, NodeId, WorkloadId},
    model::{ExecutorKind, NodeTarget, RenderedWorkload, Service, WorkloadSpec},
    name::Name,
    port::Ledger,
};

/// Opens the same ledger anew, as the next process would.
pub type OpenLedger<'a> = &'a (dyn Fn() -> Arc<dyn Ledger> + Sync);

/// Checks the contract on a ledger that was never saved to.
///
/// # Panics
/// When a sentence does not hold, saying which.
pub async fn ledger_contract(open: OpenLedger<'_>) {
    let ledger = open();
    assert_eq!(ledger.load().await.expect("an empty ledger loads"), None, "nothing was saved yet");
    for generation in [1, 2, 40] {
        let target = target(generation, usize::try_from(generation).expect("a small number"));
        ledger.save(&target).await.expect("save");
        assert_eq!(ledger.load().await.expect("load"), Some(target.clone()), "load returns what was saved last");
        assert_eq!(open().load().await.expect("load"), Some(target), "the next process loads it as well");
    }
    let smaller = target(41, 0);
    ledger.save(&smaller).await.expect("save");
    assert_eq!(open().load().await.expect("load"), Some(smaller), "a shorter target leaves nothing of the longer one");
}

/// A target with so many workloads, with characters that need care on the way to a file.
#[must_use]
pub fn target(generation: u64, workloads: usize) -> NodeTarget {
    let workload = |i: usize| {
        let mut service = Service { image: "registry/x:1".into(), ..Service::default() };
        service.environment.0.insert("TEXT".into(), format!("line {i}\nänd \"quotes\" \u{0} \\ end"));
        RenderedWorkload {
            id: WorkloadId::parse(&format!("w-{i:04}")).expect("a valid id"),
            deployment: DeploymentId::parse("dep-ledger").expect("a valid id"),
            deployment_name: Name::parse("ledger").expect("a valid name"),
            slot: 0,
            generation,
            revision: 0,
            inputs: None,
            hash: ContentHash::from_text("0123456789abcdef"),
            restarts: 0,
            executor: ExecutorKind::Process,
            run: i.is_multiple_of(2),
            exclusive: false,
            spec: WorkloadSpec { services: [("main".to_owned(), service.into())].into(), ..WorkloadSpec::default() },
            compose: "services: {}\n".into(),
        }
    };
    NodeTarget {
        node: NodeId::parse("node-ledger").expect("a valid id"),
        generation,
        workloads: (0..workloads).map(workload).collect(),
        prepare: Vec::new(),
    }
}
