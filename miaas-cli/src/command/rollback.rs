//! `miaas rollback`: an old revision becomes the wanted one again.

use clap::Args;

use super::{
    deploy::show,
    update::{How, planned},
};
use crate::{
    app::App,
    exit::Exit,
    wait::{Goal, wait},
};

/// Options of `miaas rollback`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas rollback cache
  miaas rollback cache --to 3

The old revision comes back as a new one, by the same rules as any update; `miaas history` lists what is kept.")]
pub(crate) struct Options {
    /// Name or id of the deployment
    #[arg(value_name = "NAME")]
    name: String,
    /// The revision [default: the last one before that was ready]
    #[arg(long, value_name = "REVISION")]
    to: Option<u64>,
    #[command(flatten)]
    how: How,
}

/// Goes back.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    if options.how.dry_run {
        return planned(app, &client.plan_rollback(&options.name, options.to).await?);
    }
    let item = client.rollback(&options.name, options.to).await?;
    app.say.line(&format!("{} gets revision {}", item.name, item.revision));
    let (exit, item) = match options.how.wait.limit() {
        Some(limit) => wait(app, &client, &item, Goal::Ready, limit).await?,
        None => (Exit::Done, Some(item)),
    };
    if let Some(item) = item {
        show(app, &client, &item, exit).await?;
    }
    Ok(exit)
}
