//! One service.

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::model::{DependsOn, Environment, Logging, Millis, PullPolicy, RestartPolicy, Service};

use super::{
    Context, blobs, command,
    cursor::{Cursor, Report, plain_text},
    depends, environment, health, image, isolation, mounts, naming, networks, ports,
    resources::{self, Gpus},
    short, support, tuning, variables,
};
use crate::units;

/// A service and what only the whole document can settle.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) service: Service,
    /// GPUs that it asks for without saying which.
    pub(super) gpus: Option<u32>,
    /// Dependencies that need not be there.
    pub(super) optional: BTreeSet<String>,
    /// Services whose mounts it takes over, and whether without write access.
    pub(super) volumes_from: Vec<(String, bool)>,
    /// It is not to run at all.
    pub(super) left_out: bool,
}

/// Reads a service.
pub(super) fn read(at: &Cursor<'_>, context: &Context<'_>, report: &mut Report) -> Read {
    let fields = at.fields(support::SERVICE, report);
    let mut out = Read::default();
    let mut gpus = Gpus::default();
    for (name, at) in &fields {
        let service = &mut out.service;
        let known = set(name, at, service, report)
            || isolation::set(name, at, &mut service.isolation, report)
            || isolation::namespace(name, at, &mut service.namespaces, report)
            || tuning::set(name, at, &mut service.tuning, report)
            || naming::set(name, at, &mut service.dns, report);
        if known {
            continue;
        }
        match *name {
            "depends_on" => depends::read(at, service, &mut out.optional, report),
            "volumes_from" => out.volumes_from = volumes_from(at, report),
            "scale" => out.left_out |= replicas(at, report),
            "deploy" => out.left_out |= deploy(at, service, &mut gpus, fields.contains_key("restart"), report),
            "gpus" => resources::gpus(at, &mut gpus, report),
            "configs" => service.files.extend(blobs::files(&blobs::CONFIGS, at, &context.configs, report)),
            "secrets" => service.files.extend(blobs::files(&blobs::SECRETS, at, &context.secrets, report)),
            _ => {}
        }
    }
    variables(&fields, &mut out.service, context, report);
    finish(at, &fields, &mut out, report);
    out.service.gpus = gpus.ids;
    out.gpus = gpus.count;
    out
}

/// Environment and labels: first the files, then what stands in the document.
fn variables(
    fields: &BTreeMap<&'static str, Cursor<'_>>,
    service: &mut Service,
    context: &Context<'_>,
    report: &mut Report,
) {
    let mut all = BTreeMap::new();
    if let Some(at) = fields.get("env_file") {
        all.extend(variables::files(at, context, report));
    }
    if let Some(at) = fields.get("environment") {
        all.extend(environment::environment(at, context.env, report));
    }
    service.environment = Environment(all);
    if let Some(at) = fields.get("label_file") {
        service.labels.extend(variables::files(at, context, report));
    }
    if let Some(at) = fields.get("labels") {
        service.labels.extend(environment::labels(at, report));
    }
}

/// What the fields of a service say together.
fn finish(at: &Cursor<'_>, fields: &BTreeMap<&'static str, Cursor<'_>>, out: &mut Read, report: &mut Report) {
    let service = &mut out.service;
    if service.image.is_empty() && service.process.is_empty() && !fields.contains_key("image") {
        report.issue(at, "the service has neither `image` nor `x-process`");
    }
    mounts::check_targets(&service.mounts, at, report);
    if let Some(network) = fields.get("network_mode")
        && (fields.contains_key("networks") || fields.contains_key("links"))
    {
        report.issue(network, "`network_mode` excludes `networks` and `links`");
    }
    if let (Some(at), true) = (fields.get("cpu_quota"), service.limits.cpu_milli.is_some()) {
        report.issue_hint(at, "`cpu_quota` and `cpus` say the same", "leave one of them out");
    }
    // Whose namespaces, mounts or names it needs has to be there before it.
    let mounted = out.volumes_from.iter().map(|(name, _)| name.as_str());
    let linked = service.dns.links.values().map(String::as_str);
    let needs = service.namespaces.joined().chain(linked).chain(mounted);
    for name in needs.map(str::to_owned).collect::<Vec<_>>() {
        service.depends_on.entry(name).or_insert(DependsOn::ServiceStarted);
    }
}

/// Sets a field that is the service's own; false when it is none of these.
fn set(name: &str, at: &Cursor<'_>, service: &mut Service, report: &mut Report) -> bool {
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
        "restart" => restart(at, service, report),
        "cpus" => resources::cpus(at, &mut service.limits, report),
        "mem_limit" => resources::memory(at, &mut service.limits, report),
        "pids_limit" => resources::pids(at, &mut service.limits, report),
        "networks" => service.networks = networks::attachments(at, report),
        "mac_address" => service.mac_address = at.parsed(report, networks::mac),
        "user" => service.user = at.plain(report),
        "hostname" => service.hostname = at.parsed(report, host_name),
        "working_dir" => {
            service.working_dir = at.parsed(report, |text| match plain_text(text) {
                Ok(path) if path.starts_with('/') => Ok(path),
                _ => Err("is no absolute path"),
            });
        }
        "annotations" => service.annotations = environment::options(at, report),
        "read_only" => service.read_only = at.bool(report).unwrap_or_default(),
        "init" => service.init = at.bool(report).unwrap_or_default(),
        "tty" => service.tty = at.bool(report).unwrap_or_default(),
        "stdin_open" => service.stdin_open = at.bool(report).unwrap_or_default(),
        "shm_size" => service.shm_size = at.parsed(report, units::parse_size),
        "stop_grace_period" => service.stop_grace = at.parsed(report, units::parse_duration).map(Millis),
        "stop_signal" => service.stop_signal = at.parsed(report, signal),
        "pull_policy" => service.pull_policy = at.parsed(report, pull_policy).unwrap_or_default(),
        "platform" => service.platform = at.parsed(report, platform),
        "runtime" => service.runtime = at.plain(report),
        "logging" => service.logging = logging(at, report),
        _ => return false,
    }
    true
}

/// `deploy`; true when the service is not to run.
fn deploy(at: &Cursor<'_>, service: &mut Service, gpus: &mut Gpus, restarts: bool, report: &mut Report) -> bool {
    let fields = at.fields(support::DEPLOY, report);
    if let Some(at) = fields.get("resources") {
        resources::read(at, service, gpus, report);
    }
    // `restart` of the service says it for one engine.
    if let Some(at) = fields.get("restart_policy").filter(|_| !restarts) {
        let fields = at.fields(support::RESTART_POLICY, report);
        if let Some(at) = fields.get("condition") {
            let policy = at.parsed(report, |text| match text {
                "none" => Ok(RestartPolicy::No),
                "on-failure" => Ok(RestartPolicy::OnFailure),
                "any" => Ok(RestartPolicy::Always),
                _ => Err("is none of none, on-failure, any"),
            });
            service.restart = policy.unwrap_or_default();
        }
        if let Some(at) = fields.get("max_attempts") {
            let attempts = at.number(report, 0..=1_000_000);
            if service.restart == RestartPolicy::OnFailure {
                service.max_restarts = attempts;
            } else {
                report.issue(at, "`max_attempts` needs the condition on-failure");
            }
        }
    }
    fields.get("replicas").is_some_and(|at| replicas(at, report))
}

/// True when it is 0.
fn replicas(at: &Cursor<'_>, report: &mut Report) -> bool {
    match at.parsed(report, |text| text.parse::<u32>().map_err(|_| "is no whole number")) {
        Some(0) => {
            report.warn(at, "0 replicas: the service is left out");
            true
        }
        None | Some(1) => false,
        Some(n) => {
            let hint = "set the replicas of the deployment, or write the service more than once with `extends`";
            report.issue_hint(at, format!("a service is one container of a workload, not {n}"), hint);
            false
        }
    }
}

fn restart(at: &Cursor<'_>, service: &mut Service, report: &mut Report) {
    let Some(text) = at.text(report) else { return };
    service.restart = match text {
        // YAML 1.1 reads `no` as false, and so do people.
        "no" | "false" => RestartPolicy::No,
        "always" | "unless-stopped" => RestartPolicy::Always,
        "on-failure" => RestartPolicy::OnFailure,
        _ => match text.strip_prefix("on-failure:").map(str::parse::<u32>) {
            Some(Ok(max)) => {
                service.max_restarts = Some(max);
                RestartPolicy::OnFailure
            }
            _ => {
                report.issue(at, format!("{:?} is none of no, always, on-failure, unless-stopped", short(text)));
                return;
            }
        },
    };
}

fn pull_policy(text: &str) -> Result<PullPolicy, &'static str> {
    const DAY: u64 = 86_400_000;
    match text {
        "always" => Ok(PullPolicy::Always),
        "never" => Ok(PullPolicy::Never),
        "missing" | "if_not_present" => Ok(PullPolicy::Missing),
        "daily" => Ok(PullPolicy::Every(Millis(DAY))),
        "weekly" => Ok(PullPolicy::Every(Millis(7 * DAY))),
        "build" => Err("builds an image: build and push it, then name it in `image`"),
        _ => match text.strip_prefix("every_").map(long_duration) {
            Some(Some(millis)) => Ok(PullPolicy::Every(Millis(millis))),
            _ => Err("is none of always, never, missing, if_not_present, daily, weekly, every_DURATION"),
        },
    }
}

/// A duration with weeks and days before the rest: `1w2d3h`.
fn long_duration(text: &str) -> Option<u64> {
    let (mut rest, mut total) = (text, 0_u64);
    for (unit, millis) in [('w', 7 * 86_400_000_u64), ('d', 86_400_000)] {
        if let Some((number, after)) = rest.split_once(unit) {
            total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(millis)?)?;
            rest = after;
        }
    }
    let tail = if rest.is_empty() { 0 } else { units::parse_duration(rest).ok()? };
    total.checked_add(tail).filter(|n| *n > 0 && *n < 1 << 53)
}

fn platform(text: &str) -> Result<String, &'static str> {
    let part =
        |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    let parts: Vec<&str> = text.split('/').collect();
    let ok = (1..=3).contains(&parts.len()) && parts.into_iter().all(part);
    if ok { Ok(text.to_owned()) } else { Err("is no platform: write for example linux/arm64") }
}

fn logging(at: &Cursor<'_>, report: &mut Report) -> Option<Logging> {
    let fields = at.fields(support::LOGGING, report);
    let driver = fields.get("driver").and_then(|at| at.plain(report));
    let options = fields.get("options").map(|at| environment::options(at, report)).unwrap_or_default();
    Some(Logging { driver, options }).filter(|l| *l != Logging::default())
}

/// `service[:ro]`.
fn volumes_from(at: &Cursor<'_>, report: &mut Report) -> Vec<(String, bool)> {
    let read = |text: &str| match text.split(':').collect::<Vec<_>>().as_slice() {
        ["container", ..] => Err("is a container that is no service of this document"),
        [name] | [name, "rw"] => Ok(((*name).to_owned(), false)),
        [name, "ro"] => Ok(((*name).to_owned(), true)),
        _ => Err("is not `service` or `service:ro`"),
    };
    let items = at.items(report);
    items.iter().filter_map(|item| item.parsed(report, read)).collect()
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
