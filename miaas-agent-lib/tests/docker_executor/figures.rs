//! Figures, printed and not asserted: `cargo test -p miaas-agent-lib --test docker_executor figures -- --ignored --nocapture`.

use std::time::Duration;

use bollard::{
    models::ContainerCreateBody,
    query_parameters::{CreateContainerOptions, RemoveContainerOptions},
};
use futures_util::{StreamExt as _, stream};
use miaas_core::{port::Executor as _, testing::executor_contract::ExecutorFixtures as _};
use tokio::time::Instant;

use crate::{
    bench::{Bench, on_engine},
    image::IMAGE,
};

/// The engine's own time for create and start of `count` containers, `at_once` at a time.
async fn plain(bench: &Bench, count: usize, at_once: usize) -> Duration {
    let from = Instant::now();
    let names = stream::iter(0..count).map(|i| async move {
        let name = bench.id(&format!("plain-{i}")).to_string();
        let options = CreateContainerOptions { name: Some(name.clone()), ..CreateContainerOptions::default() };
        let cmd = Some(vec!["sleep".into(), "600".into()]);
        let body = ContainerCreateBody { image: Some(IMAGE.into()), cmd, ..ContainerCreateBody::default() };
        bench.docker.create_container(Some(options), body).await.unwrap();
        bench.docker.start_container(&name, None).await.unwrap();
        name
    });
    let names: Vec<String> = names.buffer_unordered(at_once).collect().await;
    let took = from.elapsed();
    for name in names {
        let options = RemoveContainerOptions { force: true, ..RemoveContainerOptions::default() };
        bench.docker.remove_container(&name, Some(options)).await.unwrap();
    }
    took
}

/// The executor's time for the same, with prepare.
async fn ours(bench: &Bench, count: usize, at_once: usize) -> (Duration, Duration) {
    let workloads: Vec<_> = (0..count)
        .map(|i| {
            let mut service = bench.service(&[]);
            service.command = Some(vec!["sleep".into(), "600".into()]);
            bench.workload(&format!("ours-{i}"), vec![("main", service)])
        })
        .collect();
    let from = Instant::now();
    stream::iter(&workloads).for_each_concurrent(at_once, |w| bench.run(w)).await;
    let took = from.elapsed();
    let from = Instant::now();
    bench.executor.observe().await.unwrap();
    let first_look = from.elapsed();
    let from = Instant::now();
    bench.executor.observe().await.unwrap();
    println!("observing {count}: {first_look:.1?} the first time after a start, then {:.1?}", from.elapsed());
    for w in &workloads {
        bench.executor.remove(&w.id).await.unwrap();
    }
    (took, first_look)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[tokio::test]
#[ignore = "prints figures; run it on a quiet machine"]
async fn starting_next_to_the_engine_s_own_limit() {
    on_engine("figures", |bench| async move {
        for (count, rounds) in [(1, 9), (20, 3)] {
            let (mut limit, mut own) = (Vec::new(), Vec::new());
            for _ in 0..rounds {
                limit.push(plain(&bench, count, 4).await);
                own.push(ours(&bench, count, 4).await.0);
            }
            let (limit, own) = (median(limit), median(own));
            let ratio = own.as_secs_f64() / limit.as_secs_f64();
            println!("{count} containers, 4 at a time: engine {limit:.3?}, executor {own:.3?}, ratio {ratio:.2}");
        }
    })
    .await;
}
