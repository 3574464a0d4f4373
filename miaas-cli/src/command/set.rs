//! `miaas set`: change parameters of a deployment.

use clap::Args;
use miaas_core::{api::v1::UpdateDeployment, model::Params};
use serde_json::Value;

use super::update::{How, apply};
use crate::{app::App, exit::Exit, failure::fail, pairs, wait::Goal};

/// Options of `miaas set`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas set cache maxmemory=256MiB
  miaas set cache --unset maxmemory        back to the default")]
pub(crate) struct Options {
    /// Name or id of the deployment
    name: String,
    /// Values
    #[arg(value_name = "KEY=VALUE", value_parser = pairs::pair, required_unless_present = "unset")]
    values: Vec<(String, String)>,
    /// Takes a parameter back to its default
    #[arg(long, value_name = "KEY")]
    unset: Vec<String>,
    #[command(flatten)]
    how: How,
}

/// Sets.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let item = client.deployment(&options.name).await?;
    if item.template == "compose" {
        let hint = format!("change the file: miaas deploy -f FILE {0} --env KEY=VALUE", item.name);
        return Err(fail(format!("{} was made from a Compose file and has no parameters", item.name), hint));
    }
    let mut params = pairs::typed(&options.values, &client.template(&item.template).await?.manifest);
    params.extend(options.unset.into_iter().map(|key| (key, Value::Null)).collect::<Params>());
    let update = UpdateDeployment { params, ..UpdateDeployment::default() };
    apply(app, &options.name, update, Goal::Ready, &options.how).await
}
