//! One service.

use std::collections::BTreeMap;

use miaas_core::model::{Environment, Millis, RestartPolicy, Service};

use super::{
    command,
    cursor::{Cursor, Report},
    depends, environment, health, image, mounts, ports,
    resources::{self, Gpus},
    support,
};
use crate::units;

/// Reads a service; the number is that of the GPUs it asks for without saying which.
pub(super) fn read(at: &Cursor<'_>, env: &BTreeMap<String, String>, report: &mut Report<'_>) -> (Service, Option<u32>) {
    let fields = at.fields(support::SERVICE, report);
    let mut service = Service::default();
    let mut gpus = Gpus::default();
    for (name, at) in &fields {
        set(name, at, &mut service, &mut gpus, report);
    }
    if let Some(at) = fields.get("environment") {
        service.environment = Environment(environment::environment(at, env, report));
    }
    if service.image.is_empty() && service.process.is_empty() && !fields.contains_key("image") {
        report.issue(at, "the service has neither `image` nor `x-process`");
    }
    mounts::check_targets(&service.mounts, at, report);
    service.gpus = gpus.ids;
    (service, gpus.count)
}

/// Sets one supported field; `environment` needs the variables and is set by the caller.
fn set(name: &str, at: &Cursor<'_>, service: &mut Service, gpus: &mut Gpus, report: &mut Report<'_>) {
    let plain = |report: &mut Report<'_>| at.parsed(report, plain_text);
    match name {
        "image" => {
            let check = |text: &str| {
                image::check_reference(text)
                    .map_err(|why| format!("is no image reference: {why}"))
                    .map(|()| text.to_owned())
            };
            if let Some(text) = at.parsed(report, check) {
                if !image::is_pinned(&text) {
                    report.warn(at, format!("image {text:?} has no fixed tag: what runs can change without notice"));
                }
                service.image = text;
            }
        }
        "command" => service.command = command::read(at, report),
        "entrypoint" => service.entrypoint = command::read(at, report),
        "x-process" => {
            service.process = at.texts(report);
            if service.process.first().is_none_or(String::is_empty) {
                report.issue(at, "`x-process` names no program");
            }
        }
        "ports" => service.ports = ports::read(at, report),
        "volumes" => service.mounts.extend(mounts::read(at, report)),
        "tmpfs" => service.mounts.extend(mounts::tmpfs(at, report)),
        "healthcheck" => service.healthcheck = health::read(at, report),
        "depends_on" => service.depends_on = depends::read(at, report),
        "restart" => service.restart = restart(at, report),
        "deploy" => resources::deploy(at, &mut service.limits, gpus, report),
        "cpus" => resources::cpus(at, &mut service.limits, report),
        "mem_limit" => resources::memory(at, &mut service.limits, report),
        "pids_limit" => resources::pids(at, &mut service.limits, report),
        "gpus" => resources::gpus(at, gpus, report),
        "user" => service.user = plain(report),
        "hostname" => service.hostname = at.parsed(report, host_name),
        "working_dir" => {
            service.working_dir = at.parsed(report, |text| match plain_text(text) {
                Ok(path) if path.starts_with('/') => Ok(path),
                _ => Err("is no absolute path"),
            });
        }
        "labels" => service.labels = environment::labels(at, report),
        "read_only" => service.read_only = at.bool(report).unwrap_or_default(),
        "init" => service.init = at.bool(report).unwrap_or_default(),
        "shm_size" => service.shm_size = at.parsed(report, units::parse_size),
        "stop_grace_period" => service.stop_grace = at.parsed(report, units::parse_duration).map(Millis),
        "stop_signal" => service.stop_signal = at.parsed(report, signal),
        _ => {}
    }
}

fn restart(at: &Cursor<'_>, report: &mut Report<'_>) -> RestartPolicy {
    let Some(text) = at.text(report) else { return RestartPolicy::default() };
    match text.split_once(':').map_or(text, |(policy, _)| policy) {
        // YAML 1.1 reads `no` as false, and so do people.
        "no" | "false" => RestartPolicy::No,
        "always" | "unless-stopped" => RestartPolicy::Always,
        "on-failure" => {
            if text.contains(':') {
                report.warn(
                    at,
                    "the number of attempts is ignored: a failing service is started again at growing intervals",
                );
            }
            RestartPolicy::OnFailure
        }
        _ => {
            report.issue(at, format!("{text:?} is none of no, always, on-failure, unless-stopped"));
            RestartPolicy::default()
        }
    }
}

fn plain_text(text: &str) -> Result<String, &'static str> {
    let ok = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if ok { Ok(text.to_owned()) } else { Err("is empty or has control characters") }
}

fn host_name(text: &str) -> Result<String, &'static str> {
    let ok = (1..=63).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    if ok { Ok(text.to_owned()) } else { Err("is no host name") }
}

fn signal(text: &str) -> Result<String, &'static str> {
    let name = text.strip_prefix("SIG").unwrap_or(text);
    let named = !name.is_empty()
        && name.len() <= 16
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-'));
    let ok = match text.parse::<u8>() {
        Ok(n) => (1..=64).contains(&n),
        Err(_) => named && name.starts_with(|c: char| c.is_ascii_uppercase()),
    };
    if ok { Ok(text.to_owned()) } else { Err("is no signal: write for example SIGTERM") }
}
