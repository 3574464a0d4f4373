//! `miaas plan`: what `deploy` would change, where, and why (D4).

use clap::Args;

use super::wanted::Wanted;
use crate::{app::App, exit::Exit, output::plan};

/// Options of `miaas plan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  miaas plan redis cache --replicas 3 && echo nothing to do

Exit codes: 0 nothing would change, 1 error, 2 changes pending or no place.")]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
    /// Show the rendered Compose documents too
    #[arg(long)]
    show_compose: bool,
}

/// Plans.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let answer = options.wanted.request(&client).await?.plan(&client).await?;
    app.out.show(&answer, || plan::text(&answer, options.show_compose || app.out.wide()))?;
    Ok(plan::exit(&answer))
}
