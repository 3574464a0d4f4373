//! The contract suite is worth something: placers with planted defects fail it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use miaas_core::{
    cluster::ClusterView,
    port::{Anew, DemandGroup, Placement, Placer, Placing, Unplaceable},
    testing::strategy_contract::strategy_contract,
};
use miaas_placement::Engine;

/// What is done to the view before the engine sees it, and to its answer after.
#[derive(Debug, Default)]
struct Broken {
    engine: Engine,
    view: Option<fn(&mut ClusterView)>,
    placement: Option<fn(&mut Placement)>,
    unplaceable: Option<fn(&mut Unplaceable)>,
}

impl Placer for Broken {
    fn strategies(&self) -> Vec<&'static str> {
        self.engine.strategies()
    }

    fn placing(&self) -> Box<dyn Placing + '_> {
        Box::new(Anew(self))
    }

    fn place(&self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        let mut view = view.clone();
        self.view.inspect(|spoil| spoil(&mut view));
        let answer = self.engine.place(&view, group);
        answer
            .map(|mut p| {
                self.placement.inspect(|spoil| spoil(&mut p));
                p
            })
            .map_err(|mut u| {
                self.unplaceable.inspect(|spoil| spoil(&mut u));
                u
            })
    }
}

/// What is wrong, in words, and how it comes about.
type Defect<T> = (&'static str, fn(&mut T));

fn passes(placer: &Broken) -> bool {
    catch_unwind(AssertUnwindSafe(|| strategy_contract(placer, 200))).is_ok()
}

/// The view with every node changed.
fn every_node(view: &mut ClusterView, change: impl Fn(&mut miaas_core::cluster::NodeView)) {
    let nodes: Vec<_> = view.nodes().cloned().collect();
    for mut node in nodes {
        change(&mut node);
        view.upsert(node);
    }
}

#[test]
fn planted_defects_are_found() {
    assert!(passes(&Broken::default()), "without a defect it passes");
    let views: [Defect<ClusterView>; 9] = [
        ("overcommits cpu", |v| every_node(v, |n| n.allocatable.cpu_milli *= 2)),
        ("overcommits disk", |v| every_node(v, |n| n.allocatable.disk_mib *= 2)),
        ("overcommits memory", |v| every_node(v, |n| n.allocatable.mem_mib *= 2)),
        ("ignores taints", |v| every_node(v, |n| n.taints.clear())),
        ("ignores taken ports", |v| every_node(v, |n| n.ports.clear())),
        ("ignores foreign ports", |v| every_node(v, |n| n.foreign_ports.clear())),
        ("ignores claims on GPUs", |v| {
            every_node(v, |n| {
                for g in &mut n.gpus {
                    (g.claims, g.claimed_mib, g.claimed_milli, g.exclusive) = (0, 0, 0, false);
                }
            });
        }),
        ("forgets whose workloads are where", |v| every_node(v, |n| n.per_deployment.clear())),
        ("forgets a node that fits", |v| {
            let first = v.nodes().next().map(|n| n.id.clone());
            first.inspect(|id| drop(v.remove(id)));
        }),
    ];
    for (defect, spoil) in views {
        assert!(!passes(&Broken { view: Some(spoil), ..Broken::default() }), "not found: {defect}");
    }
    let placements: [Defect<Placement>; 4] = [
        ("loses a decision", |p| drop(p.decisions.pop())),
        ("answers in another order", |p| p.decisions.reverse()),
        ("gives no ports", |p| p.decisions.iter_mut().for_each(|d| d.ports.clear())),
        ("does not explain", |p| p.decisions.iter_mut().for_each(|d| d.why.candidates.clear())),
    ];
    for (defect, spoil) in placements {
        assert!(!passes(&Broken { placement: Some(spoil), ..Broken::default() }), "not found: {defect}");
    }
    let silent = Broken { unplaceable: Some(|u| drop(u.by_node.pop())), ..Broken::default() };
    assert!(!passes(&silent), "not found: a node without an explanation");
}
