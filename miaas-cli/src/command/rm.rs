//! `miaas rm`: remove deployments with everything that they have on the nodes.

use clap::Args;
use miaas_core::api::v1::PlanAnswer;

use crate::{
    app::App,
    exit::Exit,
    output::plan,
    wait::{Goal, WaitArgs, wait},
};

/// Options of `miaas rm`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  miaas rm hello-world cache

Containers, networks and volumes go, and the data in them.")]
pub(crate) struct Options {
    /// Names or ids of the deployments
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Only show what would go (exit code 2 when that is anything)
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: WaitArgs,
}

/// Removes.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    if options.dry_run {
        let mut all = PlanAnswer::default();
        for name in &options.names {
            let answer = client.plan_delete(name).await?;
            all.changes.extend(answer.changes);
            all.problems.extend(answer.problems);
        }
        app.out.show(&all, || plan::text(&all, false))?;
        // Also a deployment without workloads would go.
        return Ok(Exit::Pending);
    }
    let mut asked = Vec::new();
    for name in &options.names {
        let item = client.delete(name).await?;
        app.say.line(&format!("{} is being removed", item.name));
        asked.push(item);
    }
    let mut exit = Exit::Done;
    if let Some(limit) = options.wait.limit() {
        for item in &asked {
            let (one, _) = wait(app, &client, item, Goal::Gone, limit).await?;
            exit = if one == Exit::Done { exit } else { one };
        }
    }
    Ok(exit)
}
