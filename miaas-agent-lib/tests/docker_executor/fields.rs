//! Fields of a service as the kernel and the engine show them.

use std::collections::BTreeMap;

use miaas_core::{
    ErrorKind,
    model::{
        HealthTest, Healthcheck, Logging, Millis, Mount, MountOptions, MountSource, Namespace, PullPolicy,
        RestartPolicy, Ulimit, Volume,
    },
    port::{Executor as _, NoProgress},
    testing::executor_contract::{ExecutorFixtures as _, Step},
};

use crate::bench::on_engine;

#[tokio::test]
async fn what_the_kernel_shows_is_what_was_asked_for() {
    on_engine("kernel", |bench| async move {
        let mut main = bench.service(&[]);
        let show = "ulimit -n; cat /proc/sys/net/core/somaxconn; cat /proc/self/oom_score_adj; \
                    while read -r line; do case $line in CapBnd*|NoNewPrivs*|Groups*) echo \"$line\";; esac; done < /proc/self/status; \
                    echo end; exec sleep 600";
        main.command = Some(["sh", "-c", show].map(str::to_owned).into());
        main.tuning.ulimits = [("nofile".to_owned(), Ulimit { soft: 321, hard: 654 })].into();
        main.tuning.oom_score_adj = Some(77);
        main.tuning.cpu_shares = Some(512);
        main.tuning.mem_reservation = Some(32 << 20);
        main.isolation.sysctls = [("net.core.somaxconn".to_owned(), "99".to_owned())].into();
        main.isolation.cap_drop = vec!["ALL".into()];
        main.isolation.cap_add = vec!["NET_BIND_SERVICE".into()];
        main.isolation.security_opt = vec!["no-new-privileges:true".into()];
        main.isolation.groups = vec!["4242".into()];
        main.isolation.devices = vec![miaas_core::model::Device {
            host: "/dev/null".into(),
            container: "/dev/hole".into(),
            permissions: "rw".into(),
        }];
        main.namespaces.pid = Some(Namespace::Host);
        main.tty = true;
        main.stdin_open = true;
        let w = bench.workload("w", vec![("main", main)]);
        bench.run(&w).await;
        let said = bench.until_said(&w, "end").await;
        assert_eq!(said[..3], ["321", "99", "77"]);
        let text = said.join("\n");
        // NET_BIND_SERVICE is capability 10.
        for part in ["CapBnd:\t0000000000000400", "NoNewPrivs:\t1", "4242"] {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
        let seen = bench.docker.inspect_container(&bench.container(&w, "main"), None).await.unwrap();
        let (config, host) = (seen.config.unwrap(), seen.host_config.unwrap());
        assert_eq!((config.tty, config.open_stdin), (Some(true), Some(true)));
        assert_eq!((host.cpu_shares, host.memory_reservation), (Some(512), Some(32 << 20)));
        assert_eq!(host.pid_mode.as_deref(), Some("host"));
        assert_eq!(host.devices.unwrap()[0].path_in_container.as_deref(), Some("/dev/hole"));
    })
    .await;
}

#[tokio::test]
async fn mounts_have_their_options_and_output_goes_where_it_should() {
    on_engine("mounts", |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("made").to_str().unwrap().to_owned();
        let mut main = bench.service(&[]);
        let mount = |source, target: &str, options| Mount { options, ..Mount::new(source, target, false) };
        main.mounts = vec![
            mount(MountSource::Tmpfs(Some(1 << 20)), "/fast", MountOptions { mode: Some(0o700), ..Default::default() }),
            mount(
                MountSource::Host(made.clone()),
                "/made",
                MountOptions { create_host_path: true, ..Default::default() },
            ),
            mount(MountSource::Volume("data".into()), "/data", MountOptions { no_copy: true, ..Default::default() }),
        ];
        let option = |k: &str, v: &str| [(k.to_owned(), v.to_owned())].into();
        main.logging = Some(Logging { driver: Some("local".into()), options: option("max-size", "1m") });
        let mut w = bench.workload("w", vec![("main", main)]);
        let driver_opts: BTreeMap<_, _> = [("type", "tmpfs"), ("device", "tmpfs"), ("o", "size=1m")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
        let volume = Volume { driver_opts, labels: option("team", "shop"), ..Volume::default() };
        w.spec.volumes.insert("data".into(), volume);
        let w = bench.hashed(w);
        bench.run(&w).await;
        assert!(std::path::Path::new(&made).is_dir(), "the path was not made");
        let seen = bench.docker.inspect_container(&bench.container(&w, "main"), None).await.unwrap();
        assert_eq!(seen.host_config.unwrap().log_config.unwrap().typ.as_deref(), Some("local"));
        let made = bench.docker.inspect_volume(&format!("{}_data", w.id)).await.unwrap();
        assert_eq!((made.labels["team"].as_str(), made.options["type"].as_str()), ("shop", "tmpfs"));
        // A volume holds data: it is never replaced by one that is made otherwise.
        let mut other = w.clone();
        other.spec.volumes.insert("data".into(), Volume::default());
        let error = bench.executor.prepare(&bench.hashed(other), &NoProgress).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Conflict && error.to_string().contains("_data"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn an_external_volume_must_be_there_and_stays() {
    on_engine("extvol", |bench| async move {
        let name = format!("{}-models", bench.scope());
        let mut w = bench.workload("w", vec![("main", bench.service(&[Step::keep("x")]))]);
        let volume = Volume { external: true, external_name: Some(name.clone()), ..Volume::default() };
        w.spec.volumes.insert("data".into(), volume);
        let w = bench.hashed(w);
        let error = bench.executor.prepare(&w, &NoProgress).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains(&name) && error.hint().unwrap().contains("docker volume create"), "{error}");
        let request = bollard::models::VolumeCreateRequest { name: Some(name.clone()), ..Default::default() };
        bench.docker.create_volume(request).await.unwrap();
        bench.run(&w).await;
        bench.executor.remove(&w.id).await.unwrap();
        let stays = bench.docker.remove_volume(&name, None::<bollard::query_parameters::RemoveVolumeOptions>).await;
        stays.expect("the external volume is still there");
    })
    .await;
}

#[tokio::test]
async fn a_service_is_started_again_so_often_and_no_more() {
    on_engine("retries", |bench| async move {
        let mut main = bench.service(&[Step::Complain("no disk".into()), Step::Exit(3)]);
        main.restart = RestartPolicy::OnFailure;
        main.max_restarts = Some(2);
        let w = bench.workload("w", vec![("main", main)]);
        bench.run(&w).await;
        let given_up = |o: &miaas_core::port::Observed| {
            let main = &o.services["main"];
            main.restarts == 2 && !main.running && !main.restarting && main.exit_code == Some(3)
        };
        let seen = bench.until(&w.id, "the engine has given up", given_up).await;
        assert!(miaas_core::fsm::workload::satisfied(&w, &seen), "nothing is to be done about it: {seen:#?}");
        // Asked for again, it gets the same number of tries.
        bench.executor.stop(&w.id, std::time::Duration::from_secs(1)).await.unwrap();
        bench.executor.start(&w).await.unwrap();
        let seen = bench.docker.inspect_container(&bench.container(&w, "main"), None).await.unwrap();
        assert_eq!(seen.host_config.unwrap().restart_policy.unwrap().maximum_retry_count, Some(2));
    })
    .await;
}

#[tokio::test]
async fn an_image_that_must_not_be_pulled_has_to_be_there() {
    on_engine("never", |bench| async move {
        let (mut absent, image) = bench.unpreparable();
        absent.pull_policy = PullPolicy::Never;
        let w = bench.workload("w", vec![("web", absent)]);
        let error = bench.executor.prepare(&w, &NoProgress).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        for part in [w.id.as_str(), "web", &image, "never"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        // One that is pulled whenever the workload is made needs its registry, although the node has the image.
        let mut always = bench.service(&[]);
        let tag = bollard::query_parameters::TagImageOptions {
            repo: Some("127.0.0.1:1/miaas-test/always".into()),
            tag: Some("1".into()),
        };
        bench.docker.tag_image(&always.image, Some(tag)).await.unwrap();
        always.image = "127.0.0.1:1/miaas-test/always:1".into();
        let missing = bench.workload("missing", vec![("web", always.clone())]);
        bench.executor.prepare(&missing, &NoProgress).await.unwrap();
        always.pull_policy = PullPolicy::Always;
        let w = bench.workload("always", vec![("web", always.clone())]);
        assert_eq!(bench.executor.prepare(&w, &NoProgress).await.unwrap_err().kind(), ErrorKind::Unavailable);
        always.pull_policy = PullPolicy::Every(Millis(3_600_000));
        let w = bench.workload("every", vec![("web", always.clone())]);
        bench.executor.prepare(&w, &NoProgress).await.unwrap();
        always.pull_policy = PullPolicy::Missing;
        always.platform = Some("linux/s390x".into());
        let w = bench.workload("platform", vec![("web", always)]);
        assert_eq!(bench.executor.prepare(&w, &NoProgress).await.unwrap_err().kind(), ErrorKind::Unavailable);
        let options = None::<bollard::query_parameters::RemoveImageOptions>;
        bench.docker.remove_image("127.0.0.1:1/miaas-test/always:1", options, None).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_the_engine_is_too_old_for_is_said_before_anything_is_touched() {
    on_engine("needs", |bench| async move {
        let old = bench.workload("w", vec![("main", bench.service(&[]))]);
        bench.run(&old).await;
        let before = bench.look(&old.id).await.unwrap();
        let mut main = bench.service(&[]);
        main.healthcheck = Some(Healthcheck {
            test: HealthTest::Shell("true".into()),
            interval: Millis(1000),
            timeout: Millis(1000),
            retries: 1,
            start_period: Millis(1000),
            start_interval: Some(Millis(100)),
        });
        let new = bench.workload("w", vec![("main", main)]);
        let version = bench.docker.client_version();
        let prepared = bench.executor.prepare(&new, &NoProgress).await;
        if (version.major_version, version.minor_version) >= (1, 44) {
            prepared.unwrap();
            bench.run(&new).await;
            return;
        }
        for error in [prepared.unwrap_err(), bench.executor.start(&new).await.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.to_string().contains("service main: a start_interval"), "{error}");
        }
        assert_eq!(bench.look(&old.id).await.unwrap(), before);
    })
    .await;
}

#[tokio::test]
async fn what_no_engine_can_do_is_refused_before_any_effect() {
    on_engine("refuses", |bench| async move {
        let refuses = bench.executor.capability().refuses;
        let why = |change: &dyn Fn(&mut miaas_core::model::Service)| {
            let mut main = bench.service(&[]);
            change(&mut main);
            refuses(&bench.workload("w", vec![("main", main)])).unwrap_or_default()
        };
        assert_eq!(why(&|_| {}), "");
        assert!(why(&|s| s.gpus = vec!["0".into()]).contains("GPU \"0\""));
        assert_eq!(why(&|s| s.gpus = vec!["AMD-0000:03:00.0".into()]), "");
        assert!(why(&|s| s.namespaces.pid = Some(Namespace::Service("x".into()))).contains("\"x\""));
        assert!(why(&|s| s.namespaces.network = Some(Namespace::Private)).contains("network namespace"));
        assert!(why(&|s| drop(s.networks.insert("lan".into(), Default::default()))).contains("\"lan\""));
    })
    .await;
}
