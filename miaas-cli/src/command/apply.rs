//! `miaas apply`: make a stack what its file says. Saying it again changes nothing.

use clap::Args;
use miaas_client::Client;
use miaas_core::api::v1::{StackAction, StackAnswer};

use super::stackfile::Stack;
use crate::{
    app::App,
    exit::Exit,
    output::stack,
    wait::{Goal, WaitArgs, wait},
};

/// Options of `miaas apply`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas apply -f miaas.yaml
  miaas apply -f miaas.yaml --dry-run

A file names the stack and its services:
  name: cache
  services:
    db: {template: redis, params: {maxmemory: 128MiB}}
    app:
      compose: app.yaml
      env: {REDIS: \"${services.db.address}\"}

Services that the stack has and the file does not name are removed.
Exit codes: 0 ready, 1 error or not ready in time, 2 no place.")]
pub(crate) struct Options {
    #[command(flatten)]
    stack: Stack,
    /// Only show what would change (exit code 2 when that is anything)
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: WaitArgs,
}

/// Applies.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let (name, request) = options.stack.read()?;
    if options.dry_run {
        let answer = client.plan_stack(&name, &request).await?;
        app.out.show(&answer, || stack::answer(&name, &answer))?;
        return Ok(stack::exit(&answer));
    }
    let answer = client.apply_stack(&name, &request).await?;
    app.out.show(&answer, || stack::answer(&name, &answer))?;
    match options.wait.limit() {
        Some(limit) => settle(app, &client, &name, &answer, limit).await,
        None => Ok(Exit::Done),
    }
}

/// Waits until every service is ready, or gone where it was removed.
async fn settle(
    app: &App,
    client: &Client,
    name: &str,
    answer: &StackAnswer,
    limit: std::time::Duration,
) -> anyhow::Result<Exit> {
    let Some(found) = client.find_stack(name).await? else { return Ok(Exit::Done) };
    let until = tokio::time::Instant::now() + limit;
    let mut exit = Exit::Done;
    for (service, item) in &found.services {
        let goal = match answer.services.get(service) {
            Some(StackAction::Remove) => Goal::Gone,
            _ => Goal::Ready,
        };
        let left = until.saturating_duration_since(tokio::time::Instant::now());
        let (one, _) = wait(app, client, item, goal, left).await?;
        exit = if one == Exit::Done { exit } else { one };
    }
    Ok(exit)
}
