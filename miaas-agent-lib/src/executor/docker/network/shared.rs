//! Networks that workloads of a node share by name. The first workload makes one, the last one removes it. Which workloads
//! use it is told by the labels of their containers; those that are about to are counted here.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use miaas_core::{PortError, model::RenderedWorkload};

use super::{Whose, used};
use crate::executor::docker::{
    engine::{Engine, SeenNetwork},
    error,
};

/// Who is about to use which network, and whose turn it is to look and change.
#[derive(Debug, Default)]
pub(in super::super) struct Sharing {
    joining: Mutex<BTreeMap<String, usize>>,
    turn: tokio::sync::Mutex<()>,
}

impl Sharing {
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    fn joining(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, usize>> {
        self.joining.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While it lives, the shared networks of a workload are not removed, although none of its containers may exist yet.
#[derive(Debug)]
pub(in super::super) struct Joining<'a> {
    sharing: &'a Sharing,
    names: Vec<String>,
}

impl<'a> Joining<'a> {
    pub(in super::super) fn new(sharing: &'a Sharing, w: &RenderedWorkload) -> Self {
        let names: Vec<String> = used(w).into_iter().filter(|n| n.whose == Whose::Shared).map(|n| n.name).collect();
        let mut joining = sharing.joining();
        for name in &names {
            *joining.entry(name.clone()).or_default() += 1;
        }
        drop(joining);
        Self { sharing, names }
    }
}

impl Drop for Joining<'_> {
    fn drop(&mut self) {
        let mut joining = self.sharing.joining();
        for name in &self.names {
            if let Some(count) = joining.get_mut(name) {
                *count -= 1;
            }
        }
        joining.retain(|_, count| *count > 0);
    }
}

/// Removes the shared networks among these that no workload uses any more.
pub(in super::super) async fn sweep(
    engine: &Engine,
    operation: &'static str,
    networks: &[SeenNetwork],
) -> Result<(), PortError> {
    let shared: Vec<&SeenNetwork> = networks.iter().filter(|n| n.is_shared(&engine.options.scope)).collect();
    if shared.is_empty() {
        return Ok(());
    }
    let _turn = engine.sharing.turn().await;
    let containers = engine.containers(operation, None).await?;
    for network in shared {
        let about = format!("network {}", network.name);
        let used = containers.iter().any(|f| f.shares.contains(&network.name));
        if used || engine.sharing.joining().contains_key(&network.name) {
            continue;
        }
        let client = engine.client(operation, &about).await?;
        match client.remove_network(&network.id).await {
            Ok(()) => {}
            // Gone already, or a container is on it that is not ours: it goes with the next removal after that one.
            Err(e) if matches!(error::status(&e), Some(403 | 404)) => {}
            Err(e) => return Err(engine.failed(operation, &about, e)),
        }
    }
    Ok(())
}
