//! What the commands that change one deployment share.

use clap::Args;
use miaas_core::api::v1::{PlanAnswer, UpdateDeployment};

use super::deploy;
use crate::{
    app::App,
    exit::Exit,
    output::plan,
    wait::{Goal, WaitArgs, wait},
};

/// Whether and how to make a change.
#[derive(Debug, Args)]
pub(crate) struct How {
    /// Only show what would change (exit code 2 when that is anything)
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
}

/// Shows what a change would do.
pub(crate) fn planned(app: &App, answer: &PlanAnswer) -> anyhow::Result<Exit> {
    app.out.show(answer, || plan::text(answer, app.out.wide()))?;
    Ok(plan::exit(answer))
}

/// Sends a change, says whether it was one, and waits for `goal`.
pub(crate) async fn apply(
    app: &App,
    name: &str,
    update: UpdateDeployment,
    goal: Goal,
    how: &How,
) -> anyhow::Result<Exit> {
    let client = app.client()?;
    if how.dry_run {
        return planned(app, &client.plan_update(name, &update).await?);
    }
    let before = client.deployment(name).await?;
    let item = client.update(before.id.as_str(), &update).await?;
    let changed = item.generation != before.generation;
    app.say.line(&format!("{} {}", item.name, if changed { "updated" } else { "unchanged" }));
    let (exit, item) = match how.wait.limit() {
        Some(limit) => wait(app, &client, &item, goal, limit).await?,
        None => (Exit::Done, Some(item)),
    };
    if let Some(item) = item {
        deploy::show(app, &client, &item, exit).await?;
    }
    Ok(exit)
}
