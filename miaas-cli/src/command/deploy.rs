//! `miaas deploy`: make it so. Saying the same thing again changes nothing.

use clap::Args;
use miaas_client::Client;
use miaas_core::api::v1::{DeploymentItem, Outputs};

use super::{
    update::planned,
    wanted::{Request, Wanted},
};
use crate::{
    app::App,
    exit::Exit,
    output::deployment,
    wait::{Goal, WaitArgs, wait},
};

/// Options of `miaas deploy`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas deploy redis cache --set maxmemory=128MiB
  miaas deploy -f compose.yaml shop --env TAG=1.4 --replicas 2

An existing deployment of that name is changed: what is not given stays as it is.
Exit codes: 0 ready, 1 error or not ready in time, 2 no node can take it.")]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
    /// Only show what would change (exit code 2 when that is anything)
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: WaitArgs,
}

/// Deploys.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let request = options.wanted.request(&client).await?;
    if options.dry_run {
        return planned(app, &request.plan(&client).await?);
    }
    let item = send(app, &client, &request).await?;
    let (exit, item) = match options.wait.limit() {
        Some(limit) => wait(app, &client, &item, Goal::Ready, limit).await?,
        None => (Exit::Done, Some(item)),
    };
    if let Some(item) = item {
        show(app, &client, &item, exit).await?;
    }
    Ok(exit)
}

async fn send(app: &App, client: &Client, request: &Request) -> anyhow::Result<DeploymentItem> {
    let (word, item) = match request {
        Request::Create(create) => ("created", client.create(create).await?),
        Request::Update(before, update) => {
            let item = client.update(before.id.as_str(), update).await?;
            (if item.generation == before.generation { "unchanged" } else { "updated" }, item)
        }
    };
    app.say.line(&format!("{} {word}", item.name));
    Ok(item)
}

/// Shows what came of it.
pub(crate) async fn show(app: &App, client: &Client, item: &DeploymentItem, exit: Exit) -> anyhow::Result<()> {
    // Outputs name ports and addresses; they exist once everything has its place.
    let outputs = match exit {
        Exit::Done if app.out.for_people() => client.outputs(item.id.as_str()).await?,
        _ => Outputs::new(),
    };
    app.out.show(item, || {
        let mut text = deployment::list(std::slice::from_ref(item), app.now(), app.out.wide());
        for (name, value) in &outputs {
            text.push_str(&format!("\n{name}: {value}"));
        }
        text
    })
}
