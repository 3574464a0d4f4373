//! What a service asks for is what its container gets.

use std::collections::BTreeMap;

use miaas_core::{
    model::{Limits, Millis, Mount, MountSource, Protocol, PublishedPort, RestartPolicy},
    testing::executor_contract::ExecutorFixtures as _,
};

use crate::bench::on_engine;

#[tokio::test]
async fn compose_recognises_the_containers() {
    on_engine("compose", |bench| async move {
        let w = bench.workload("w", vec![("a", bench.service(&[])), ("b", bench.service(&[]))]);
        bench.run(&w).await;
        let hashes = w.service_hashes().unwrap();
        for service in ["a", "b"] {
            let hash = hashes[service].as_str();
            let seen = bench.docker.inspect_container(&bench.container(&w, service), None).await.unwrap();
            let labels: BTreeMap<String, String> = seen.config.unwrap().labels.unwrap().into_iter().collect();
            let wanted = [
                ("com.docker.compose.project", w.id.as_str()),
                ("com.docker.compose.service", service),
                ("com.docker.compose.config-hash", hash),
                ("com.docker.compose.container-number", "1"),
                ("com.docker.compose.oneoff", "False"),
                ("io.miaas.scope", bench.scope()),
                ("io.miaas.workload", w.id.as_str()),
                ("io.miaas.deployment", "dep-test"),
                ("io.miaas.hash", hash),
                ("io.miaas.generation", "1"),
                ("io.miaas.service", service),
            ];
            for (key, value) in wanted {
                assert_eq!(labels.get(key).map(String::as_str), Some(value), "{key}");
            }
            let networks: Vec<String> = seen.network_settings.unwrap().networks.unwrap().into_keys().collect();
            assert_eq!(networks, [format!("{}_default", w.id)]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_service_gets_what_it_asks_for() {
    on_engine("asks", |bench| async move {
        let mut service = bench.service(&[]);
        service.limits = Limits { cpu_milli: Some(250), mem_mib: Some(64), pids: Some(50) };
        service.shm_size = Some(8 << 20);
        service.init = true;
        service.read_only = true;
        service.user = Some("1000:1000".into());
        service.working_dir = Some("/data".into());
        service.hostname = Some("box".into());
        service.labels = [("team".to_owned(), "shop".to_owned()), ("io.miaas.workload".into(), "forged".into())].into();
        service.stop_signal = Some("SIGINT".into());
        service.stop_grace = Some(Millis(1500));
        service.restart = RestartPolicy::Always;
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let published = |protocol| PublishedPort { host_ip: "127.0.0.1".into(), host: port, container: 53, protocol };
        service.ports = vec![published(Protocol::Tcp), published(Protocol::Udp)];
        let mount = |source, target: &str| Mount::new(source, target, false);
        service.mounts = vec![
            mount(MountSource::Tmpfs(Some(1 << 20)), "/tmp"),
            mount(MountSource::Host("/etc".into()), "/host"),
            mount(MountSource::Volume("data".into()), "/data"),
        ];
        let w = bench.workload("w", vec![("main", service)]);
        bench.run(&w).await;
        let seen = bench.docker.inspect_container(&bench.container(&w, "main"), None).await.unwrap();
        let (config, host) = (seen.config.unwrap(), seen.host_config.unwrap());
        assert_eq!(host.nano_cpus, Some(250_000_000));
        assert_eq!(host.memory, Some(64 << 20));
        assert_eq!(host.pids_limit, Some(50));
        assert_eq!(host.shm_size, Some(8 << 20));
        assert_eq!((host.init, host.readonly_rootfs), (Some(true), Some(true)));
        assert_eq!(host.restart_policy.unwrap().name.unwrap().to_string(), "unless-stopped");
        let log: BTreeMap<_, _> = host.log_config.unwrap().config.unwrap().into_iter().collect();
        assert_eq!(log, [("max-file".to_owned(), "3".to_owned()), ("max-size".into(), "10m".into())].into());
        assert_eq!(config.user.as_deref(), Some("1000:1000"));
        assert_eq!(config.working_dir.as_deref(), Some("/data"));
        assert_eq!(config.hostname.as_deref(), Some("box"));
        assert_eq!(config.stop_signal.as_deref(), Some("SIGINT"));
        assert_eq!(config.stop_timeout, Some(2), "whole seconds, rounded up");
        let labels = config.labels.unwrap();
        assert_eq!(labels["team"], "shop");
        assert_eq!(labels["io.miaas.workload"], w.id.as_str(), "the mark cannot be forged");
        let ports: BTreeMap<_, _> = host.port_bindings.unwrap().into_iter().collect();
        assert_eq!(ports.keys().collect::<Vec<_>>(), ["53/tcp", "53/udp"]);
        assert_eq!(ports["53/tcp"].as_ref().unwrap()[0].host_port, Some(port.to_string()));
        let targets: BTreeMap<_, _> =
            seen.mounts.unwrap().into_iter().map(|m| (m.destination.unwrap(), m.name.or(m.source))).collect();
        assert_eq!(targets["/data"], Some(format!("{}_data", w.id)));
        assert_eq!(targets["/host"], Some("/etc".to_owned()));
    })
    .await;
}
