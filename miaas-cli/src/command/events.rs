//! `miaas events`: what happened (D8).

use std::time::Duration;

use clap::Args;
use futures_util::StreamExt as _;
use miaas_client::Client;
use miaas_core::{api::v1::EventItem, id::EventId, model::Severity};

use crate::{app::App, exit::Exit};

/// Time between two attempts to go on after the connection broke.
const PAUSE: Duration = Duration::from_secs(1);

/// Options of `miaas events`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas events -f
  miaas events --tail 20
  miaas events -o json | head

A following reader goes on where it was when the connection breaks.")]
pub(crate) struct Options {
    /// Wait for more
    #[arg(long, short)]
    follow: bool,
    /// Only what came after this cursor
    #[arg(long, value_name = "CURSOR", default_value_t = 0)]
    after: u64,
    /// At most so many
    #[arg(long, value_name = "N", conflicts_with = "follow")]
    limit: Option<usize>,
    /// Only the newest so many, 1 to 1000, and with --follow what comes after them
    #[arg(long, value_name = "N", conflicts_with_all = ["after", "limit"])]
    tail: Option<usize>,
}

/// How many are asked for at once.
const PAGE: usize = 500;

/// Shows.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let (mut after, mut left) = (options.after, options.limit.unwrap_or(usize::MAX));
    if let Some(tail) = options.tail {
        let items = client.newest_events(tail).await?;
        for item in &items {
            app.out.item(item, || text(item))?;
        }
        let last = items.last().map_or(0, |item| item.cursor);
        return if options.follow { follow(app, &client, last).await } else { Ok(Exit::Done) };
    }
    if options.follow {
        return follow(app, &client, after).await;
    }
    while left > 0 {
        let items = client.events(after, left.min(PAGE)).await?;
        let Some(last) = items.last() else { break };
        after = last.cursor;
        for item in items.iter().take(left) {
            app.out.item(item, || text(item))?;
        }
        left = left.saturating_sub(items.len());
    }
    Ok(Exit::Done)
}

async fn follow(app: &App, client: &Client, after: u64) -> anyhow::Result<Exit> {
    let mut place = Place { before: after, cursor: after, seen: Vec::new() };
    // The first connection must stand: a wrong address or key is an error, not something to wait out.
    let mut stream = client.watch_events(after).await?;
    loop {
        let broken = loop {
            match stream.next().await {
                Some(Ok(item)) if place.is_new(&item) => app.out.item(&item, || text(&item))?,
                Some(Ok(_)) => {}
                Some(Err(e)) if e.retryable() => break e.to_string(),
                Some(Err(e)) => return Err(e.into()),
                None => break "the server closed the connection".to_owned(),
            }
        };
        app.say.warning(&format!("{broken}; going on as soon as it is back"));
        stream = loop {
            tokio::time::sleep(PAUSE).await;
            match client.watch_events(place.before).await {
                Ok(stream) => break stream,
                Err(e) if e.retryable() => {}
                Err(e) => return Err(e.into()),
            }
        };
    }
}

/// Where a follower is. Several events can have one cursor, so it goes on before the last one and leaves out what it knows.
#[derive(Debug)]
struct Place {
    before: u64,
    cursor: u64,
    seen: Vec<EventId>,
}

impl Place {
    fn is_new(&mut self, item: &EventItem) -> bool {
        if item.cursor > self.cursor {
            self.before = self.cursor;
            self.cursor = item.cursor;
            self.seen.clear();
        } else if self.seen.contains(&item.event.id) {
            return false;
        }
        self.seen.push(item.event.id.clone());
        true
    }
}

fn text(item: &EventItem) -> String {
    let event = &item.event;
    let severity = match event.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let message = event.message.replace(|c: char| c.is_control(), " ");
    format!(
        "{}  {severity:<7}  {:<22}  {} {}: {message}",
        event.at, event.reason, event.subject.kind, event.subject.name
    )
}
