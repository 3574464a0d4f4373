//! `miaas resume`: a paused update goes on.

use clap::Args;

use crate::{app::App, exit::Exit};

/// Options of `miaas resume`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  miaas resume cache")]
pub(crate) struct Options {
    /// Name or id of the deployment
    #[arg(value_name = "NAME")]
    name: String,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let item = app.client()?.resume(&options.name).await?;
    app.say.line(&format!("{}: the update to revision {} goes on", item.name, item.revision));
    app.out.show(&item, String::new)?;
    Ok(Exit::Done)
}
