//! `miaas promote`: the canaries of an update have proved themselves, the other replicas follow.

use clap::Args;
use miaas_core::api::v1::UpdateDeployment;

use crate::{app::App, exit::Exit};

/// Options of `miaas promote`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  miaas promote cache")]
pub(crate) struct Options {
    /// Name or id of the deployment
    #[arg(value_name = "NAME")]
    name: String,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let item = client.deployment(&options.name).await?;
    let mut update = item.update.clone();
    update.canary.promoted = Some(item.revision);
    let item = client.update(&options.name, &UpdateDeployment { update: Some(update), ..Default::default() }).await?;
    app.say.line(&format!("{}: the update to revision {} is promoted", item.name, item.revision));
    app.out.show(&item, String::new)?;
    Ok(Exit::Done)
}
