//! `miaas stop`: stop a deployment; its places and volumes stay.

use clap::Args;
use miaas_core::api::v1::UpdateDeployment;
use miaas_core::model::RunState;

use super::update::{How, apply};
use crate::{app::App, exit::Exit, wait::Goal};

/// Options of `miaas stop`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  miaas stop hello-world")]
pub(crate) struct Options {
    /// Name or id of the deployment
    name: String,
    #[command(flatten)]
    how: How,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let update = UpdateDeployment { state: Some(RunState::Stopped), ..UpdateDeployment::default() };
    apply(app, &options.name, update, Goal::Stopped, &options.how).await
}
