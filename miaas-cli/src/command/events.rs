//! `miaas events`: what happened (D8).

use std::time::Duration;

use clap::Args;
use futures_util::StreamExt as _;
use miaas_client::{Client, ClientError};
use miaas_core::api::v1::EventItem;

use crate::{app::App, exit::Exit};

/// Time between two attempts to go on after the connection broke.
const PAUSE: Duration = Duration::from_secs(1);

/// Options of `miaas events`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas events -f
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
}

/// How many are asked for at once.
const PAGE: usize = 500;

/// Shows.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let (mut after, mut left) = (options.after, options.limit.unwrap_or(usize::MAX));
    if options.follow {
        return follow(app, &client, after).await;
    }
    while left > 0 {
        let items = client.events(after, left.min(PAGE)).await?;
        let Some(last) = items.last() else { break };
        after = last.cursor;
        left = left.saturating_sub(items.len());
        for item in &items {
            app.out.item(item, || text(item))?;
        }
    }
    Ok(Exit::Done)
}

async fn follow(app: &App, client: &Client, mut after: u64) -> anyhow::Result<Exit> {
    // The first connection must stand: a wrong address or key is an error, not something to wait out.
    let mut stream = client.watch_events(after).await?;
    loop {
        let broken = loop {
            match stream.next().await {
                Some(Ok(item)) => {
                    after = after.max(item.cursor);
                    app.out.item(&item, || text(&item))?;
                }
                Some(Err(e)) if e.retryable() => break e.to_string(),
                Some(Err(e)) => return Err(e.into()),
                None => break "the server closed the connection".to_owned(),
            }
        };
        app.say.warning(&format!("{broken}; going on from {after}"));
        stream = loop {
            tokio::time::sleep(PAUSE).await;
            match client.watch_events(after).await {
                Ok(stream) => break stream,
                Err(e) if ClientError::retryable(&e) => {}
                Err(e) => return Err(e.into()),
            }
        };
    }
}

fn text(item: &EventItem) -> String {
    let event = &item.event;
    let severity = match event.severity {
        miaas_core::model::Severity::Info => "info",
        miaas_core::model::Severity::Warning => "warning",
        miaas_core::model::Severity::Error => "error",
    };
    let message = event.message.replace(|c: char| c.is_control(), " ");
    format!(
        "{}  {severity:<7}  {:<22}  {} {}: {message}",
        event.at, event.reason, event.subject.kind, event.subject.name
    )
}
