//! Writes a workload as a Compose document: what [`parse`](super::parse) reads back is the same workload.

use std::{collections::BTreeMap, fmt::Write as _};

use miaas_core::model::{
    Attachment, Blkio, DependsOn, FileMount, HealthTest, Healthcheck, Ipam, Mount, MountSource, Namespace, Network,
    PullPolicy, RestartPolicy, Service, Tuning, Volume, WorkloadSpec,
};
use serde_json::{Map, Value, json};

use super::ComposeFiles;

/// The document, as JSON, which every reader of YAML takes, with the texts of its secrets as files of their own. Variables of
/// the environment are written out. Host port 0, which stands for a free one, is left out.
#[must_use]
pub fn print(spec: &WorkloadSpec) -> ComposeFiles {
    let mut top = Map::new();
    let mut blobs = Blobs::default();
    let services: Map<String, Value> =
        spec.services.iter().map(|(name, s)| (name.clone(), service(s, &mut blobs))).collect();
    top.insert("services".into(), services.into());
    put(&mut top, "configs", blobs.configs, Map::is_empty);
    put(&mut top, "secrets", blobs.secrets, Map::is_empty);
    let volumes: Map<String, Value> = spec.volumes.iter().map(|(name, v)| (name.clone(), volume(v))).collect();
    put(&mut top, "volumes", volumes, Map::is_empty);
    let networks: Map<String, Value> = spec.networks.iter().map(|(name, n)| (name.clone(), network(n))).collect();
    put(&mut top, "networks", networks, Map::is_empty);
    let mut document = Value::Object(top);
    escape(&mut document);
    blobs
        .files
        .into_iter()
        .fold(ComposeFiles::new("compose.yaml", printable(&document.to_string())), |files, (path, text)| {
            files.with_file(&path, text)
        })
}

/// YAML wants some characters escaped that JSON does not; in a document they only stand inside of texts.
fn printable(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut out, c| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

/// A dollar sign is written twice, so that nothing is taken for a variable.
fn escape(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace('$', "$$"),
        Value::Array(items) => items.iter_mut().for_each(escape),
        Value::Object(entries) => entries.values_mut().for_each(escape),
        _ => {}
    }
}

/// Inserts what is not empty.
fn put<T: Into<Value>>(out: &mut Map<String, Value>, name: &str, value: T, empty: impl Fn(&T) -> bool) {
    if !empty(&value) {
        out.insert(name.to_owned(), value.into());
    }
}

fn some<T: Into<Value>>(out: &mut Map<String, Value>, name: &str, value: Option<T>) {
    if let Some(value) = value {
        out.insert(name.to_owned(), value.into());
    }
}

fn list(out: &mut Map<String, Value>, name: &str, values: &[String]) {
    put(out, name, values.to_vec(), Vec::is_empty);
}

fn pairs(out: &mut Map<String, Value>, name: &str, values: &BTreeMap<String, String>) {
    put(out, name, json!(values), |_| values.is_empty());
}

fn flag(out: &mut Map<String, Value>, name: &str, value: bool) {
    put(out, name, value, |v| !v);
}

/// The texts of configs and secrets, each under a name of its own.
#[derive(Default)]
struct Blobs {
    configs: Map<String, Value>,
    secrets: Map<String, Value>,
    files: BTreeMap<String, String>,
}

impl Blobs {
    fn add(&mut self, file: &FileMount) -> Value {
        let text = file.content.expose();
        let source = format!("file{}", self.configs.len() + self.secrets.len());
        if file.secret {
            let path = format!("secrets/{source}");
            self.secrets.insert(source.clone(), json!({"file": path}));
            self.files.insert(path, text.to_owned());
        } else {
            self.configs.insert(source.clone(), json!({"content": text}));
        }
        let mut out = Map::new();
        out.insert("source".into(), source.into());
        out.insert("target".into(), file.target.clone().into());
        out.insert("mode".into(), format!("0{:o}", file.mode).into());
        some(&mut out, "uid", file.uid);
        some(&mut out, "gid", file.gid);
        out.into()
    }
}

fn service(s: &Service, blobs: &mut Blobs) -> Value {
    let mut out = Map::new();
    put(&mut out, "image", s.image.clone(), String::is_empty);
    list(&mut out, "x-process", &s.process);
    some(&mut out, "entrypoint", s.entrypoint.clone());
    some(&mut out, "command", s.command.clone());
    pairs(&mut out, "environment", &s.environment.0);
    let port = |p: &miaas_core::model::PublishedPort| {
        let mut out = json!({"target": p.container, "host_ip": p.host_ip, "protocol": p.protocol.as_str()});
        if p.host != 0 {
            out["published"] = json!(p.host);
        }
        out
    };
    put(&mut out, "ports", s.ports.iter().map(port).collect::<Vec<_>>(), Vec::is_empty);
    put(&mut out, "volumes", s.mounts.iter().map(mount).collect::<Vec<_>>(), Vec::is_empty);
    for (name, secret) in [("configs", false), ("secrets", true)] {
        let files: Vec<Value> = s.files.iter().filter(|f| f.secret == secret).map(|f| blobs.add(f)).collect();
        put(&mut out, name, files, Vec::is_empty);
    }
    some(&mut out, "healthcheck", s.healthcheck.as_ref().map(health));
    let needed = |name: &String, c: &DependsOn| match s.follows.contains(name) {
        true => json!({"condition": condition(*c), "restart": true}),
        false => json!({"condition": condition(*c)}),
    };
    let needs: Map<String, Value> = s.depends_on.iter().map(|(name, c)| (name.clone(), needed(name, c))).collect();
    put(&mut out, "depends_on", needs, Map::is_empty);
    out.insert("restart".into(), restart(s).into());
    let mut limits = Map::new();
    some(&mut limits, "cpus", s.limits.cpu_milli.map(|m| format!("{}.{:03}", m / 1000, m % 1000)));
    some(&mut limits, "memory", s.limits.mem_mib.map(|m| format!("{m}MiB")));
    some(&mut limits, "pids", s.limits.pids);
    put(&mut out, "deploy", json!({"resources": {"limits": limits}}), |_| limits.is_empty());
    some(&mut out, "user", s.user.clone());
    some(&mut out, "working_dir", s.working_dir.clone());
    some(&mut out, "hostname", s.hostname.clone());
    pairs(&mut out, "labels", &s.labels);
    put(&mut out, "gpus", json!([{"device_ids": s.gpus}]), |_| s.gpus.is_empty());
    flag(&mut out, "read_only", s.read_only);
    flag(&mut out, "init", s.init);
    some(&mut out, "shm_size", s.shm_size.map(bytes));
    some(&mut out, "stop_grace_period", s.stop_grace.map(|m| format!("{}ms", m.0)));
    some(&mut out, "stop_signal", s.stop_signal.clone());
    some(&mut out, "pull_policy", pull_policy(s.pull_policy));
    some(&mut out, "platform", s.platform.clone());
    some(&mut out, "runtime", s.runtime.clone());
    let on: Map<String, Value> = s.networks.iter().map(|(name, a)| (name.clone(), attachment(a))).collect();
    put(&mut out, "networks", on, Map::is_empty);
    some(&mut out, "mac_address", s.mac_address.clone());
    list(&mut out, "dns", &s.dns.servers);
    list(&mut out, "dns_search", &s.dns.search);
    list(&mut out, "dns_opt", &s.dns.options);
    some(&mut out, "domainname", s.dns.domain.clone());
    list(&mut out, "extra_hosts", &s.dns.hosts.iter().map(|h| format!("{}={}", h.name, h.address)).collect::<Vec<_>>());
    list(&mut out, "links", &s.dns.links.iter().map(|(alias, to)| format!("{to}:{alias}")).collect::<Vec<_>>());
    isolation(s, &mut out);
    tuning(&s.tuning, &mut out);
    if let Some(logging) = &s.logging {
        let mut log = Map::new();
        some(&mut log, "driver", logging.driver.clone());
        pairs(&mut log, "options", &logging.options);
        out.insert("logging".into(), log.into());
    }
    pairs(&mut out, "annotations", &s.annotations);
    flag(&mut out, "tty", s.tty);
    flag(&mut out, "stdin_open", s.stdin_open);
    out.into()
}

fn isolation(s: &Service, out: &mut Map<String, Value>) {
    let i = &s.isolation;
    flag(out, "privileged", i.privileged);
    list(out, "cap_add", &i.cap_add);
    list(out, "cap_drop", &i.cap_drop);
    let device =
        |d: &miaas_core::model::Device| json!({"source": d.host, "target": d.container, "permissions": d.permissions});
    put(out, "devices", i.devices.iter().map(device).collect::<Vec<_>>(), Vec::is_empty);
    list(out, "device_cgroup_rules", &i.device_cgroup_rules);
    list(out, "security_opt", &i.security_opt);
    pairs(out, "sysctls", &i.sysctls);
    some(out, "cgroup_parent", i.cgroup_parent.clone());
    list(out, "group_add", &i.groups);
    let n = &s.namespaces;
    for (name, space) in [
        ("network_mode", &n.network),
        ("pid", &n.pid),
        ("ipc", &n.ipc),
        ("uts", &n.uts),
        ("userns_mode", &n.user),
        ("cgroup", &n.cgroup),
    ] {
        some(out, name, space.as_ref().map(namespace));
    }
}

fn namespace(space: &Namespace) -> String {
    match space {
        Namespace::Host => "host".into(),
        Namespace::None => "none".into(),
        Namespace::Bridge => "bridge".into(),
        Namespace::Private => "private".into(),
        Namespace::Shareable => "shareable".into(),
        Namespace::Service(name) => format!("service:{name}"),
        Namespace::Container(name) => format!("container:{name}"),
    }
}

fn tuning(t: &Tuning, out: &mut Map<String, Value>) {
    some(out, "cpu_shares", t.cpu_shares);
    some(out, "cpu_quota", t.cpu_quota);
    some(out, "cpu_period", t.cpu_period);
    some(out, "cpu_rt_runtime", t.cpu_rt_runtime);
    some(out, "cpu_rt_period", t.cpu_rt_period);
    some(out, "cpuset", t.cpuset.clone());
    some(out, "mem_reservation", t.mem_reservation.map(bytes));
    some(out, "memswap_limit", t.memswap);
    some(out, "mem_swappiness", t.mem_swappiness);
    flag(out, "oom_kill_disable", t.oom_kill_disable);
    some(out, "oom_score_adj", t.oom_score_adj);
    put(out, "ulimits", json!(t.ulimits), |_| t.ulimits.is_empty());
    put(out, "blkio_config", blkio(&t.blkio), |_| t.blkio == Blkio::default());
    pairs(out, "storage_opt", &t.storage);
}

fn blkio(b: &Blkio) -> Value {
    let mut out = Map::new();
    some(&mut out, "weight", b.weight);
    let weights: Vec<Value> = b.weight_device.iter().map(|(p, w)| json!({"path": p, "weight": w})).collect();
    put(&mut out, "weight_device", weights, Vec::is_empty);
    for (name, rates) in [
        ("device_read_bps", &b.read_bps),
        ("device_write_bps", &b.write_bps),
        ("device_read_iops", &b.read_iops),
        ("device_write_iops", &b.write_iops),
    ] {
        let rates: Vec<Value> = rates.iter().map(|(p, r)| json!({"path": p, "rate": r})).collect();
        put(&mut out, name, rates, Vec::is_empty);
    }
    out.into()
}

fn bytes(n: u64) -> String {
    format!("{n}B")
}

fn condition(c: DependsOn) -> &'static str {
    match c {
        DependsOn::ServiceStarted => "service_started",
        DependsOn::ServiceHealthy => "service_healthy",
        DependsOn::ServiceCompletedSuccessfully => "service_completed_successfully",
    }
}

fn restart(s: &Service) -> String {
    match (s.restart, s.max_restarts) {
        (RestartPolicy::Always, _) => "always".into(),
        (RestartPolicy::No, _) => "no".into(),
        (RestartPolicy::OnFailure, None) => "on-failure".into(),
        (RestartPolicy::OnFailure, Some(max)) => format!("on-failure:{max}"),
    }
}

fn pull_policy(policy: PullPolicy) -> Option<String> {
    match policy {
        PullPolicy::Missing => None,
        PullPolicy::Always => Some("always".into()),
        PullPolicy::Never => Some("never".into()),
        PullPolicy::Every(every) => Some(format!("every_{}ms", every.0)),
    }
}

fn mount(m: &Mount) -> Value {
    let mut out = Map::new();
    let (kind, source) = match &m.source {
        MountSource::Volume(name) => ("volume", Some(name)),
        MountSource::Host(path) => ("bind", Some(path)),
        MountSource::Tmpfs(_) => ("tmpfs", None),
    };
    out.insert("type".into(), kind.into());
    some(&mut out, "source", source.cloned());
    out.insert("target".into(), m.target.clone().into());
    flag(&mut out, "read_only", m.read_only);
    let o = &m.options;
    let mut part = Map::new();
    some(&mut part, "propagation", o.propagation.clone());
    flag(&mut part, "create_host_path", o.create_host_path);
    some(&mut part, "selinux", o.selinux.map(String::from));
    flag(&mut part, "nocopy", o.no_copy);
    some(&mut part, "subpath", o.subpath.clone());
    some(&mut part, "mode", o.mode.map(|m| format!("0{m:o}")));
    if let MountSource::Tmpfs(size) = m.source {
        some(&mut part, "size", size.map(bytes));
    }
    put(&mut out, kind, part, Map::is_empty);
    out.into()
}

fn health(h: &Healthcheck) -> Value {
    let (name, test) = match &h.test {
        HealthTest::Exec(words) => {
            ("test", json!(std::iter::once("CMD").chain(words.iter().map(|w| &**w)).collect::<Vec<_>>()))
        }
        HealthTest::Shell(command) => ("test", json!(["CMD-SHELL", command])),
        HealthTest::Http(http) => ("x-http", json!({"port": http.port, "path": http.path})),
    };
    let millis = |m: miaas_core::model::Millis| format!("{}ms", m.0);
    let mut out = json!({
        name: test, "interval": millis(h.interval), "timeout": millis(h.timeout), "retries": h.retries,
        "start_period": millis(h.start_period),
    });
    if let Some(interval) = h.start_interval {
        out["start_interval"] = json!(millis(interval));
    }
    out
}

fn attachment(a: &Attachment) -> Value {
    let mut out = Map::new();
    list(&mut out, "aliases", &a.aliases);
    some(&mut out, "ipv4_address", a.ipv4.clone());
    some(&mut out, "ipv6_address", a.ipv6.clone());
    list(&mut out, "link_local_ips", &a.link_local);
    some(&mut out, "mac_address", a.mac_address.clone());
    some(&mut out, "interface_name", a.interface.clone());
    put(&mut out, "priority", a.priority, |p| *p == 0);
    put(&mut out, "gw_priority", a.gateway_priority, |p| *p == 0);
    pairs(&mut out, "driver_opts", &a.driver_opts);
    out.into()
}

fn volume(v: &Volume) -> Value {
    let mut out = Map::new();
    some(&mut out, "name", v.external_name.clone());
    flag(&mut out, "external", v.external);
    some(&mut out, "driver", v.driver.clone());
    pairs(&mut out, "driver_opts", &v.driver_opts);
    pairs(&mut out, "labels", &v.labels);
    out.into()
}

fn network(n: &Network) -> Value {
    let mut out = Map::new();
    some(&mut out, "name", n.name.clone());
    flag(&mut out, "external", n.external);
    some(&mut out, "driver", n.driver.clone());
    pairs(&mut out, "driver_opts", &n.driver_opts);
    flag(&mut out, "internal", n.internal);
    flag(&mut out, "attachable", n.attachable);
    some(&mut out, "enable_ipv4", n.enable_ipv4);
    some(&mut out, "enable_ipv6", n.enable_ipv6);
    put(&mut out, "ipam", ipam(&n.ipam), |_| n.ipam == Ipam::default());
    pairs(&mut out, "labels", &n.labels);
    out.into()
}

fn ipam(i: &Ipam) -> Value {
    let mut out = Map::new();
    some(&mut out, "driver", i.driver.clone());
    pairs(&mut out, "options", &i.options);
    let range = |r: &miaas_core::model::IpamRange| {
        let mut out = Map::new();
        some(&mut out, "subnet", r.subnet.clone());
        some(&mut out, "ip_range", r.ip_range.clone());
        some(&mut out, "gateway", r.gateway.clone());
        pairs(&mut out, "aux_addresses", &r.aux_addresses);
        Value::from(out)
    };
    put(&mut out, "config", i.config.iter().map(range).collect::<Vec<_>>(), Vec::is_empty);
    out.into()
}
