//! Wakes whenever a container of ours starts, ends, is edited or changes its health.

use std::{sync::Arc, time::Duration};

use bollard::{models::EventMessage, query_parameters::EventsOptions};
use futures_util::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use miaas_core::PortError;
use tokio::time::Instant;

use super::{engine::Engine, labels};

/// The events of Docker and of Podman; those of health checks' own processes are left out, they come all the time.
const EVENTS: [&str; 12] = [
    "start",
    "die",
    "died",
    "destroy",
    "remove",
    "oom",
    "pause",
    "unpause",
    "health_status",
    "stop",
    "cleanup",
    EDITED,
];
/// Of these, the one after which a container is not what it was before.
const EDITED: &str = "update";

/// The engine tells of an end some milliseconds before its own list of containers shows it, so there is always one more
/// wake so much after an event. Events in between are not told one by one: each look costs the engine.
const SETTLED: Duration = Duration::from_millis(200);

pub(super) fn changes(engine: Arc<Engine>) -> BoxStream<'static, ()> {
    let probed = stream::unfold(Arc::clone(&engine), |engine| async move {
        engine.probes.changed().await;
        Some(((), engine))
    });
    stream::select(of_engine(engine), probed).boxed()
}

fn of_engine(engine: Arc<Engine>) -> BoxStream<'static, ()> {
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

async fn subscribe(engine: &Arc<Engine>) -> BoxStream<'static, ()> {
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
    let engine = Arc::clone(engine);
    let noted = events.filter_map(move |e| std::future::ready(e.ok().map(|event| note(&engine, event))));
    settle(noted.boxed()).boxed()
}

fn note(engine: &Engine, event: EventMessage) {
    if event.action.as_deref() == Some(EDITED)
        && let Some(id) = event.actor.and_then(|actor| actor.id)
    {
        engine.looks.forget(&id);
    }
}

/// Wakes at the first event, and at the end of each [`SETTLED`] for as long as there were events in it or it is the first.
fn settle(events: BoxStream<'static, ()>) -> impl Stream<Item = ()> {
    stream::unfold((events, None), |(mut events, mut settles_at)| async move {
        let Some(at) = settles_at.take() else {
            events.next().await?;
            return Some(((), (events, Some(Instant::now() + SETTLED))));
        };
        let mut more = false;
        let wait = tokio::time::sleep_until(at);
        tokio::pin!(wait);
        loop {
            tokio::select! {
                () = &mut wait => return Some(((), (events, more.then(|| Instant::now() + SETTLED)))),
                event = events.next() => {
                    event?;
                    more = true;
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When `settle` wakes, in milliseconds, for events at these times.
    async fn wakes(events: &'static [u64]) -> Vec<u128> {
        let start = Instant::now();
        let events = stream::iter(events)
            .then(move |at| tokio::time::sleep_until(start + Duration::from_millis(*at)))
            .chain(stream::pending())
            .boxed();
        let end = start + Duration::from_secs(5);
        settle(events)
            .map(move |()| start.elapsed().as_millis())
            .take_until(tokio::time::sleep_until(end))
            .collect()
            .await
    }

    #[tokio::test(start_paused = true)]
    async fn one_event_wakes_twice() {
        assert_eq!(wakes(&[100]).await, [100, 300]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_wakes_five_times_a_second_and_once_after_the_last() {
        assert_eq!(wakes(&[0, 10, 20, 30, 190, 250, 390]).await, [0, 200, 400, 600]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_after_a_quiet_time_wakes_at_once() {
        assert_eq!(wakes(&[0, 1000]).await, [0, 200, 1000, 1200]);
    }
}
