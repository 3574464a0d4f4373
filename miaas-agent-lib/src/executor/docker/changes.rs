//! Wakes whenever a container of ours starts, ends or changes its health.

use std::{sync::Arc, time::Duration};

use bollard::query_parameters::EventsOptions;
use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use miaas_core::PortError;

use super::{engine::Engine, labels};

/// The events of Docker and of Podman; those of health checks' own processes are left out, they come all the time.
const EVENTS: [&str; 11] =
    ["start", "die", "died", "destroy", "remove", "oom", "pause", "unpause", "health_status", "stop", "cleanup"];

/// The engine tells of an end some milliseconds before its own list of containers shows it, so each event wakes twice.
const SETTLED: Duration = Duration::from_millis(200);

pub(super) fn changes(engine: Arc<Engine>) -> BoxStream<'static, ()> {
    stream::unfold((engine, None), |(engine, events)| async move {
        let mut events: BoxStream<'static, ()> = match events {
            Some(events) => events,
            None => subscribe(&engine).await,
        };
        if events.next().await.is_some() {
            return Some(((), (engine, Some(events))));
        }
        // The engine went away. Looking once more tells, and whatever happened meanwhile is seen then.
        tokio::time::sleep(engine.options.reconnect_every).await;
        Some(((), (engine, None)))
    })
    .boxed()
}

async fn subscribe(engine: &Engine) -> BoxStream<'static, ()> {
    let client: Result<_, PortError> = engine.client("executor.changes", "waiting for changes").await;
    let Ok(client) = client else { return stream::empty().boxed() };
    let filters = [
        ("type".to_owned(), vec!["container".to_owned()]),
        ("label".to_owned(), labels::filter(&engine.options.scope, None)),
        ("event".to_owned(), EVENTS.map(str::to_owned).to_vec()),
    ];
    let options = EventsOptions { filters: Some(filters.into()), ..EventsOptions::default() };
    // An error ends the subscription; the next one follows.
    let events = client.events(Some(options)).take_while(|e| std::future::ready(e.is_ok()));
    events.flat_map(|_| stream::iter([Duration::ZERO, SETTLED]).then(tokio::time::sleep)).boxed()
}
