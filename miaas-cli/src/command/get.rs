//! `miaas get`: all deployments, or everything about one.

use clap::Args;

use crate::{app::App, exit::Exit, output::deployment};

/// Options of `miaas get`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  miaas get\n  miaas get hello-world -o yaml")]
pub(crate) struct Options {
    /// Name or id of the deployment; without it all are listed
    name: Option<String>,
}

/// Shows.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    if let Some(name) = options.name {
        let item = client.deployment(&name).await?;
        let outputs = client.outputs(item.id.as_str()).await?;
        let mut value = serde_json::to_value(&item)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("outputs".to_owned(), serde_json::to_value(&outputs)?);
        }
        app.out.show(&value, || deployment::details(&item, &outputs, app.now()))?;
        return Ok(Exit::Done);
    }
    let items = client.deployments().await?;
    if items.is_empty() && app.out.for_people() {
        app.say.line("no deployments");
        app.say.hint("`miaas template ls` shows what can be deployed, `miaas deploy hello-world` deploys it");
    }
    app.out.show(&items, || deployment::list(&items, app.now(), app.out.wide()))?;
    Ok(Exit::Done)
}
