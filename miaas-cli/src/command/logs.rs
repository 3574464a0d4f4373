//! `miaas logs`: the output of a deployment (D6).

use std::{collections::BTreeSet, time::Duration};

use clap::Args;
use futures_util::StreamExt as _;
use miaas_core::{
    api::v1::DeploymentItem,
    port::{LogLine, LogOptions},
    time::Timestamp,
};

use crate::{app::App, exit::Exit, seconds};

/// Options of `miaas logs`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas logs -f hello-world
  miaas logs cache --tail 20 --since 10m --service redis")]
pub(crate) struct Options {
    /// Name or id of the deployment
    name: String,
    /// Wait for more
    #[arg(long, short)]
    follow: bool,
    /// Only so many lines from the end, per service
    #[arg(long, short = 'n', value_name = "N")]
    tail: Option<u64>,
    /// Only what is not older than this, for example 10m
    #[arg(long, value_name = "TIME", value_parser = seconds::parse)]
    since: Option<Duration>,
    /// Only this service
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Show when each line was written
    #[arg(long, short)]
    timestamps: bool,
}

/// Shows.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let item = client.deployment(&options.name).await?;
    let many = sources(&item) > 1;
    let ask = LogOptions {
        follow: options.follow,
        tail: options.tail,
        since: options.since.map(|span| before(app.now(), span)),
        service: options.service,
    };
    let mut lines = client.logs(item.id.as_str(), &ask).await?;
    while let Some(line) = lines.next().await {
        let line = line?;
        app.out.item(&line, || text(&line, many, options.timestamps))?;
    }
    Ok(Exit::Done)
}

/// How many different outputs the deployment has: with one, lines need no prefix.
fn sources(item: &DeploymentItem) -> usize {
    let services: BTreeSet<&String> = item.workloads.iter().flat_map(|w| w.state.services.keys()).collect();
    item.workloads.len().max(services.len())
}

fn text(line: &LogLine, many: bool, timestamps: bool) -> String {
    let at = line.at.filter(|_| timestamps).map(|at| format!("{at} ")).unwrap_or_default();
    let from = if many { format!("{} {} | ", line.workload, line.service) } else { String::new() };
    format!("{at}{from}{}", line.text)
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.as_millis().saturating_sub(span).max(0))
}
