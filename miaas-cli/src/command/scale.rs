//! `miaas scale`: change the number of replicas.

use clap::Args;
use miaas_core::api::v1::UpdateDeployment;

use super::update::{How, apply};
use crate::{app::App, exit::Exit, wait::Goal};

/// Options of `miaas scale`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  miaas scale hello-world 3\n\nInstances that go take their volumes along, the last ones first."
)]
pub(crate) struct Options {
    /// Name or id of the deployment
    name: String,
    /// How many instances
    #[arg(allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..))]
    replicas: u32,
    #[command(flatten)]
    how: How,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let update = UpdateDeployment { replicas: Some(options.replicas), ..UpdateDeployment::default() };
    apply(app, &options.name, update, Goal::Ready, &options.how).await
}
