//! A filter and a score of one's own, in the engine that places: no server, no store, no runtime. Machines in a room that is
//! being rebuilt take nothing; of the others the one with the greenest electricity wins.

use miaas_core::{
    cluster::{Capacity, ClusterView, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{ExecutorKind, Resources},
    name::{Labels, Name, NodeName},
    port::{Demand, DemandGroup, Placer as _, RejectReason},
};
use miaas_placement::{Ask, Engine, Filter, Score, Verdict};

/// No work for machines in this room.
#[derive(Debug)]
struct Rebuilding {
    room: String,
}

impl Filter for Rebuilding {
    fn name(&self) -> &'static str {
        "rebuilding"
    }

    fn check(&self, _: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        if node.labels.get("room") == Some(self.room.as_str()) {
            verdict.reject(|| RejectReason::Other {
                filter: self.name().to_owned(),
                message: format!("room {} is being rebuilt", self.room),
            });
        }
    }

    // It looks at nothing but the node, so the engine need not ask again for the next workload.
    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}

/// The fewer grams of CO2 a kilowatt hour costs (label `carbon`), the better; a node that does not say is the worst.
#[derive(Debug)]
struct Carbon;

impl Score for Carbon {
    fn name(&self) -> &'static str {
        "carbon"
    }

    fn score(&self, _: &Ask<'_>, node: &NodeView) -> i64 {
        let grams = node.labels.get("carbon").and_then(|grams| grams.parse::<i64>().ok());
        -grams.unwrap_or(1_000).clamp(0, 1_000)
    }

    fn because(&self, _: &Demand) -> String {
        "least carbon".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}

fn node(name: &str, room: &str, carbon: u32) -> anyhow::Result<NodeView> {
    Ok(NodeView {
        executors: vec![ExecutorKind::Docker],
        allocatable: Capacity { cpu_milli: 8_000, mem_mib: 16_384, disk_mib: 100_000 },
        labels: Labels::parse_pairs([format!("room={room}").as_str(), &format!("carbon={carbon}")])?,
        ..NodeView::empty(NodeId::parse(name)?, NodeName::parse(name)?)
    })
}

fn demand(replica: u32) -> anyhow::Result<Demand> {
    let name = Name::parse("trainer")?;
    let deployment = DeploymentId::parse("trainer")?;
    Ok(Demand {
        resources: Resources { cpu_milli: 6_000, mem_mib: 8_192, ..Resources::default() },
        executors: vec![ExecutorKind::Docker],
        ..Demand::new(WorkloadId::derive(&name, &deployment, replica, 0), deployment, name)
    })
}

fn main() -> anyhow::Result<()> {
    // Above the whole range of the presets' scores, so that it decides before them.
    const FIRST: i64 = 1_000_000_000_000;
    let engine = Engine::default()
        .with_filter(Box::new(Rebuilding { room: "cellar".to_owned() }))
        .with_score(FIRST, Box::new(Carbon));
    let mut view =
        ClusterView::new([node("alps", "attic", 30)?, node("coast", "attic", 210)?, node("forest", "cellar", 10)?]);

    for replica in 0..3 {
        let group = DemandGroup { demands: vec![demand(replica)?] };
        match engine.place(&view, &group) {
            Ok(placement) => {
                for decision in &placement.decisions {
                    println!("{}", decision.why.summary);
                    view.commit(decision);
                }
            }
            Err(refused) => {
                println!("{}", refused.summary);
                for node in &refused.by_node {
                    let reasons: Vec<String> = node.reasons.iter().map(ToString::to_string).collect();
                    println!("  {}: {}", node.name, reasons.join("; "));
                }
            }
        }
    }
    Ok(())
}
