//! What a policy refuses and allows (T9).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::collections::BTreeMap;

use miaas_core::name::{Labels, Name};
use miaas_templates::{
    Policy,
    compose::parse,
    policy::{Rule, Subject, findings},
};

fn spec(service: &str, rest: &str) -> miaas_core::model::WorkloadSpec {
    let text = format!("services:\n  a:\n    image: x:1\n    {service}\n{rest}");
    parse(&text, "c.yaml", &BTreeMap::new()).unwrap_or_else(|issues| panic!("{service}: {issues:?}")).0
}

fn rules(service: &str, rest: &str) -> Vec<String> {
    findings(&spec(service, rest)).into_iter().map(|f| format!("{} {}", f.rule, f.value)).collect()
}

#[test]
fn t9_what_reaches_out_of_the_container_is_found() {
    for (line, want) in [
        ("privileged: true", &["privileged true"][..]),
        ("network_mode: host", &["host-network host"]),
        ("network_mode: 'container:other'", &["foreign-namespace other"]),
        ("pid: host", &["host-pid host"]),
        ("ipc: host", &["host-ipc host"]),
        ("uts: host", &["host-uts host"]),
        ("userns_mode: host", &["host-users host"]),
        ("cgroup: host", &["host-cgroup host"]),
        ("cgroup_parent: /x", &["host-cgroup /x"]),
        ("cap_add: [cap_sys_admin, NET_ADMIN]", &["cap-add SYS_ADMIN", "cap-add NET_ADMIN"]),
        ("devices: ['/dev/../dev/kvm:/dev/kvm']", &["device /dev/kvm"]),
        ("device_cgroup_rules: ['c 1:3 mr']", &["device c 1:3 mr"]),
        (
            "security_opt: [seccomp=unconfined, 'apparmor:unconfined']",
            &["unconfined seccomp=unconfined", "unconfined apparmor:unconfined"],
        ),
        ("sysctls: {vm.overcommit_memory: 1}", &["sysctl vm.overcommit_memory"]),
        ("runtime: sysbox-runc", &["runtime sysbox-runc"]),
        ("oom_score_adj: -5", &["oom -5"]),
        ("volumes: ['/srv/../etc:/x:ro']", &["host-mount /etc"]),
        ("volumes: [{type: bind, source: /srv, target: /x}]", &["host-mount /srv"]),
        (
            "volumes: ['/var/run/docker.sock:/s']",
            &["docker-socket /var/run/docker.sock", "host-mount /var/run/docker.sock"],
        ),
        ("volumes: ['/var/./run:/s']", &["docker-socket /var/run", "host-mount /var/run"]),
        ("volumes: ['//:/s']", &["docker-socket /", "host-mount /"]),
        (
            "volumes: ['/home/u/.docker/docker.sock:/s']",
            &["docker-socket /home/u/.docker/docker.sock", "host-mount /home/u/.docker/docker.sock"],
        ),
        // What stays inside is nobody's business.
        ("privileged: false", &[]),
        ("cap_drop: [ALL]", &[]),
        ("security_opt: ['no-new-privileges:true']", &[]),
        ("sysctls: [net.core.somaxconn=1024]", &[]),
        ("pid: 'service:a2'\n  a2:\n    image: x:1", &[]),
        ("network_mode: none", &[]),
        ("oom_score_adj: 500", &[]),
    ] {
        assert_eq!(rules(line, ""), want, "{line}");
    }
    for (rest, want) in [
        ("volumes: {d: {driver_opts: {type: none, o: bind, device: /etc}}}", &["host-mount /etc"][..]),
        ("volumes: {d: {driver_opts: {type: nfs, device: ':/x'}}}", &["volume-driver nfs"]),
        ("volumes: {d: {driver_opts: {type: tmpfs, device: tmpfs}}}", &[]),
        ("volumes: {d: {driver: rclone}}", &["volume-driver rclone"]),
        ("networks: {n: {driver: macvlan}}", &["network-driver macvlan"]),
        ("networks: {n: {driver: bridge, internal: true}}", &[]),
        ("networks: {n: {name: shared}}\nvolumes: {d: {name: shared}}", &[]),
        (
            "networks: {n: {external: true}, o: {external: true, name: lan}}",
            &["external-network n", "external-network lan"],
        ),
        (
            "volumes: {d: {external: true}, e: {external: true, name: data}}",
            &["external-volume d", "external-volume data"],
        ),
    ] {
        assert_eq!(rules("user: u", rest), want, "{rest}");
    }
}

#[test]
fn t9_a_policy_allows_by_rule_value_name_label_and_root() {
    let policy = Policy::parse(
        "host_mount_roots: [/srv/models]
exceptions:
  - {reason: the proxy, rules: [cap-add, host-network], deployments: ['proxy-*'], values: [NET_ADMIN, host]}
  - {reason: infra, rules: [docker-socket, host-mount], labels: {team: infra}, values: [/var/run/docker.sock]}
  - {reason: kvm, rules: [device], values: [/dev/dri]}
",
        "policy.yaml",
    )
    .unwrap();
    let labels = |pairs: &[&str]| Labels::parse_pairs(pairs.iter().copied()).unwrap();
    let (proxy, web) = (Name::parse("proxy-1").unwrap(), Name::parse("web").unwrap());
    for (line, name, team, refused) in [
        ("volumes: ['/srv/models/llama:/m']", &web, "", &[][..]),
        ("volumes: ['/srv/models/../secrets:/m']", &web, "", &[Rule::HostMount]),
        ("volumes: ['/srv/models2:/m']", &web, "", &[Rule::HostMount]),
        ("cap_add: [NET_ADMIN]", &proxy, "", &[]),
        ("cap_add: [NET_ADMIN]", &web, "", &[Rule::CapAdd]),
        ("cap_add: [SYS_ADMIN]", &proxy, "", &[Rule::CapAdd]),
        ("network_mode: host", &proxy, "", &[]),
        ("volumes: ['/var/run/docker.sock:/s']", &web, "team=infra", &[]),
        ("volumes: ['/var/run:/s']", &web, "team=infra", &[Rule::DockerSocket, Rule::HostMount]),
        ("volumes: ['/var/run/docker.sock:/s']", &web, "team=other", &[Rule::DockerSocket, Rule::HostMount]),
        ("devices: [/dev/dri/card0]", &web, "", &[]),
        ("devices: [/dev/dri2]", &web, "", &[Rule::Device]),
    ] {
        let labels = if team.is_empty() { Labels::default() } else { labels(&[team]) };
        let subject = Subject { deployment: Some(name), labels: &labels };
        let got: Vec<Rule> = policy.refused(&spec(line, ""), subject).into_iter().map(|f| f.rule).collect();
        assert_eq!(got, refused, "{line} of {name} {team}");
    }
    // Before a deployment has a name, no exception for a name holds.
    let nobody = Subject { deployment: None, labels: &Labels::default() };
    assert_eq!(policy.refused(&spec("cap_add: [NET_ADMIN]", ""), nobody).len(), 1);
}

#[test]
fn t9_a_broken_policy_says_where() {
    for (text, want) in [
        ("exceptions:\n  - {reason: x, rules: [privilged]}\n", "p.yaml:2: "),
        ("host_mount_root: [/x]\n", "p.yaml:1: "),
        ("host_mount_roots: [x]\n", "p.yaml: host_mount_roots: \"x\" is no absolute path"),
        ("exceptions: [{reason: '', rules: [oom]}]\n", "p.yaml: exceptions[0]: it needs `rules` and a `reason`"),
    ] {
        let e = Policy::parse(text, "p.yaml").unwrap_err();
        assert!(e.starts_with(want), "{text}: {e}");
    }
}

#[test]
fn t9_every_rule_is_documented() {
    let page = include_str!("../../docs/policy.md");
    for rule in Rule::ALL {
        let row = format!("| `{rule}` | {} |", rule.about());
        assert!(page.contains(&row), "docs/policy.md lacks the row\n{row}");
        assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
    }
}
