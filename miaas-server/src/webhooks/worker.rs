//! The task of one webhook.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use miaas_core::{
    PortError,
    api::v1::DeadLetter,
    engine::SystemIds,
    model::Event,
    port::{IdSource as _, StoreExt as _},
};

use super::{
    record::{Delivery, Webhook},
    service::Webhooks,
};

/// Events that are looked at together.
const PAGE: usize = 256;
/// How long to wait when the store does not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// Sends until the webhook is gone.
pub(super) async fn work(hooks: Arc<Webhooks>, hook: Webhook) {
    loop {
        match page(&hooks, &hook).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(e) => {
                tracing::warn!(webhook = %hook.name, error = %e.chain(), "sending waits for the store");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Sends the next events, or waits for one. False when the webhook is gone.
async fn page(hooks: &Webhooks, hook: &Webhook) -> Result<bool, PortError> {
    let Some(delivery) = hooks.store.read::<Delivery>(hook.name.as_str()).await? else { return Ok(false) };
    let mut cursor = delivery.value.cursor;
    if !hooks.orchestrator.has_all_events_after(cursor) {
        tracing::warn!(webhook = %hook.name, "events were too old to be kept before they could be sent");
        let first =
            hooks.orchestrator.events(cursor, 1).first().map_or(cursor, |(revision, _)| revision.saturating_sub(1));
        cursor = first;
        if !hooks.change(&hook.name, |d| (d.cursor, d.gaps) = (first, d.gaps + 1)).await? {
            return Ok(false);
        }
    }
    let events = hooks.orchestrator.events(cursor, PAGE);
    let Some((newest, _)) = events.last().cloned() else {
        return Ok(hooks.orchestrator.watch_events(cursor).next().await.is_some());
    };
    let mut unsaved = cursor;
    for (i, (revision, event)) in events.iter().enumerate().filter(|(_, (_, e))| hook.wants(e)) {
        // All that is before this revision is done.
        let before = revision.saturating_sub(1);
        if before > unsaved {
            unsaved = before;
            if !hooks.change(&hook.name, |d| d.cursor = d.cursor.max(before)).await? {
                return Ok(false);
            }
        }
        let dead = deliver(hooks, hook, event).await;
        let last = events.get(i + 1).is_none_or(|(next, _)| next > revision);
        let done = |d: &mut Delivery| {
            if let Some(letter) = &dead {
                d.bury(letter.clone());
            }
            if last {
                d.cursor = d.cursor.max(*revision);
            }
        };
        if !hooks.change(&hook.name, done).await? {
            return Ok(false);
        }
    }
    hooks.change(&hook.name, |d| d.cursor = d.cursor.max(newest)).await
}

/// Sends one event, for as long as it takes. What had to be given up comes back. Time counts from the event on, so that a
/// restart gives it no more; each is tried once at least.
async fn deliver(hooks: &Webhooks, hook: &Webhook, event: &Event) -> Option<DeadLetter> {
    let mut tries = 0_u32;
    loop {
        let now = hooks.orchestrator.now();
        let error = match hooks.sender.send(&hook.url, &hook.secret, event, now).await {
            Ok(()) => {
                let mut live = hooks.live();
                let live = live.entry(hook.name.clone()).or_default();
                (live.last_success, live.last_error, live.next_try) = (Some(now), None, None);
                return None;
            }
            Err(error) => error,
        };
        tries = tries.saturating_add(1);
        let now = hooks.orchestrator.now();
        let pause = hooks.patience.pause(tries, SystemIds.next_bits());
        let over = now.since(event.at).saturating_add(pause) > hooks.patience.give_up_after;
        tracing::warn!(webhook = %hook.name, event = %event.id, tries, error, given_up = over, "an event did not arrive");
        {
            let mut live = hooks.live();
            let live = live.entry(hook.name.clone()).or_default();
            (live.last_error, live.next_try) = (Some(error.clone()), (!over).then(|| now.plus(pause)));
        }
        if over {
            return Some(DeadLetter { event: event.clone(), error, tries, at: now });
        }
        tokio::time::sleep(pause).await;
    }
}
