//! What can go wrong with an engine, and what is found on it.

use std::{net::TcpListener, os::unix::fs::symlink, time::Duration};

use bollard::query_parameters::{ListNetworksOptions, ListVolumesOptions};
use futures_util::StreamExt as _;
use miaas_agent_lib::executor::docker::DockerOptions;
use miaas_core::{
    ErrorKind,
    model::{DependsOn, Protocol, PublishedPort, RestartPolicy},
    port::{Executor as _, NoProgress},
    testing::executor_contract::{ExecutorFixtures as _, Step},
};

use crate::bench::on_engine;

fn publish(host: u16) -> Vec<PublishedPort> {
    vec![PublishedPort { host_ip: "127.0.0.1".into(), host, container: 80, protocol: Protocol::Tcp }]
}

#[tokio::test]
async fn an_engine_that_goes_away_is_unavailable_until_it_is_back() {
    on_engine("away", |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker.sock");
        let executor = bench.over(&path);
        let w = bench.workload("w", vec![("main", bench.service(&[]))]);
        for _ in 0..2 {
            let error = executor.observe().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unavailable);
            assert!(error.to_string().contains(path.to_str().unwrap()) && error.hint().is_some(), "{error}");
            let error = executor.start(&w).await.unwrap_err();
            assert!(error.to_string().contains(w.id.as_str()), "{error}");
            symlink(DockerOptions::DEFAULT_SOCKET, &path).unwrap();
            executor.prepare(&w, &NoProgress).await.unwrap();
            executor.start(&w).await.unwrap();
            assert!(executor.observe().await.unwrap()[&w.id].services["main"].running);
            std::fs::remove_file(&path).unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    on_engine("port", |bench| async move {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut service = bench.service(&[]);
        service.ports = publish(port);
        let w = bench.workload("w", vec![("web", service.clone())]);
        bench.executor.prepare(&w, &NoProgress).await.unwrap();
        let error = bench.executor.start(&w).await.unwrap_err();
        for part in [w.id.as_str(), "web", &port.to_string()] {
            assert!(error.to_string().contains(part), "{error}");
        }
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.hint().unwrap().contains("port"));
        let seen = bench.look(&w.id).await.unwrap();
        assert!(!seen.services["web"].running);
        assert!(seen.services["web"].error.as_ref().unwrap().contains(&port.to_string()), "{seen:#?}");
        // Once it is free, the same start succeeds; then another workload cannot have it.
        drop(listener);
        bench.executor.start(&w).await.unwrap();
        let other = bench.workload("other", vec![("web", service)]);
        let error = bench.executor.start(&other).await.unwrap_err();
        assert!(error.to_string().contains(&port.to_string()), "{error}");
        assert_eq!(error.kind(), ErrorKind::Conflict);
    })
    .await;
}

#[tokio::test]
async fn a_name_taken_by_somebody_else_is_an_error_and_is_left_alone() {
    on_engine("taken", |bench| async move {
        let w = bench.workload("w", vec![("main", bench.service(&[]))]);
        let planted = bench.plant_foreign(&w.id).await.unwrap();
        bench.executor.prepare(&w, &NoProgress).await.unwrap();
        let error = bench.executor.start(&w).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        assert!(error.hint().unwrap().contains(&bench.container(&w, "main")));
        bench.executor.remove(&w.id).await.unwrap();
        assert!(bench.foreign_runs(&planted).await);
    })
    .await;
}

#[tokio::test]
async fn a_service_that_ends_again_and_again_is_reported_and_can_be_stopped() {
    on_engine("loop", |bench| async move {
        let mut service = bench.service(&[Step::Complain("no configuration".into()), Step::Exit(2)]);
        service.restart = RestartPolicy::Always;
        let w = bench.workload("w", vec![("main", service)]);
        bench.run(&w).await;
        let seen = bench
            .until(&w.id, "it was started again", |o| {
                let main = &o.services["main"];
                main.restarts >= 2 && !main.running && main.restarting && main.exit_code == Some(2)
            })
            .await;
        assert!(seen.services["main"].error.as_ref().unwrap().contains("no configuration"), "{seen:#?}");
        // Between two tries it may run for a moment.
        let mut failure = None;
        for _ in 0..100 {
            if let Err(error) = bench.executor.start(&w).await {
                failure = Some(error.to_string());
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let failure = failure.expect("starting what ends again and again is an error");
        assert!(failure.contains("exit code 2: no configuration"), "{failure}");
        bench.executor.stop(&w.id, Duration::from_secs(1)).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let seen = bench.look(&w.id).await.unwrap();
        assert!(
            !seen.services["main"].running
                && !seen.services["main"].restarting
                && seen.services["main"].exit_code.is_none(),
            "{seen:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_service_that_ends_is_started_again_by_the_engine_and_counted() {
    on_engine("again", |bench| async move {
        // The volume tells the second run from the first.
        let mut service = bench.service(&[Step::keep("x"), Step::Recall]);
        service.command =
            Some(vec!["sh".into(), "-c".into(), "[ -e /data/x ] || { touch /data/x; exit 1; }; sleep 600".into()]);
        service.restart = RestartPolicy::OnFailure;
        let w = bench.workload("w", vec![("main", service)]);
        bench.run(&w).await;
        bench.until(&w.id, "it runs again", |o| o.services["main"].running && o.services["main"].restarts == 1).await;
    })
    .await;
}

#[tokio::test]
async fn completed_work_is_not_done_again_when_the_rest_is_repaired() {
    on_engine("repair", |bench| async move {
        let migrate = bench.service(&[Step::keep("migrated"), Step::Exit(0)]);
        let mut app = bench.service(&[Step::Recall]);
        app.depends_on = [("migrate".into(), DependsOn::ServiceCompletedSuccessfully)].into();
        let web = bench.service(&[]);
        let w = bench.workload("w", vec![("app", app), ("migrate", migrate), ("web", web)]);
        bench.run(&w).await;
        let app = bench.look(&w.id).await.unwrap().services["app"].instance.clone();
        assert!(bench.kill(&app).await);
        bench.run(&w).await;
        let seen = bench.until(&w.id, "the app runs again", |o| o.services["app"].running).await;
        assert_eq!(seen.services["migrate"].exit_code, Some(0));
        let lines: Vec<_> = bench.executor.logs(&w.id, Default::default()).map(|l| l.unwrap().text).collect().await;
        assert!(lines.iter().all(|l| l == "migrated") && !lines.is_empty(), "{lines:?}");
        bench.executor.stop(&w.id, Duration::from_secs(2)).await.unwrap();
        assert!(bench.look(&w.id).await.unwrap().services.values().all(|s| !s.running));
    })
    .await;
}

#[tokio::test]
async fn remove_leaves_nothing_behind() {
    on_engine("nothing", |bench| async move {
        let w = bench.workload("w", vec![("a", bench.service(&[Step::keep("x")])), ("b", bench.service(&[]))]);
        bench.run(&w).await;
        let label = format!("io.miaas.workload={}", w.id);
        let filters = || Some([("label".to_owned(), vec![label.clone()])].into());
        let count = async || {
            let volumes = bench.docker.list_volumes(Some(ListVolumesOptions { filters: filters() })).await.unwrap();
            let networks = bench.docker.list_networks(Some(ListNetworksOptions { filters: filters() })).await.unwrap();
            (volumes.volumes.unwrap_or_default().len(), networks.len())
        };
        assert_eq!(count().await, (1, 1));
        bench.executor.remove(&w.id).await.unwrap();
        assert_eq!(count().await, (0, 0));
        // A volume that is left of a removal that was cut off is observed, so that the next one takes it.
        bench.executor.prepare(&w, &NoProgress).await.unwrap();
        let left = bench.look(&w.id).await.unwrap();
        assert_eq!((left.hash, left.services.len()), (None, 0));
        bench.executor.remove(&w.id).await.unwrap();
        assert_eq!(bench.look(&w.id).await, None);
        bench.executor.start(&w).await.unwrap();
        assert_eq!(count().await, (1, 1), "a volume that the start had to make carries the mark too");
    })
    .await;
}

#[tokio::test]
async fn a_network_that_was_pruned_is_made_anew() {
    on_engine("pruned", |bench| async move {
        let w = bench.workload("w", vec![("a", bench.service(&[])), ("b", bench.service(&[]))]);
        bench.run(&w).await;
        bench.executor.stop(&w.id, Duration::from_secs(2)).await.unwrap();
        bench.docker.remove_network(&format!("{}_default", w.id)).await.unwrap();
        bench.run(&w).await;
        assert!(bench.look(&w.id).await.unwrap().services.values().all(|s| s.running));
    })
    .await;
}

#[tokio::test]
async fn agents_that_share_an_engine_leave_each_other_alone() {
    on_engine("shared", |bench| async move {
        let w = bench.workload("w", vec![("a", bench.service(&[Step::keep("x")])), ("b", bench.service(&[]))]);
        bench.run(&w).await;
        let before = bench.look(&w.id).await.unwrap();
        let other = bench.neighbour();
        assert!(other.observe().await.unwrap().is_empty());
        other.stop(&w.id, Duration::from_secs(1)).await.unwrap();
        other.remove(&w.id).await.unwrap();
        assert_eq!(other.prepare(&w, &NoProgress).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(bench.look(&w.id).await.unwrap(), before);
    })
    .await;
}
