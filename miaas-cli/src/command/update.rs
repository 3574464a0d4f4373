//! What the commands that change one deployment share.

use miaas_core::api::v1::UpdateDeployment;

use super::deploy;
use crate::{
    app::App,
    exit::Exit,
    wait::{Goal, WaitArgs, wait},
};

/// Sends a change, says whether it was one, and waits for `goal`.
pub(crate) async fn apply(
    app: &App,
    name: &str,
    update: UpdateDeployment,
    goal: Goal,
    waiting: &WaitArgs,
) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let before = client.deployment(name).await?;
    let item = client.update(before.id.as_str(), &update).await?;
    let changed = item.generation != before.generation;
    app.say.line(&format!("{} {}", item.name, if changed { "updated" } else { "unchanged" }));
    let (exit, item) = match waiting.limit() {
        Some(limit) => wait(app, &client, &item, goal, limit).await?,
        None => (Exit::Done, Some(item)),
    };
    if let Some(item) = item {
        deploy::show(app, &client, &item, exit).await?;
    }
    Ok(exit)
}
