//! Workloads from Compose documents of one's own (D5). The demand comes from the document: limits, ports, volumes, GPUs.

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    model::{ComposeSource, ExecutorKind, GpuRequest, PlacementPolicy, PublishedPort, Resources, WorkloadSpec},
    port::{PortDemand, RenderError, RenderedDemand},
    spec::Issue,
};

use super::{
    Ready, one,
    place::Place,
    template::{images, keeps_data},
};
use crate::compose::{self, ComposeFiles, Document};

/// Name of the document in messages.
const FILE: &str = "compose.yaml";

/// What one workload of the document needs, and the workload before it has a place.
pub(super) fn demand(source: &ComposeSource) -> Result<(RenderedDemand, Vec<WorkloadSpec>), Vec<Issue>> {
    let Document { spec, gpus, .. } = parse(source, &source.env)?;
    let sum = |f: fn(&miaas_core::model::Limits) -> Option<u64>| {
        spec.services.values().filter_map(|s| f(&s.limits)).fold(0, u64::saturating_add)
    };
    let count = gpus.values().copied().fold(0, u32::saturating_add);
    let resources = Resources {
        cpu_milli: sum(|l| l.cpu_milli),
        mem_mib: sum(|l| l.mem_mib),
        disk_mib: 0,
        gpu: (count > 0).then(|| GpuRequest { count, ..GpuRequest::default() }),
    };
    if let Some(gpu) = &resources.gpu {
        let issues = gpu.issues("/source/text");
        if !issues.is_empty() {
            return Err(issues);
        }
    }
    let ports = port_names(&spec)
        .into_iter()
        .map(|(name, _, _, port)| PortDemand {
            name,
            container: port.container,
            host: (port.host != 0).then_some(port.host),
            protocol: port.protocol,
        })
        .collect();
    let executors = executors(&spec)?;
    let demand = RenderedDemand {
        variant: None,
        resources,
        ports,
        executors,
        architectures: Vec::new(),
        stateful: keeps_data(&spec),
        images: images(&spec),
        policy: PlacementPolicy::default(),
    };
    Ok((demand, vec![spec]))
}

/// The workload for a place.
pub(super) fn ready(
    source: &ComposeSource,
    env: &BTreeMap<String, String>,
    place: &Place<'_>,
) -> Result<Ready, RenderError> {
    let Document { mut spec, gpus, .. } = parse(source, env).map_err(one)?;
    place.give_gpus(&mut spec, &gpus)?;
    place.check_executor(FILE, &spec)?;
    let names: Vec<(String, String, usize)> =
        port_names(&spec).into_iter().map(|(name, service, i, _)| (name, service.clone(), i)).collect();
    for (name, service, i) in names {
        let bound = place.ports.iter().find(|p| p.name == name).ok_or_else(|| {
            RenderError::new(format!(
                "{FILE}: service {service:?} publishes a port {name:?}, but the workload got none"
            ))
        })?;
        if let Some(port) = spec.service_mut(&service).and_then(|s| s.ports.get_mut(i)) {
            port.host = bound.host;
        }
    }
    // The text holds names of variables, not their values: those may be secrets.
    Ok(Ready { spec, text: source.text.clone() })
}

fn parse(source: &ComposeSource, env: &BTreeMap<String, String>) -> Result<Document, Vec<Issue>> {
    let at_text = |i: Issue| Issue { path: "/source/text".to_owned(), message: i.to_string(), hint: i.hint };
    let document = compose::parse_files(&ComposeFiles::of(source, FILE), env)
        .map_err(|issues| issues.into_iter().map(at_text).collect::<Vec<_>>())?;
    if let Some((name, _)) = document.spec.services.iter().find(|(_, s)| !s.gpus.is_empty()) {
        let text = format!("service {name:?} names GPUs, but the placement chooses them");
        return Err(vec![Issue::new("/source/text", text).with_hint("write `count` in place of `device_ids`")]);
    }
    Ok(document)
}

/// The executors that can run all services.
fn executors(spec: &WorkloadSpec) -> Result<Vec<ExecutorKind>, Vec<Issue>> {
    let mut out = Vec::new();
    if spec.services.values().all(|s| !s.image.is_empty()) {
        out.push(ExecutorKind::Docker);
    }
    if spec.services.values().all(|s| !s.process.is_empty()) {
        out.push(ExecutorKind::Process);
    }
    if out.is_empty() {
        let text = "some services have only `image` and some only `x-process`: no executor can run them all";
        return Err(vec![Issue::new("/source/text", text).with_hint("give every service an `image`")]);
    }
    Ok(out)
}

/// A name for every published port: `web-80`, `dns-53-udp`, and a number after it where that is taken.
fn port_names(spec: &WorkloadSpec) -> Vec<(String, &String, usize, &PublishedPort)> {
    let mut taken = BTreeSet::new();
    let mut out = Vec::new();
    for (service, s) in &spec.services {
        for (i, port) in s.ports.iter().enumerate() {
            let protocol = match port.protocol {
                miaas_core::model::Protocol::Tcp => "",
                miaas_core::model::Protocol::Udp => "-udp",
            };
            let base = format!("{service}-{}{protocol}", port.container);
            let mut name = base.clone();
            let mut n = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}-{n}");
                n += 1;
            }
            out.push((name, service, i, port));
        }
    }
    out
}
