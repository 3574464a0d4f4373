//! What a change would do (D4): the planner on a copy of the world in which the change was made.

use super::{
    Orchestrator,
    deployments::changes,
    nodes::{self, LabelPatch},
    secrets,
};
use crate::{
    api::v1::{DrainNode, PatchLabels, PlanAnswer, Problem, PutSecret, Rollback},
    error::PortError,
    id::DeploymentId,
    model::{Assignment, Deployment, Node},
    plan::{SeenNodes, plan_cluster, preview},
    port::{Key, Op, Revision, Stored, When},
    world::World,
};

impl Orchestrator {
    /// What going back to a revision would do.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a revision that cannot be gone back to.
    pub fn plan_rollback(&self, deployment: &str, body: &Rollback) -> Result<PlanAnswer, PortError> {
        let old = self.find_deployment(deployment)?;
        self.dry_run(&self.rolled_back(&old.value, body.revision)?)
    }

    /// What a drain would move, and what stands in its way.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn plan_drain(&self, node: &str, body: &DrainNode) -> Result<PlanAnswer, PortError> {
        self.plan_node(node, |n| nodes::drained(n, body, self.now()))
    }

    /// What keeping new work away, or letting it come again, would do.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn plan_cordon(&self, node: &str, cordoned: bool) -> Result<PlanAnswer, PortError> {
        self.plan_node(node, |n| nodes::cordoned(n, cordoned))
    }

    /// What setting and removing labels of a node would do.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`.
    pub fn plan_labels(&self, node: &str, patch: PatchLabels) -> Result<PlanAnswer, PortError> {
        let patch = LabelPatch::parse(patch)?;
        self.plan_node(node, |n| patch.apply(n))
    }

    /// What giving a secret this value would do: to what refers to it, and to nothing when it has the value already.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn plan_put_secret(&self, name: &str, body: &PutSecret) -> Result<PlanAnswer, PortError> {
        let name = secrets::check(name, body)?;
        let old = self.world().secrets().get(&name).cloned();
        let old = old.as_ref().map(|old| &*old.value);
        if old.is_some_and(|old| old.value == body.value) {
            return Ok(PlanAnswer::default());
        }
        let new = secrets::given(old, &name, body, self.now());
        self.plan_if(|world, _| put(world, &new), None)
    }

    /// What forgetting a node would do, whatever it has.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn plan_remove_node(&self, node: &str) -> Result<PlanAnswer, PortError> {
        let id = self.find_node(node)?.value.id.clone();
        let gone = |world: &mut World, seen: &mut SeenNodes| {
            seen.remove(&id);
            world.apply(&Key::new(Node::KIND, id.as_str()), None, Revision::MAX).map(drop)
        };
        self.plan_if(gone, None)
    }

    fn plan_node(&self, node: &str, change: impl FnOnce(&mut Node)) -> Result<PlanAnswer, PortError> {
        let mut changed = (*self.find_node(node)?.value).clone();
        change(&mut changed);
        self.plan_if(|world, _| put(world, &changed), None)
    }

    pub(super) fn dry_run(&self, wanted: &Deployment) -> Result<PlanAnswer, PortError> {
        self.plan_if(|world, _| put(world, wanted), Some(&wanted.id))
    }

    /// What would change for any deployment, and what would stand in the way: of the one that the change is about everything,
    /// and without one what does not stand in the way already.
    fn plan_if(
        &self,
        change: impl FnOnce(&mut World, &mut SeenNodes) -> Result<(), PortError>,
        about: Option<&DeploymentId>,
    ) -> Result<PlanAnswer, PortError> {
        let mut world: World = self.world().clone();
        let mut seen = self.seen_nodes();
        change(&mut world, &mut seen)?;
        let renderer = &*self.ports.renderer;
        let (plan, report) = plan_cluster(self.situation(&world).with_seen(&seen));
        let preview = |a: &Assignment, revision| preview(&world, &seen, renderer, a, revision);
        let known = self.notes().problems.clone();
        let told = |id: &DeploymentId, p: &Problem| match about {
            Some(one) => id == one,
            None => !known.get(id).is_some_and(|all| all.contains(p)),
        };
        let all = report.problems.into_iter().flat_map(|(id, all)| all.into_iter().map(move |p| (id.clone(), p)));
        let problems = all.filter(|(id, p)| told(id, p)).map(|(_, p)| p).collect();
        Ok(PlanAnswer { problems, changes: changes(&world, &plan, &preview) })
    }
}

fn put<T: Stored>(world: &mut World, object: &T) -> Result<(), PortError> {
    let write = object.put(When::Any)?;
    match &write.op {
        Op::Put(value) => world.apply(&write.key, Some(value), Revision::MAX).map(drop),
        Op::Delete | Op::Check => Ok(()),
    }
}
