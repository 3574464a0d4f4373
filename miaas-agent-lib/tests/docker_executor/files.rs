//! Configs and secrets: where they arrive, and where they must not be found.

use std::path::Path;

use miaas_core::{
    model::{FileMount, RenderedWorkload, RestartPolicy},
    port::Executor as _,
    secret::Secret,
    testing::executor_contract::ExecutorFixtures as _,
};

use crate::bench::{Bench, on_engine};

const SECRET: &str = "s3cr3t-\"quoted\"\nsecond line";

fn workload(bench: &Bench, text: &str) -> RenderedWorkload {
    let file = |target: &str, mode, uid, secret| FileMount {
        content: Secret::new(text),
        target: target.into(),
        mode,
        uid,
        gid: uid,
        secret,
    };
    let mut main = bench.service(&[]);
    main.command =
        Some(["sh", "-c", "cat /run/secrets/token; echo; echo end; exec sleep 600"].map(str::to_owned).into());
    main.user = Some("1000:1000".into());
    main.read_only = true;
    main.restart = RestartPolicy::Always;
    main.files =
        vec![file("/run/secrets/token", 0o400, Some(1000), true), file("/etc/app/app.conf", 0o644, None, false)];
    bench.workload("w", vec![("main", main), ("other", bench.service(&[]))])
}

/// The paths on the node of what the container mounts, by target.
async fn sources(bench: &Bench, w: &RenderedWorkload) -> std::collections::BTreeMap<String, String> {
    let seen = bench.docker.inspect_container(&bench.container(w, "main"), None).await.unwrap();
    seen.mounts.unwrap().into_iter().map(|m| (m.destination.unwrap(), m.source.unwrap())).collect()
}

#[tokio::test]
async fn files_arrive_as_they_are_and_are_found_nowhere_else() {
    on_engine("files", |bench| async move {
        let w = workload(&bench, SECRET);
        bench.run(&w).await;
        let said = bench.until_said(&w, "end").await;
        assert_eq!(said[..2].join("\n"), SECRET, "the user that it belongs to can read it");
        let container = bench.container(&w, "main");
        let seen = format!("{:?}", bench.docker.inspect_container(&container, None).await.unwrap());
        assert!(!seen.contains("s3cr3t"), "the secret is in the container's configuration");
        let sources = sources(&bench, &w).await;
        use std::os::unix::fs::MetadataExt as _;
        let meta = std::fs::metadata(&sources["/run/secrets/token"]).unwrap();
        assert_eq!((meta.mode() & 0o7777, meta.uid(), meta.gid()), (0o400, 1000, 1000));
        let meta = std::fs::metadata(&sources["/etc/app/app.conf"]).unwrap();
        assert_eq!((meta.mode() & 0o7777, meta.uid()), (0o644, 0));
        // The layer of the container has the place, and nothing in it.
        let export = bench.docker.export_container(&container);
        let bytes: Vec<_> = futures_util::TryStreamExt::try_collect(export).await.unwrap();
        let whole: Vec<u8> = bytes.into_iter().flatten().collect();
        assert!(!whole.windows(6).any(|w| w == b"s3cr3t"), "the secret is in a layer");
        // Another agent process and another start of the container find them again.
        bench.docker.restart_container(&container, None).await.unwrap();
        bench.fresh().start(&w).await.unwrap();
        assert!(bench.look(&w.id).await.unwrap().services["main"].running);
        bench.executor.remove(&w.id).await.unwrap();
        assert!(sources.values().all(|path| !Path::new(path).exists()), "they go with the workload");
    })
    .await;
}

#[tokio::test]
async fn a_changed_file_replaces_its_service_and_one_that_is_gone_is_made_again() {
    on_engine("changed", |bench| async move {
        let (old, new) = (workload(&bench, "one"), workload(&bench, "two"));
        bench.run(&old).await;
        bench.until_said(&old, "end").await;
        let (before, first) = (bench.look(&old.id).await.unwrap(), sources(&bench, &old).await);
        bench.run(&new).await;
        let said = bench.until_said(&new, "end").await;
        assert_eq!(said[0], "two");
        let after = bench.look(&new.id).await.unwrap();
        assert_eq!(before.services["other"], after.services["other"]);
        assert!(first.values().all(|path| !Path::new(path).exists()), "the old files are removed");
        // As after a restart of the node, whose memory was lost.
        bench.executor.stop(&new.id, std::time::Duration::from_secs(1)).await.unwrap();
        let second = sources(&bench, &new).await;
        let folder = Path::new(&second["/run/secrets/token"]).parent().unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        bench.run(&new).await;
        assert!(bench.look(&new.id).await.unwrap().services["main"].running);
    })
    .await;
}

#[tokio::test]
async fn files_that_are_left_of_an_attempt_are_observed_and_removed() {
    on_engine("left", |bench| async move {
        let w = workload(&bench, "x");
        bench.run(&w).await;
        let sources = sources(&bench, &w).await;
        for service in ["main", "other"] {
            bench.remove_foreign(&bench.container(&w, service)).await;
        }
        bench.docker.remove_network(&format!("{}_default", w.id)).await.unwrap();
        let left = bench.look(&w.id).await.unwrap();
        assert_eq!((left.deployment, left.services.len()), (w.deployment.clone(), 0));
        bench.executor.remove(&w.id).await.unwrap();
        assert_eq!(bench.look(&w.id).await, None);
        assert!(sources.values().all(|path| !Path::new(path).exists()));
    })
    .await;
}
