//! What was seen of the nodes, in memory: heartbeats touch nothing else. Stored coalesced by the orchestrator.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use crate::{
    fsm::node::{FLAPS, Patience, Return, heard, silent},
    id::NodeId,
    model::{Facts, Heartbeat, LeaseTerms, NodeHealth, Observation},
    plan::{Seen, SeenNodes},
    time::Timestamp,
};

/// One node's live observation.
#[derive(Debug, Clone)]
pub(super) struct Live {
    pub(super) facts: Arc<Facts>,
    pub(super) heartbeat: Heartbeat,
    pub(super) last_seen: Option<Timestamp>,
    pub(super) health: NodeHealth,
    pub(super) acknowledged: u64,
    beats: u32,
    /// Since when it is heard of without a gap.
    back_since: Timestamp,
    /// How often it was lost within [`FLAPS`], and when it was the last time.
    losses: u32,
    lost_at: Option<Timestamp>,
    pub(super) lapsed: bool,
    /// The last heartbeat that was answered with a lease.
    pub(super) answered: Option<u64>,
    /// When that may have been at the latest, by the clock that never jumps.
    granted: Duration,
}

/// A change of what the failure detector says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Transition {
    pub(super) node: NodeId,
    pub(super) from: NodeHealth,
    pub(super) to: NodeHealth,
    /// How long it has to be heard of before it counts as back, when it was lost repeatedly.
    pub(super) hold: Duration,
}

/// All nodes, the failure detector and its mass-failure guard.
#[derive(Debug, Default)]
pub(super) struct Observations {
    nodes: BTreeMap<NodeId, Live>,
    dirty: BTreeSet<NodeId>,
    /// Nodes whose health is another one than the stored.
    turned: BTreeSet<NodeId>,
    /// Nodes of which planning has not seen the newest.
    stirred: BTreeSet<NodeId>,
    last_detect: Option<Timestamp>,
    paused_until: Option<Timestamp>,
    guard: Option<String>,
    /// When a node of a zone was last given up.
    evictions: BTreeMap<String, Timestamp>,
}

/// A detector that did not run for this long was paused, and so may have missed every heartbeat.
const PAUSE: Duration = Duration::from_secs(10);

impl Observations {
    /// Takes what the store kept. Nodes that were heard of get their full patience from `now` on: the silence while the
    /// control plane was down says nothing about them.
    ///
    /// Each may have been given a lease until `uptime`.
    pub(super) fn restore(&mut self, stored: Vec<Observation>, now: Timestamp, uptime: Duration) {
        for o in stored {
            let heard_of = matches!(o.health, NodeHealth::Online | NodeHealth::Unreachable);
            let live = Live {
                facts: Arc::new(o.facts),
                heartbeat: o.heartbeat,
                last_seen: if heard_of { Some(now) } else { o.last_seen },
                health: o.health,
                acknowledged: o.acknowledged,
                beats: 0,
                back_since: now,
                losses: 0,
                lost_at: None,
                lapsed: false,
                answered: None,
                granted: uptime,
            };
            self.stirred.insert(o.node.clone());
            self.nodes.insert(o.node, live);
        }
    }

    /// A node of which nothing is known but its facts. It may have been given a lease until `uptime`.
    pub(super) fn insert(&mut self, node: NodeId, facts: Facts, uptime: Duration) {
        let o = Observation::new(node.clone(), facts);
        self.dirty.insert(node);
        self.restore(vec![o], Timestamp::default(), uptime);
    }

    pub(super) fn remove(&mut self, node: &NodeId) {
        self.nodes.remove(node);
        self.stirred.insert(node.clone());
        self.dirty.remove(node);
        self.turned.remove(node);
    }

    pub(super) fn get(&self, node: &NodeId) -> Option<&Live> {
        self.nodes.get(node)
    }

    /// A node gave a sign of life. None when it is unknown.
    pub(super) fn heard(&mut self, node: &NodeId, now: Timestamp, patience: &Patience) -> Option<Option<Transition>> {
        let live = self.nodes.get_mut(node)?;
        let silent_before = live.last_seen.is_none_or(|seen| now.since(seen) >= patience.suspect_after);
        live.beats = if silent_before { 1 } else { live.beats.saturating_add(1) };
        if live.beats == 1 {
            live.back_since = now;
        }
        live.last_seen = Some(now);
        live.lapsed = false;
        let from = live.health;
        let back = Return { beats: live.beats, steady: now.since(live.back_since), losses: live.losses };
        live.health = heard(from, back, patience);
        self.dirty.insert(node.clone());
        if from != live.health {
            self.turned.insert(node.clone());
            self.stirred.insert(node.clone());
        }
        Some((from != live.health).then(|| Transition {
            node: node.clone(),
            from,
            to: live.health,
            hold: Duration::ZERO,
        }))
    }

    /// Takes a heartbeat; true when something that placement depends on changed.
    pub(super) fn beat(&mut self, node: &NodeId, mut beat: Heartbeat) -> bool {
        let Some(live) = self.nodes.get_mut(node) else { return false };
        let mut changed = false;
        if let Some(gpus) = beat.gpus.take()
            && live.facts.gpus != gpus
        {
            Arc::make_mut(&mut live.facts).gpus = gpus;
            self.stirred.insert(node.clone());
        }
        if let Some(ports) = beat.listening_ports.take()
            && live.facts.listening_ports != ports
        {
            Arc::make_mut(&mut live.facts).listening_ports = ports;
            self.stirred.insert(node.clone());
            changed = true;
        }
        live.heartbeat = beat;
        changed
    }

    pub(super) fn set_facts(&mut self, node: &NodeId, facts: Facts) -> bool {
        let Some(live) = self.nodes.get_mut(node) else { return false };
        let changed = *live.facts != facts;
        live.facts = Arc::new(facts);
        self.dirty.insert(node.clone());
        self.stirred.insert(node.clone());
        changed
    }

    pub(super) fn acknowledge(&mut self, node: &NodeId, generation: u64) {
        if let Some(live) = self.nodes.get_mut(node) {
            live.acknowledged = live.acknowledged.max(generation);
        }
    }

    /// The heartbeat with this stamp is answered with a lease at `uptime`.
    pub(super) fn granted(&mut self, node: &NodeId, stamp: u64, uptime: Duration) {
        if let Some(live) = self.nodes.get_mut(node) {
            (live.answered, live.granted) = (Some(stamp), uptime);
            self.stirred.insert(node.clone());
        }
    }

    pub(super) fn lapse(&mut self, node: &NodeId) {
        if let Some(live) = self.nodes.get_mut(node) {
            live.lapsed = true;
        }
    }

    /// What planning needs to know.
    pub(super) fn seen(&self, terms: &LeaseTerms) -> SeenNodes {
        self.nodes.iter().map(|(id, live)| (id.clone(), live.seen(terms))).collect()
    }

    /// What of that changed since the last call; none for a node that is gone.
    pub(super) fn take_stirred(&mut self, terms: &LeaseTerms) -> Vec<(NodeId, Option<Seen>)> {
        let stirred = std::mem::take(&mut self.stirred);
        let seen = |id: &NodeId| self.nodes.get(id).map(|live| live.seen(terms));
        stirred.into_iter().map(|id| (id.clone(), seen(&id))).collect()
    }

    pub(super) fn guard(&self) -> Option<&str> {
        self.guard.as_deref()
    }

    /// Looks for silence; `zone` tells the zone of a node, of which one node after the other is given up. A mass failure, or a
    /// pause of this process, loses nobody: when more than a third of the nodes that count (and at least two) are silent at
    /// once, the fault is more likely here or in the network between.
    pub(super) fn detect(
        &mut self,
        now: Timestamp,
        patience: &Patience,
        zone: impl Fn(&NodeId) -> String,
    ) -> Vec<Transition> {
        let gap = self.last_detect.map_or(Duration::ZERO, |last| now.since(last));
        self.last_detect = Some(now);
        if gap > PAUSE {
            self.paused_until = Some(now.plus(patience.lost_after));
            for live in self.nodes.values_mut().filter(|l| counts(l.health)) {
                live.last_seen = Some(now);
            }
        }
        let counting: Vec<&Live> = self.nodes.values().filter(|l| counts(l.health)).collect();
        let silent_for = |l: &Live| l.last_seen.map_or(Duration::ZERO, |seen| now.since(seen));
        // One that was silent before a restart of this process and was not heard of since is silent.
        let is_quiet =
            |l: &Live| silent_for(l) >= patience.suspect_after || (l.health == NodeHealth::Unreachable && l.beats == 0);
        let quiet = counting.iter().filter(|l| is_quiet(l)).count();
        let mass = quiet >= 2 && quiet * 3 > counting.len();
        let paused = self.paused_until.is_some_and(|until| until > now);
        self.guard = if mass {
            Some(format!(
                "{quiet} of {} nodes are silent at once: none is given up until some are heard of",
                counting.len()
            ))
        } else if paused {
            Some("the control plane was paused: no node is given up before it had time to be heard of".to_owned())
        } else {
            None
        };
        let may_lose = self.guard.is_none();
        let mut waiting = 0;
        let mut transitions = Vec::new();
        for (node, live) in &mut self.nodes {
            let silence = live.last_seen.map_or(Duration::ZERO, |seen| now.since(seen));
            let mut to = silent(live.health, silence, may_lose, patience);
            let mut hold = Duration::ZERO;
            if to == NodeHealth::Offline && live.health != to {
                let zone = zone(node);
                if self.evictions.get(&zone).is_some_and(|last| *last <= now && now.since(*last) < patience.evict_every)
                {
                    waiting += 1;
                    to = silent(live.health, silence, false, patience);
                } else {
                    self.evictions.insert(zone, now);
                    let again = live.lost_at.is_some_and(|last| now.since(last) < FLAPS);
                    live.losses = if again { live.losses.saturating_add(1) } else { 1 };
                    live.lost_at = Some(now);
                    hold = patience.hold(live.losses);
                }
            }
            if to != live.health {
                transitions.push(Transition { node: node.clone(), from: live.health, to, hold });
                live.health = to;
                live.beats = 0;
                self.dirty.insert(node.clone());
                self.turned.insert(node.clone());
                self.stirred.insert(node.clone());
            }
        }
        if waiting > 0 {
            let pause = patience.evict_every.as_secs();
            self.guard = Some(format!("{waiting} silent nodes wait to be given up: one of a zone each {pause} s"));
        }
        transitions
    }

    /// Nodes whose health has to be stored with what is decided because of it: who plans after a restart must not take a node
    /// that was given work for one that is lost or was never heard of.
    pub(super) fn turned(&self) -> Vec<Observation> {
        self.turned.iter().filter_map(|id| self.nodes.get(id).map(|l| stored(id.clone(), l))).collect()
    }

    /// These are stored.
    pub(super) fn settled(&mut self, stored: &[Observation]) {
        for o in stored {
            if self.nodes.get(&o.node).is_none_or(|live| live.health == o.health) {
                self.turned.remove(&o.node);
            }
        }
    }

    /// What changed since the last call, as it is stored.
    pub(super) fn take_dirty(&mut self) -> Vec<Observation> {
        let dirty = std::mem::take(&mut self.dirty);
        dirty.into_iter().filter_map(|id| self.nodes.get(&id).map(|l| stored(id, l))).collect()
    }
}

impl Live {
    pub(super) fn seen(&self, terms: &LeaseTerms) -> Seen {
        let fenced = self.granted.saturating_add(terms.bound());
        Seen { health: self.health, facts: Arc::clone(&self.facts), fenced }
    }
}

const fn counts(health: NodeHealth) -> bool {
    matches!(health, NodeHealth::Online | NodeHealth::Unreachable)
}

fn stored(node: NodeId, live: &Live) -> Observation {
    Observation {
        node,
        facts: (*live.facts).clone(),
        heartbeat: live.heartbeat.clone(),
        last_seen: live.last_seen,
        health: live.health,
        acknowledged: live.acknowledged,
    }
}
