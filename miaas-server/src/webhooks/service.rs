//! Making, showing and removing webhooks, and the tasks that send.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{CreateWebhook, CreatedWebhook, DeadLetter, Redelivered, WebhookItem},
    engine::{Orchestrator, SystemIds},
    id::EventId,
    model::{Event, Severity, Subject},
    name::Name,
    port::{IdSource as _, Key, Kind, Op, Store, StoreExt as _, Stored as _, When, Write},
    spec::{Issue, nearest},
    time::Timestamp,
};
use tokio::{
    sync::Notify,
    task::{AbortHandle, JoinSet},
};

use super::{
    WebhookConfig, WebhookPatience, filter,
    record::{Delivery, Webhook},
    sender::Sender,
    signature, worker,
};

/// Most webhooks of a control plane.
const MOST: usize = 50;
/// How long to wait when the store does not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// What is known of the sending at the moment; not stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    pub(super) last_success: Option<Timestamp>,
    pub(super) last_error: Option<String>,
    pub(super) next_try: Option<Timestamp>,
}

/// The webhooks of a control plane.
#[derive(Debug)]
pub(crate) struct Webhooks {
    pub(super) store: Arc<dyn Store>,
    pub(super) orchestrator: Arc<Orchestrator>,
    pub(super) sender: Sender,
    pub(super) patience: WebhookPatience,
    live: Mutex<BTreeMap<Name, Live>>,
    changed: Notify,
}

impl Webhooks {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        orchestrator: Arc<Orchestrator>,
        config: &WebhookConfig,
    ) -> Result<Self, PortError> {
        let sender = Sender::new(&config.allow, config.patience.timeout)?;
        let (live, changed) = (Mutex::default(), Notify::new());
        Ok(Self { store, orchestrator, sender, patience: config.patience, live, changed })
    }

    pub(super) fn live(&self) -> MutexGuard<'_, BTreeMap<Name, Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends for ever.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut tasks = JoinSet::new();
        let mut running: BTreeMap<(Name, Timestamp), AbortHandle> = BTreeMap::new();
        loop {
            let hooks = match self.store.read_all::<Webhook>().await {
                Ok(hooks) => hooks,
                Err(e) => {
                    tracing::warn!(error = %e.chain(), "the webhooks cannot be read; trying again");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            let wanted: BTreeMap<_, _> =
                hooks.into_iter().map(|h| ((h.value.name.clone(), h.value.created_at), h.value)).collect();
            for (_, task) in running.extract_if(.., |known, _| !wanted.contains_key(known)) {
                task.abort();
            }
            for (known, hook) in wanted {
                running.entry(known).or_insert_with(|| tasks.spawn(worker::work(Arc::clone(&self), hook)));
            }
            self.changed.notified().await;
            while tasks.try_join_next().is_some() {}
        }
    }

    /// Makes a webhook. It sends what happens from now on.
    pub(crate) async fn create(&self, body: CreateWebhook) -> Result<CreatedWebhook, PortError> {
        let mut issues = filter::check(&body.events);
        if let Err(why) = self.sender.address(&body.url) {
            let hint = "an address on the internet; others are allowed with `miaas server --webhook-allow NETWORK`";
            issues.push(Issue::new("/url", why).with_hint(hint));
        }
        let name = Name::parse(&body.name).map_err(|e| issues.push(Issue::new("/name", e.to_string()))).ok();
        let Some(name) = name.filter(|_| issues.is_empty()) else {
            return Err(PortError::invalid("webhook.create", issues));
        };
        let all = self.store.read_all::<Webhook>().await?;
        let conflict = |message: String| PortError::new(ErrorKind::Conflict, "webhook.create", message);
        if all.len() >= MOST {
            return Err(conflict(format!("there are {MOST} webhooks already")).with_hint("remove one first"));
        }
        let hook = Webhook {
            name: name.clone(),
            url: body.url,
            secret: signature::new_key()?,
            events: body.events,
            min_severity: body.min_severity,
            created_at: self.orchestrator.now(),
        };
        let cursor = self.orchestrator.newest_event();
        let delivery = Delivery { webhook: name.clone(), cursor, gaps: 0, dead: Vec::new() };
        let writes = vec![hook.put(When::Absent)?, delivery.put(When::Any)?];
        self.store.commit(writes).await.map_err(|e| match e.kind() {
            ErrorKind::Conflict => conflict(format!("a webhook {name} exists already")).with_hint("take another name"),
            _ => e,
        })?;
        self.live().remove(&name);
        self.changed.notify_one();
        let webhook = self.item(&hook, &delivery);
        Ok(CreatedWebhook { webhook, secret: hook.secret })
    }

    pub(crate) async fn list(&self) -> Result<Vec<WebhookItem>, PortError> {
        let deliveries = self.store.read_all::<Delivery>().await?;
        let deliveries: BTreeMap<Name, Delivery> =
            deliveries.into_iter().map(|d| (d.value.webhook.clone(), d.value)).collect();
        let hooks = self.store.read_all::<Webhook>().await?;
        Ok(hooks.iter().filter_map(|h| Some(self.item(&h.value, deliveries.get(&h.value.name)?))).collect())
    }

    pub(crate) async fn show(&self, name: &str) -> Result<WebhookItem, PortError> {
        let hook = self.find(name).await?;
        Ok(self.item(&hook, &self.delivery(&hook.name).await?))
    }

    pub(crate) async fn delete(&self, name: &str) -> Result<(), PortError> {
        let hook = self.find(name).await?;
        let gone = |kind| Write { key: Key::new(kind, hook.name.as_str()), op: Op::Delete, when: When::Any };
        self.store.commit(vec![gone(Kind::Webhook), gone(Kind::Delivery)]).await?;
        self.live().remove(&hook.name);
        self.changed.notify_one();
        Ok(())
    }

    /// Sends an event that happened nowhere, and waits for the answer.
    pub(crate) async fn test(&self, name: &str) -> Result<(), PortError> {
        let hook = self.find(name).await?;
        let now = self.orchestrator.now();
        let event = Event {
            id: EventId::from_bits(SystemIds.next_bits()),
            at: now,
            severity: Severity::Info,
            reason: "webhook.test".to_owned(),
            subject: Subject {
                kind: "webhook".to_owned(),
                id: hook.name.to_string(),
                name: hook.name.to_string(),
                deployment: None,
            },
            message: "a test, sent because somebody asked for it".to_owned(),
        };
        self.sender
            .send(&hook.url, &hook.secret, &event, now)
            .await
            .map_err(|why| PortError::unavailable("webhook.test", format!("{} did not take the test: {why}", hook.url)))
    }

    pub(crate) async fn dead(&self, name: &str) -> Result<Vec<DeadLetter>, PortError> {
        let hook = self.find(name).await?;
        Ok(self.delivery(&hook.name).await?.dead)
    }

    pub(crate) async fn clear(&self, name: &str) -> Result<(), PortError> {
        let hook = self.find(name).await?;
        self.change(&hook.name, |d| d.dead.clear()).await.map(drop)
    }

    /// Sends the dead letters again, oldest first, until one does not arrive.
    pub(crate) async fn redeliver(&self, name: &str) -> Result<Redelivered, PortError> {
        let hook = self.find(name).await?;
        let mut done = Redelivered::default();
        for letter in self.delivery(&hook.name).await?.dead {
            let now = self.orchestrator.now();
            if let Err(why) = self.sender.send(&hook.url, &hook.secret, &letter.event, now).await {
                done.error = Some(why);
                break;
            }
            self.change(&hook.name, |d| d.dead.retain(|l| l.event.id != letter.event.id)).await?;
            done.delivered += 1;
        }
        done.left = self.delivery(&hook.name).await?.dead.len();
        Ok(done)
    }

    /// Changes how far a webhook has come. False when it is gone.
    pub(super) async fn change(&self, name: &Name, change: impl Fn(&mut Delivery)) -> Result<bool, PortError> {
        loop {
            let Some(found) = self.store.read::<Delivery>(name.as_str()).await? else { return Ok(false) };
            let mut next = found.value.clone();
            change(&mut next);
            if next == found.value {
                return Ok(true);
            }
            match self.store.commit(vec![next.put(When::At(found.revision))?]).await {
                Err(e) if e.kind() == ErrorKind::Conflict => {}
                other => return other.map(|_| true),
            }
        }
    }

    async fn find(&self, name: &str) -> Result<Webhook, PortError> {
        if let Some(found) = self.store.read::<Webhook>(name).await? {
            return Ok(found.value);
        }
        let all = self.store.read_all::<Webhook>().await?;
        let near = nearest(name, all.iter().map(|h| h.value.name.as_str()));
        let shown: String = name.chars().take(80).collect();
        let hint = near.map_or_else(|| "`miaas webhook ls` lists them".to_owned(), |n| format!("did you mean {n}?"));
        Err(PortError::not_found("webhook", format!("webhook {shown:?}")).with_hint(hint))
    }

    async fn delivery(&self, name: &Name) -> Result<Delivery, PortError> {
        let found = self.store.read::<Delivery>(name.as_str()).await?;
        found.map(|d| d.value).ok_or_else(|| PortError::not_found("webhook", format!("webhook {name}")))
    }

    fn item(&self, hook: &Webhook, delivery: &Delivery) -> WebhookItem {
        let behind = self.orchestrator.events(delivery.cursor, usize::MAX);
        let live = self.live().get(&hook.name).cloned().unwrap_or_default();
        WebhookItem {
            name: hook.name.clone(),
            url: hook.url.clone(),
            events: hook.events.clone(),
            min_severity: hook.min_severity,
            created_at: hook.created_at,
            cursor: delivery.cursor,
            waiting: behind.iter().filter(|(_, e)| hook.wants(e)).count(),
            dead: delivery.dead.len(),
            gaps: delivery.gaps,
            last_success: live.last_success,
            last_error: live.last_error,
            next_try: live.next_try,
        }
    }
}
