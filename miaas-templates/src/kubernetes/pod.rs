//! The pod of a service, and what keeps it running.

use miaas_core::{
    model::{Namespace, PullPolicy, RestartPolicy, Service},
    port::RenderError,
};
use serde_json::{Map, Value, json};

use super::{Source, container, files, hidden::Hidden, names, objects::Objects, storage};

/// The Deployment, StatefulSet or Job of a service.
pub(super) fn controller(
    source: &Source<'_>,
    name: &str,
    service: &Service,
    shown: &Service,
    hidden: &mut Hidden,
    out: &mut Objects,
) -> Result<(), RenderError> {
    unsaid(name, service, out);
    let at = |e: RenderError| RenderError { message: format!("service {name:?}: {}", e.message), ..e };
    let container = container::of(source, name, service, shown, hidden).map_err(at)?;
    let mut volumes = storage::volumes(source, service);
    volumes.extend(files::volume(source, name, service, shown, hidden, out));
    let job = service.restart != RestartPolicy::Always;
    let spec = pod(source, service, &container, &volumes, job);
    let mut template = json!({"metadata": {"labels": source.labels(Some(name))}, "spec": spec});
    if !service.labels.is_empty() {
        template["metadata"]["annotations"] = json!(service.labels);
    }
    let metadata = source.metadata(&names::object(name), Some(name));
    let selector = json!({"matchLabels": source.selector(name)});
    if job {
        let limit = if service.restart == RestartPolicy::No { 0 } else { service.max_restarts.unwrap_or(6) };
        out.add("batch/v1", "Job", metadata, json!({"spec": {"backoffLimit": limit, "template": template}}));
    } else if container::keeps_data(service) {
        let spec = json!({
            "replicas": 1, "serviceName": names::object(name), "selector": selector, "template": template,
        });
        out.add("apps/v1", "StatefulSet", metadata, json!({"spec": spec}));
    } else {
        let spec = json!({"replicas": 1, "selector": selector, "template": template});
        out.add("apps/v1", "Deployment", metadata, json!({"spec": spec}));
    }
    Ok(())
}

fn pod(source: &Source<'_>, service: &Service, container: &Value, volumes: &[Value], job: bool) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| drop(out.insert(key.to_owned(), value));
    // Variables like REDIS_PORT=tcp://… for every Service of the namespace are read by images as their own.
    put("enableServiceLinks", json!(false));
    put("automountServiceAccountToken", json!(false));
    put("containers", json!([container]));
    if job {
        put("restartPolicy", json!(if service.restart == RestartPolicy::No { "Never" } else { "OnFailure" }));
    }
    if !volumes.is_empty() {
        put("volumes", json!(volumes));
    }
    if let Some(grace) = service.stop_grace {
        put("terminationGracePeriodSeconds", json!(grace.0.div_ceil(1000)));
    }
    if let Some(host) = &service.hostname {
        put("hostname", json!(host));
    }
    for (key, namespace) in [
        ("hostNetwork", &service.namespaces.network),
        ("hostPID", &service.namespaces.pid),
        ("hostIPC", &service.namespaces.ipc),
    ] {
        if *namespace == Some(Namespace::Host) {
            put(key, json!(true));
        }
    }
    let mut security = Map::new();
    // Volumes belong to root until they are given to the group of the user.
    let group = service.user.as_deref().and_then(|u| u.rsplit(':').next()?.parse::<u32>().ok()).filter(|g| *g != 0);
    if let Some(group) = group.filter(|_| container::keeps_data(service)) {
        security.insert("fsGroup".to_owned(), json!(group));
    }
    if !service.isolation.sysctls.is_empty() {
        let list = service.isolation.sysctls.iter().map(|(name, value)| json!({"name": name, "value": value}));
        security.insert("sysctls".to_owned(), list.collect());
    }
    if !security.is_empty() {
        put("securityContext", Value::Object(security));
    }
    let architectures: Vec<&str> = source.architectures.iter().map(|a| architecture(a)).collect();
    if !architectures.is_empty() {
        let term = json!({"key": "kubernetes.io/arch", "operator": "In", "values": architectures});
        let needed = json!({"nodeSelectorTerms": [{"matchExpressions": [term]}]});
        put("affinity", json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": needed}}));
    }
    Value::Object(out)
}

/// An architecture as Kubernetes calls it.
fn architecture(rust: &str) -> &str {
    match rust {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "powerpc64" => "ppc64le",
        "loongarch64" => "loong64",
        other => other,
    }
}

/// What Compose says of a service and a pod cannot be told.
fn unsaid(name: &str, service: &Service, out: &mut Objects) {
    let is = |set: bool, what: &str, out: &mut Objects| {
        if set {
            out.warn(name, format!("{what} has no counterpart in Kubernetes"));
        }
    };
    is(service.init, "`init`", out);
    is(service.stop_signal.is_some(), "`stop_signal`", out);
    is(service.limits.pids.is_some(), "the limit of processes", out);
    is(!service.tuning.ulimits.is_empty(), "`ulimits`", out);
    is(service.logging.is_some(), "`logging`", out);
    is(service.platform.is_some() || service.runtime.is_some(), "`platform` and `runtime`", out);
    is(matches!(service.pull_policy, PullPolicy::Every(_)), "the time between two pulls", out);
    is(!service.isolation.devices.is_empty(), "`devices`", out);
    is(!service.isolation.groups.is_empty(), "`group_add`", out);
    is(!service.dns.hosts.is_empty() || !service.dns.servers.is_empty(), "`dns` and `extra_hosts`", out);
    let waits = service.depends_on.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    if !waits.is_empty() {
        out.warn(name, format!("it does not wait for {waits}: it is restarted until they are there"));
    }
}
