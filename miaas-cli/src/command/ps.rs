//! `miaas ps`: the workloads of all deployments, or of some.

use clap::Args;
use miaas_core::api::v1::WorkloadItem;

use crate::{app::App, exit::Exit, output::deployment};

/// Options of `miaas ps`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  miaas ps -o wide")]
pub(crate) struct Options {
    /// Only these deployments
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

/// Lists.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let mut items = Vec::new();
    if options.names.is_empty() {
        items = client.deployments().await?;
    }
    for name in &options.names {
        items.push(client.deployment(name).await?);
    }
    let all: Vec<&WorkloadItem> = items.iter().flat_map(|d| &d.workloads).collect();
    if all.is_empty() && app.out.for_people() {
        app.say.line("no workloads");
    }
    app.out.show(&all, || {
        let pairs = items.iter().flat_map(|d| d.workloads.iter().map(move |w| (d, w)));
        deployment::workloads(pairs, app.now(), app.out.wide())
    })?;
    Ok(Exit::Done)
}
