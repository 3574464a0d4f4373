//! Finding what a caller named, by id or name, and claims that keep names unique between racing callers.

use std::sync::Arc;

use super::Orchestrator;
use crate::{
    error::PortError,
    model::{Deployment, Node},
    port::{Key, Kind, Op, Value, Versioned, When, Write},
    spec::nearest,
};

const DEPLOYMENTS: &str = "`miaas get` lists the deployments";

impl Orchestrator {
    pub(super) fn find_node(&self, id_or_name: &str) -> Result<Versioned<Arc<Node>>, PortError> {
        let world = self.world();
        world.find_node(id_or_name).cloned().ok_or_else(|| {
            let names = world.nodes().values().map(|n| n.value.name.as_str());
            missing("node", id_or_name, nearest(id_or_name, names), "`miaas node ls` lists the nodes")
        })
    }

    pub(super) fn find_deployment(&self, id_or_name: &str) -> Result<Versioned<Arc<Deployment>>, PortError> {
        let world = self.world();
        world.find_deployment(id_or_name).cloned().ok_or_else(|| {
            let names = world.deployments().values().map(|d| d.value.name.as_str());
            missing("deployment", id_or_name, nearest(id_or_name, names), DEPLOYMENTS)
        })
    }

    /// The error for a deployment that is not there, or not for the one who asks; it names no other.
    #[must_use]
    pub fn no_such_deployment(&self, id_or_name: &str) -> PortError {
        missing("deployment", id_or_name, None, DEPLOYMENTS)
    }
}

pub(super) fn missing(kind: &'static str, name: &str, near: Option<&str>, otherwise: &str) -> PortError {
    let shown: String = name.chars().take(80).collect();
    let hint = near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean {near}?"));
    PortError::not_found("lookup", format!("{kind} {shown:?}")).with_hint(hint)
}

fn claim_key(kind: &str, name: &str) -> Key {
    Key::new(Kind::Setting, format!("name/{kind}/{name}"))
}

/// Claims a name; the commit conflicts when somebody else has it.
pub(super) fn claim(kind: &str, name: &str, owner: &str) -> Write {
    let value = serde_json::Value::from(owner).to_string();
    Write { key: claim_key(kind, name), op: Op::Put(Value(value.into())), when: When::Absent }
}

/// Takes over a name from its present owner.
pub(super) fn reclaim(kind: &str, name: &str, owner: &str) -> Write {
    Write { when: When::Any, ..claim(kind, name, owner) }
}

/// Gives a name back.
pub(super) fn unclaim(kind: &str, name: &str) -> Write {
    Write { key: claim_key(kind, name), op: Op::Delete, when: When::Any }
}
