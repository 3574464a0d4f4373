//! The container of a service.

use miaas_core::{
    model::{MountSource, PullPolicy, Service},
    port::RenderError,
};
use serde_json::{Map, Value, json};

use super::{Source, files, hidden::Hidden, names, network, probe, storage};

/// The container; `shown` is the service as everybody may see it.
pub(super) fn of(
    source: &Source<'_>,
    name: &str,
    service: &Service,
    shown: &Service,
    hidden: &mut Hidden,
) -> Result<Value, RenderError> {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| drop(out.insert(key.to_owned(), value));
    put("name", json!(names::object(name)));
    put("image", json!(service.image));
    if service.pull_policy != PullPolicy::Missing {
        let always = service.pull_policy != PullPolicy::Never;
        put("imagePullPolicy", json!(if always { "Always" } else { "Never" }));
    }
    let mut env = Vec::new();
    for (key, value) in &service.environment.0 {
        let same = shown.environment.0.get(key) == Some(value);
        env.push(if same { json!({"name": key, "value": escaped(value)}) } else { hidden.variable(name, key, value) });
    }
    let mut words = |list: &[String], seen: Option<&Vec<String>>, what: &str| -> Vec<String> {
        let word = |(i, word): (usize, &String)| {
            if seen.and_then(|s| s.get(i)) == Some(word) {
                return escaped(word);
            }
            let variable = format!("MIAAS_{what}_{i}");
            env.push(hidden.variable(name, &variable, word));
            format!("$({variable})")
        };
        list.iter().enumerate().map(word).collect()
    };
    if let Some(list) = &service.entrypoint {
        put("command", json!(words(list, shown.entrypoint.as_ref(), "COMMAND")));
    }
    if let Some(list) = service.command.as_ref().filter(|list| !list.is_empty()) {
        put("args", json!(words(list, shown.command.as_ref(), "ARGUMENT")));
    }
    if !env.is_empty() {
        put("env", json!(env));
    }
    if let Some(dir) = &service.working_dir {
        put("workingDir", json!(dir));
    }
    let ports = network::container_ports(source, service);
    if !ports.is_empty() {
        put("ports", json!(ports));
    }
    put("resources", resources(source, service));
    for (key, value) in probe::of(source, service, shown)? {
        put(key, value);
    }
    let mut mounts = storage::mounts(service);
    mounts.extend(files::mounts(service));
    if !mounts.is_empty() {
        put("volumeMounts", json!(mounts));
    }
    let security = security(service)?;
    if !security.is_empty() {
        put("securityContext", Value::Object(security));
    }
    for (key, set) in [("tty", service.tty), ("stdin", service.stdin_open)] {
        if set {
            put(key, json!(true));
        }
    }
    Ok(Value::Object(out))
}

/// A text in which Kubernetes puts no variables: every `$` that could begin one is doubled.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '$' && matches!(chars.peek(), Some('$' | '(')) {
            out.push('$');
        }
    }
    out
}

fn resources(source: &Source<'_>, service: &Service) -> Value {
    let services = u64::try_from(source.spec.services.len()).unwrap_or(1).max(1);
    let reserved = source.resources;
    let mut limits = Map::new();
    let mut requests = Map::new();
    if let Some(cpu) = service.limits.cpu_milli {
        limits.insert("cpu".to_owned(), json!(names::milli(cpu)));
    }
    let share = (reserved.cpu_milli / services).max(1);
    requests.insert("cpu".to_owned(), json!(names::milli(service.limits.cpu_milli.map_or(share, |l| share.min(l)))));
    let memory = service.limits.mem_mib.unwrap_or(reserved.mem_mib / services);
    if service.limits.mem_mib.is_some() {
        limits.insert("memory".to_owned(), json!(names::mib(memory)));
    }
    if memory > 0 {
        requests.insert("memory".to_owned(), json!(names::mib(memory)));
    }
    if !service.gpus.is_empty() {
        let vendor = reserved.gpu.as_ref().and_then(|g| g.vendor.as_deref());
        let resource = match vendor {
            Some("amd") => "amd.com/gpu",
            Some("intel") => "gpu.intel.com/i915",
            _ => "nvidia.com/gpu",
        };
        limits.insert(resource.to_owned(), json!(service.gpus.len().to_string()));
    }
    let mut out = json!({"requests": requests});
    if !limits.is_empty() {
        out["limits"] = Value::Object(limits);
    }
    out
}

fn security(service: &Service) -> Result<Map<String, Value>, RenderError> {
    let mut out = Map::new();
    if let Some(user) = &service.user {
        let (uid, gid) = user.split_once(':').map_or((user.as_str(), None), |(u, g)| (u, Some(g)));
        for (key, id) in [("runAsUser", Some(uid)), ("runAsGroup", gid)] {
            let Some(id) = id else { continue };
            let number: u32 = id.parse().map_err(|_| {
                let mut e = RenderError::new(format!("user {user:?} is a name, and Kubernetes takes numbers only"));
                e.hint = Some("write it as uid:gid".to_owned());
                e
            })?;
            out.insert(key.to_owned(), json!(number));
        }
    }
    let isolation = &service.isolation;
    if service.read_only {
        out.insert("readOnlyRootFilesystem".to_owned(), json!(true));
    }
    if isolation.privileged {
        out.insert("privileged".to_owned(), json!(true));
    } else {
        out.insert("allowPrivilegeEscalation".to_owned(), json!(!no_new_privileges(service)));
    }
    let mut capabilities = Map::new();
    for (key, list) in [("add", &isolation.cap_add), ("drop", &isolation.cap_drop)] {
        if !list.is_empty() {
            capabilities.insert(key.to_owned(), json!(list));
        }
    }
    if !capabilities.is_empty() {
        out.insert("capabilities".to_owned(), Value::Object(capabilities));
    }
    Ok(out)
}

fn no_new_privileges(service: &Service) -> bool {
    service.isolation.security_opt.iter().any(|o| o.starts_with("no-new-privileges") && !o.ends_with("false"))
}

/// Whether a service keeps data in a volume.
pub(super) fn keeps_data(service: &Service) -> bool {
    service.mounts.iter().any(|m| matches!(m.source, MountSource::Volume(_)))
}
