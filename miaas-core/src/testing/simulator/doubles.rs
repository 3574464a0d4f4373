//! The simplest correct placer and renderer: the simulator is about everything around them.

use std::collections::BTreeSet;

use crate::{
    cluster::{ClusterView, Held, NodeView},
    model::{
        Assignment, Deployment, DeploymentSpec, ExecutorKind, Mount, MountSource, NodeStatus, PlacementPolicy,
        PortBinding, Protocol, Reference, RenderedWorkload, Resources, Service, Source, Volume, WorkloadSpec,
        reference,
    },
    name::Name,
    port::{
        Anew, Decision, Demand, DemandGroup, Explanation, NodeVerdict, Offers, Output, Outputs, Placement, Placer,
        Placing, PortDemand, Preemption, RejectReason, RenderContext, RenderError, RenderedDemand, Renderer,
        Unplaceable, Viewpoint,
    },
    secret::Secret,
    spec::Issue,
};

/// Takes the first node that fits.
#[derive(Debug, Clone, Copy, Default)]
pub struct FirstFit;

impl Placer for FirstFit {
    fn strategies(&self) -> Vec<&'static str> {
        vec!["first-fit"]
    }

    fn placing(&self) -> Box<dyn Placing + '_> {
        Box::new(Anew(self))
    }

    fn place(&self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        let mut view = view.clone();
        let mut decisions = Vec::new();
        for demand in &group.demands {
            let mut by_node = Vec::new();
            let mut chosen = None;
            for node in view.nodes() {
                let reasons = reasons(demand, node);
                if reasons.is_empty() {
                    chosen = Some(decide(demand, node, view.nodes().len()));
                    break;
                }
                by_node.push(NodeVerdict { node: node.id.clone(), name: node.name.clone(), reasons });
            }
            let Some(decision) = chosen else {
                let summary = format!("no node of {} fits", view.nodes().len());
                return Err(Unplaceable { by_node, ..Unplaceable::new(demand.workload.clone(), summary) });
            };
            view.commit(&decision);
            decisions.push(decision);
        }
        Ok(Placement { decisions })
    }

    /// Of the first nodes that take the group once they are empty of what is less important, all of that goes.
    fn preempt(&self, view: &ClusterView, group: &DemandGroup) -> Option<Preemption> {
        let least = group.demands.iter().map(|d| d.priority).min()?;
        let lower = |h: &&Held| h.priority < least && !h.stateful;
        let mut emptied = view.clone();
        let mut victims = Vec::new();
        for demand in &group.demands {
            let node = view.nodes().find(|node| {
                let mut without = emptied.clone();
                node.workloads.values().filter(lower).for_each(|h| drop(without.release(&h.workload)));
                without.node(&node.id).is_some_and(|node| reasons(demand, node).is_empty())
            })?;
            let there = node.workloads.values().filter(lower).filter(|h| emptied.release(&h.workload).is_some());
            victims.extend(there.map(|h| h.workload.clone()));
            emptied.commit(&decide(demand, emptied.node(&node.id)?, view.nodes().len()));
        }
        let mut without = view.clone();
        victims.iter().for_each(|v| drop(without.release(v)));
        victims.sort();
        // Gone are more than the first demands saw: where they go is found anew.
        let decisions = self.place(&without, group).ok()?.decisions;
        Some(Preemption { victims, decisions })
    }
}

fn reasons(d: &Demand, n: &NodeView) -> Vec<RejectReason> {
    let mut reasons = Vec::new();
    if n.status != NodeStatus::Online {
        reasons.push(RejectReason::NotSchedulable { status: n.status.as_str().to_owned() });
    }
    if let Some(why) = d.avoid.get(&n.id) {
        reasons.push(RejectReason::Avoided { why: why.clone() });
    }
    if let Some(wanted) = d.policy.node.as_ref().filter(|wanted| **wanted != n.name) {
        reasons.push(RejectReason::OtherNode { wanted: wanted.to_string() });
    }
    let (free, r) = (n.free(), &d.resources);
    for (resource, needed, free, total) in [
        ("cpu (milli)", r.cpu_milli, free.cpu_milli, n.allocatable.cpu_milli),
        ("memory (MiB)", r.mem_mib, free.mem_mib, n.allocatable.mem_mib),
    ] {
        if needed > free {
            reasons.push(RejectReason::Insufficient { resource: resource.to_owned(), needed, free, total });
        }
    }
    for port in d.ports.iter().filter_map(|p| p.host) {
        if let Some(by) = n.ports.get(&(Protocol::Tcp, port)) {
            reasons.push(RejectReason::PortTaken { port, protocol: "tcp".to_owned(), by: by.to_string() });
        }
    }
    reasons
}

fn decide(d: &Demand, n: &NodeView, considered: usize) -> Decision {
    let bind = |p: &PortDemand| {
        p.host.map(|host| PortBinding { name: p.name.clone(), host, container: p.container, protocol: p.protocol })
    };
    Decision {
        workload: d.workload.clone(),
        deployment: d.deployment.clone(),
        node: n.id.clone(),
        resources: d.resources.clone(),
        devices: Vec::new(),
        ports: d.ports.iter().filter_map(bind).collect(),
        executor: ExecutorKind::Fake,
        priority: d.priority,
        stateful: d.stateful,
        why: Explanation { summary: format!("{}: the first that fits", n.name), considered, ..Explanation::default() },
    }
}

/// Renders one service from the parameters `image`, `cpu`, `preferred_cpu`, `mem`, `port`, `volume` and `password`.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainRenderer;

impl PlainRenderer {
    fn number(d: &DeploymentSpec, name: &str) -> u64 {
        match &d.source {
            Source::Template { params, .. } => params.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0),
            Source::Compose(_) => 0,
        }
    }

    fn text(d: &DeploymentSpec, name: &str) -> String {
        match &d.source {
            Source::Template { params, .. } => {
                params.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
            }
            Source::Compose(_) => String::new(),
        }
    }
}

impl Renderer for PlainRenderer {
    fn validate(&self, _: Option<&Name>, spec: &DeploymentSpec) -> Vec<Issue> {
        match Self::text(spec, "image").as_str() {
            "" => vec![Issue::new("/source/params/image", "it is required")],
            _ => Vec::new(),
        }
    }

    fn secret_params(&self, _: &DeploymentSpec) -> BTreeSet<String> {
        BTreeSet::from(["password".to_owned()])
    }

    fn demand(&self, d: &Deployment) -> Result<Vec<RenderedDemand>, RenderError> {
        let port = u16::try_from(Self::number(&d.spec, "port")).unwrap_or(0);
        let usual = RenderedDemand {
            variant: None,
            resources: Resources {
                cpu_milli: Self::number(&d.spec, "cpu"),
                mem_mib: Self::number(&d.spec, "mem"),
                ..Resources::default()
            },
            ports: (port > 0)
                .then(|| PortDemand { name: "main".into(), container: 80, host: Some(port), protocol: Protocol::Tcp })
                .into_iter()
                .collect(),
            executors: vec![ExecutorKind::Fake],
            architectures: Vec::new(),
            stateful: Self::number(&d.spec, "volume") > 0,
            images: vec![Self::text(&d.spec, "image")],
            policy: PlacementPolicy { strategy: None, ..d.spec.placement.clone() },
        };
        // With `preferred_cpu` there is a variant that wants so much, before the usual one.
        match Self::number(&d.spec, "preferred_cpu") {
            0 => Ok(vec![usual]),
            cpu_milli => {
                let resources = Resources { cpu_milli, ..usual.resources.clone() };
                let big = RenderedDemand { variant: Some("big".to_owned()), resources, ..usual.clone() };
                Ok(vec![big, RenderedDemand { variant: Some("small".to_owned()), ..usual }])
            }
        }
    }

    fn references(&self, spec: &DeploymentSpec) -> Vec<(Reference, String)> {
        let Source::Template { params, .. } = &spec.source else { return Vec::new() };
        let texts = params.iter().filter_map(|(name, v)| Some((name, v.as_str()?)));
        let found = texts.flat_map(|(name, text)| {
            let found = reference::references(text).unwrap_or_default();
            found.into_iter().map(move |r| (r, format!("/source/params/{name}")))
        });
        found.collect()
    }

    fn offers(&self, _: &DeploymentSpec) -> Offers {
        Offers { outputs: BTreeSet::from(["address".to_owned()]), secrets: BTreeSet::from(["password".to_owned()]) }
    }

    fn outputs(
        &self,
        d: &Deployment,
        at: &Assignment,
        context: RenderContext<'_>,
        from: Viewpoint,
    ) -> Result<Outputs, RenderError> {
        let port = at.ports.first().map_or(0, |p| p.host);
        let address = match from {
            Viewpoint::SameNode => format!("{}:80", d.name),
            Viewpoint::User | Viewpoint::OtherNode => format!("{}:{port}", context.node.ip),
        };
        let output = Output { value: Secret::new(&*address), shown: address };
        Ok(Outputs {
            values: [("address".to_owned(), output)].into(),
            secrets: [("password".to_owned(), Secret::new(Self::text(&d.spec, "password")))].into(),
        })
    }

    fn render(
        &self,
        d: &Deployment,
        at: &Assignment,
        context: RenderContext<'_>,
    ) -> Result<RenderedWorkload, RenderError> {
        let value = |name: &str| {
            reference::substitute(&Self::text(&d.spec, name), context.values).map_err(|e| RenderError::new(e.message))
        };
        let mut service = Service { image: Self::text(&d.spec, "image"), ..Service::default() };
        service.environment.0.insert("PASSWORD".into(), value("password")?);
        let mut spec = WorkloadSpec::default();
        if Self::number(&d.spec, "volume") > 0 {
            let source = MountSource::Volume("data".into());
            service.mounts.push(Mount::new(source, "/data", false));
            spec.volumes.insert("data".into(), Volume::default());
        }
        spec.services.insert("main".into(), service.into());
        RenderedWorkload::assigned(d, at, context.node.executor, spec, String::new())
    }
}
