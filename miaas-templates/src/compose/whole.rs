//! What the services of a document say together.

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    model::{DependsOn, MountSource, RestartPolicy, WorkloadSpec},
    spec::nearest,
};

use super::{
    Context, Document,
    cursor::{Cursor, Report},
    depends, networks,
    service::{self, Read},
    short,
};

/// The top-level `services`.
pub(super) fn services(document: &mut Document, at: &Cursor<'_>, context: &Context<'_>, report: &mut Report) {
    let mut volumes_from = BTreeMap::new();
    let mut optional = BTreeMap::new();
    for (key, entry) in at.parts(report) {
        let name = key.text.clone();
        if !is_service_name(&name) {
            let rule = "must be letters, digits, '-', '_' and '.', starting with a letter or digit, at most 63";
            report.issue(&entry, format!("service name {:?} {rule}", short(&name)));
            continue;
        }
        let Read { service, gpus, optional: may_miss, volumes_from: mounts, left_out } =
            service::read(&entry, context, report);
        if left_out {
            report.left_out.insert(name, Vec::new());
            continue;
        }
        if let Some(count) = gpus {
            document.gpus.insert(name.clone(), count);
        }
        volumes_from.insert(name.clone(), mounts);
        optional.insert(name.clone(), may_miss);
        document.spec.services.insert(name, service.into());
    }
    let spec = &mut document.spec;
    let there: BTreeSet<String> = spec.services.keys().cloned().collect();
    for (name, service) in spec.services_mut() {
        service.depends_on.retain(|needed, _| there.contains(needed) || !optional[name].contains(needed));
        service.follows.retain(|needed| service.depends_on.contains_key(needed));
    }
    across(spec, at, report);
    take_mounts(spec, &volumes_from);
}

/// `volumes_from`, in the order of dependencies, so that what a service took over is taken over from it.
fn take_mounts(spec: &mut WorkloadSpec, from: &BTreeMap<String, Vec<(String, bool)>>) {
    // Dependencies without an order are reported.
    let Ok(levels) = spec.start_levels() else { return };
    let order: Vec<String> = levels.into_iter().flatten().map(str::to_owned).collect();
    for name in order {
        for (source, read_only) in from.get(&name).into_iter().flatten() {
            let mounts = spec.services.get(source).map(|s| s.mounts.clone()).unwrap_or_default();
            let Some(service) = spec.service_mut(&name) else { continue };
            for mut mount in mounts {
                mount.read_only |= read_only;
                if service.mounts.iter().all(|m| m.target != mount.target) {
                    service.mounts.push(mount);
                }
            }
        }
    }
}

/// What can only be checked once all services are known.
fn across(spec: &mut WorkloadSpec, services: &Cursor<'_>, report: &mut Report) {
    if spec.services.is_empty() && report.issues.is_empty() {
        report.issue(services, "the document has no services");
    }
    networks::check(spec, services, report);
    depends::check(spec, services, report);
    let mut taken = BTreeSet::new();
    for (name, service) in &spec.services {
        let at = services.find(name);
        for port in service.ports.iter().filter(|p| p.host != 0) {
            if !taken.insert((port.host_ip.clone(), port.host, port.protocol)) {
                let text = format!("port {}:{}/{} is published twice", port.host_ip, port.host, port.protocol.as_str());
                report.issue(&at, text);
            }
        }
        for mount in &service.mounts {
            let MountSource::Volume(volume) = &mount.source else { continue };
            if !spec.volumes.contains_key(volume) {
                let text = format!("volume {volume:?} is not declared under the top-level `volumes`");
                match nearest(volume, spec.volumes.keys().map(String::as_str)) {
                    Some(near) => report.issue_hint(&at, text, format!("did you mean {near:?}?")),
                    None => report.issue_hint(&at, text, format!("add `volumes: {{{volume}: {{}}}}`")),
                }
            }
        }
    }
    // A service that others wait for to complete is a job: starting it again and again would undo that.
    let jobs: BTreeSet<String> = spec
        .services
        .values()
        .flat_map(|s| s.depends_on.iter())
        .filter(|(_, condition)| **condition == DependsOn::ServiceCompletedSuccessfully)
        .map(|(name, _)| name.clone())
        .collect();
    for job in jobs {
        let at = services.find(&job);
        let written = at.has("restart") || at.find("deploy").has("restart_policy");
        if let Some(service) = spec.service_mut(&job) {
            if !written {
                service.restart = RestartPolicy::No;
            } else if service.restart == RestartPolicy::Always {
                report.issue_hint(
                    &at,
                    "another service waits for this one to complete, but it restarts always",
                    "write `restart: \"no\"` or `on-failure`",
                );
            }
        }
    }
}

fn is_service_name(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
