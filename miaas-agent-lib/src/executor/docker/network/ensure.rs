//! Making the networks that a workload needs, and removing those of it that it does not need any more.

use std::collections::BTreeMap;

use miaas_core::{ErrorKind, PortError, model::RenderedWorkload};

use super::{Used, Whose, request, used};
use crate::executor::docker::{
    engine::{Engine, SeenNetwork},
    error, labels,
};

const OPERATION: &str = "executor.start";

/// What has to be done before services start.
#[derive(Debug)]
pub(in super::super) struct Change<'a> {
    make: Vec<Used<'a>>,
    /// Identities of networks of an older definition, or of none.
    remove: Vec<String>,
}

impl<'a> Change<'a> {
    /// Looks at the engine. Changes nothing.
    pub(in super::super) async fn find(engine: &Engine, w: &'a RenderedWorkload) -> Result<Self, PortError> {
        let used = used(w);
        let about = format!("workload {}, networks", w.id);
        let own_only = used.iter().all(|n| n.whose == Whose::Own);
        // Nothing else that is shared may be removed while it is looked for.
        let _turn = if own_only { None } else { Some(engine.sharing.turn().await) };
        let filter = own_only.then(|| labels::filter(&engine.options.scope, Some(&w.id)));
        let seen = engine.seen_networks(OPERATION, &about, filter).await?;
        let mut change = Self { make: Vec::new(), remove: Vec::new() };
        let mut ours = own(engine, w, &seen);
        for network in used {
            let there = match network.whose {
                Whose::Own => ours.remove(network.key),
                Whose::Shared | Whose::Foreign => seen.iter().find(|n| n.name == network.name),
            };
            match (network.whose, there) {
                (Whose::Foreign, None) => return Err(absent(OPERATION, w, &network)),
                (Whose::Foreign, Some(_)) => {}
                (_, None) => change.make.push(network),
                (Whose::Shared, Some(there)) if !there.is_shared(&engine.options.scope) => {
                    return Err(not_ours(OPERATION, w, &network));
                }
                (_, Some(there))
                    if request::hash(&network.definition).is_some_and(|h| there.has(labels::HASH, h.as_str())) => {}
                (whose, Some(there)) => {
                    if whose == Whose::Shared {
                        only_ours(engine, w, &network).await?;
                    }
                    change.remove.push(there.id.clone());
                    change.make.push(network);
                }
            }
        }
        change.remove.extend(ours.into_values().map(|n| n.id.clone()));
        Ok(change)
    }

    /// The networks that will be made, by their names in the workload.
    pub(in super::super) fn makes(&self, key: &str) -> bool {
        self.make.iter().any(|n| n.key == key)
    }

    /// Does it. No container of the workload may be on what is removed.
    pub(in super::super) async fn carry_out(self, engine: &Engine, w: &RenderedWorkload) -> Result<(), PortError> {
        let about = format!("workload {}, networks", w.id);
        let client = engine.client(OPERATION, &about).await?;
        for id in &self.remove {
            match client.remove_network(id).await {
                Err(e) if error::status(&e) != Some(404) => return Err(engine.failed(OPERATION, &about, e)),
                _ => {}
            }
        }
        for network in &self.make {
            let about = format!("workload {}, network {}", w.id, network.name);
            let _turn = match network.whose {
                Whose::Shared => {
                    let turn = engine.sharing.turn().await;
                    // Engines before 25.0 make a second one of the same name.
                    let seen = engine.seen_networks(OPERATION, &about, None).await?;
                    if seen.iter().any(|n| n.name == network.name) {
                        continue;
                    }
                    Some(turn)
                }
                Whose::Own | Whose::Foreign => None,
            };
            let request = request::create(w, &engine.options.scope, network);
            client.create_network(request).await.map_err(|e| engine.failed(OPERATION, &about, e))?;
        }
        Ok(())
    }
}

/// The workload's own networks on the engine, by their names in the workload.
fn own<'a>(engine: &Engine, w: &RenderedWorkload, seen: &'a [SeenNetwork]) -> BTreeMap<&'a str, &'a SeenNetwork> {
    let ours = |n: &&SeenNetwork| n.has(labels::SCOPE, &engine.options.scope) && n.has(labels::WORKLOAD, w.id.as_str());
    seen.iter().filter(ours).filter_map(|n| Some((n.label(labels::NETWORK)?, n))).collect()
}

/// A shared network can be made anew only when nobody else uses it.
async fn only_ours(engine: &Engine, w: &RenderedWorkload, network: &Used<'_>) -> Result<(), PortError> {
    let others = engine.containers(OPERATION, None).await?;
    let Some(other) = others.iter().find(|f| f.workload != w.id && f.shares.contains(&network.name)) else {
        return Ok(());
    };
    let message = format!(
        "workload {}, network {}: it is there with another definition, and workload {} uses it",
        w.id, network.name, other.workload
    );
    Err(PortError::new(ErrorKind::Conflict, OPERATION, message)
        .with_hint("define it alike in all deployments that name it, or give one of them another name"))
}

/// Checks that the networks are there which somebody else makes, and that nobody else made those that are shared. No request
/// when there are neither.
pub(in super::super) async fn require_others(
    engine: &Engine,
    operation: &'static str,
    w: &RenderedWorkload,
) -> Result<(), PortError> {
    let others: Vec<Used<'_>> = used(w).into_iter().filter(|n| n.whose != Whose::Own).collect();
    if others.is_empty() {
        return Ok(());
    }
    let seen = engine.seen_networks(operation, &format!("workload {}, networks", w.id), None).await?;
    for network in &others {
        match (network.whose, seen.iter().find(|n| n.name == network.name)) {
            (Whose::Foreign, None) => return Err(absent(operation, w, network)),
            (Whose::Shared, Some(there)) if !there.is_shared(&engine.options.scope) => {
                return Err(not_ours(operation, w, network));
            }
            _ => {}
        }
    }
    Ok(())
}

fn not_ours(operation: &'static str, w: &RenderedWorkload, network: &Used<'_>) -> PortError {
    let message = format!(
        "workload {}, network {}: somebody else made a network {} on the node",
        w.id, network.key, network.name
    );
    PortError::new(ErrorKind::Conflict, operation, message)
        .with_hint("write `external: true` to join it, or take another name")
}

fn absent(operation: &'static str, w: &RenderedWorkload, network: &Used<'_>) -> PortError {
    let message = format!(
        "workload {}, network {}: the node has no network {}, and it is external",
        w.id, network.key, network.name
    );
    PortError::new(ErrorKind::NotFound, operation, message).with_hint(format!(
        "make it on the node with `docker network create {}`, or leave `external` out",
        network.name
    ))
}
