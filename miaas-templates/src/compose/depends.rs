//! Dependencies between services.

use std::collections::BTreeSet;

use miaas_core::{
    model::{DependsOn, Service, WorkloadSpec},
    spec::nearest,
};

use super::{
    cursor::{Cursor, Report},
    short, support,
};
use crate::yaml::Value;

/// `depends_on`: a list, or a mapping with conditions. `optional` gets the names of those that need not be there.
pub(super) fn read(at: &Cursor<'_>, service: &mut Service, optional: &mut BTreeSet<String>, report: &mut Report) {
    if let Value::Seq(_) = at.value {
        service.depends_on = at.texts(report).into_iter().map(|name| (name, DependsOn::ServiceStarted)).collect();
        return;
    }
    for (key, entry) in at.entries(report) {
        let fields = entry.fields(support::DEPENDENCY, report);
        if fields.get("required").and_then(|at| at.bool(report)) == Some(false) {
            optional.insert(key.text.clone());
        }
        if fields.get("restart").and_then(|at| at.bool(report)) == Some(true) {
            service.follows.insert(key.text.clone());
        }
        let condition = fields.get("condition").map_or(Some(DependsOn::ServiceStarted), |at| {
            at.parsed(report, |text| match text {
                "service_started" => Ok(DependsOn::ServiceStarted),
                "service_healthy" => Ok(DependsOn::ServiceHealthy),
                "service_completed_successfully" => Ok(DependsOn::ServiceCompletedSuccessfully),
                _ => Err("is none of service_started, service_healthy, service_completed_successfully"),
            })
        });
        if let Some(condition) = condition {
            service.depends_on.insert(key.text.clone(), condition);
        }
    }
}

/// Reports dependencies on what is not there, and circles.
pub(super) fn check(spec: &WorkloadSpec, services: &Cursor<'_>, report: &mut Report) {
    let mut complete = true;
    for (name, service) in &spec.services {
        for needed in service.depends_on.keys().filter(|n| !spec.services.contains_key(*n)) {
            complete = false;
            let at = services.find(name).find("depends_on");
            if let Some(profiles) = report.left_out.get(needed) {
                let text = format!("service {name:?} depends on {:?}, which is left out", short(needed));
                let hint = match profiles.first() {
                    Some(profile) => format!("give COMPOSE_PROFILES={profile}, or write `required: false`"),
                    None => "write `required: false`".to_owned(),
                };
                report.issue_hint(&at, text, hint);
                continue;
            }
            let text = format!("service {name:?} depends on {:?}, which does not exist", short(needed));
            match nearest(needed, spec.services.keys().map(String::as_str)) {
                Some(near) => report.issue_hint(&at, text, format!("did you mean {near:?}?")),
                None => report.issue(&at, text),
            }
        }
    }
    if complete && let Some(circle) = circle(spec) {
        let at = services.find(&circle[0]).find("depends_on");
        report.issue(&at, format!("services wait for each other: {}", circle.join(" → ")));
    }
}

/// The first circle in the order of names, closed. Services whose dependencies are all done are taken away until none is
/// left; what remains contains a circle, found by following it.
fn circle(spec: &WorkloadSpec) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    loop {
        let ready: Vec<&String> = spec
            .services
            .iter()
            .filter(|(name, s)| !done.contains(name) && s.depends_on.keys().all(|d| done.contains(d)))
            .map(|(name, _)| name)
            .collect();
        if ready.is_empty() {
            break;
        }
        done.extend(ready);
    }
    let mut name = spec.services.keys().find(|n| !done.contains(n))?;
    let mut path: Vec<&String> = Vec::new();
    while !path.contains(&name) {
        path.push(name);
        name = spec.services.get(name)?.depends_on.keys().find(|d| !done.contains(d))?;
    }
    let start = path.iter().position(|n| *n == name)?;
    Some(path[start..].iter().chain([&name]).map(|n| (*n).clone()).collect())
}
