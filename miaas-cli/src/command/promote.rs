//! `miaas promote`: the canaries of an update have proved themselves, the other replicas follow.

use clap::Args;

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
    let item = app.client()?.promote(&options.name).await?;
    app.say.line(&format!("{}: the update to revision {} is promoted", item.name, item.revision));
    app.out.show(&item, String::new)?;
    Ok(Exit::Done)
}
