//! `miaas node …`: the machines (N8).

use std::time::Duration;

use clap::{Args, Subcommand};
use miaas_client::{Client, ClientError, ErrorKind};
use miaas_core::{
    api::v1::{DrainNode, NodeItem, PatchLabels},
    model::Phase,
};
use tokio::time::Instant;

use super::update::planned;
use crate::{app::App, exit::Exit, failure::fail, output::node, pairs, seconds};

/// Options of `miaas node`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List nodes
    #[command(after_help = "Example:\n  miaas node ls -o wide", visible_alias = "list")]
    Ls,
    /// Show everything about a node
    #[command(after_help = "Example:\n  miaas node show alpha")]
    Show(Named),
    /// Set and remove labels
    #[command(after_help = "Example:\n  miaas node label alpha zone=b rack-      sets zone, removes rack")]
    Label(Label),
    /// Take no new work on a node
    #[command(after_help = "Example:\n  miaas node cordon alpha")]
    Cordon(Planned),
    /// Take new work on a node again; also ends a drain
    #[command(after_help = "Example:\n  miaas node uncordon alpha")]
    Uncordon(Planned),
    /// Move all work off a node
    #[command(after_help = "Example:\n  miaas node drain alpha --deadline 10m --wait")]
    Drain(Drain),
    /// Let a node in that waits for it (`miaas server --registration approval`)
    #[command(after_help = "Example:\n  miaas node approve alpha")]
    Approve(Named),
    /// Make every credential of a node worthless
    #[command(after_help = "Example:\n  miaas node revoke alpha")]
    Revoke(Named),
    /// Forget a node
    #[command(
        after_help = "Examples:\n  miaas node drain alpha --wait && miaas node rm alpha\n  miaas node rm alpha --force"
    )]
    Rm(Remove),
}

#[derive(Debug, Args)]
struct Named {
    /// Name or id of the node
    node: String,
}

#[derive(Debug, Args)]
struct Planned {
    /// Name or id of the node
    node: String,
    /// Only show what would change (exit code 2 when that is anything)
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct Remove {
    /// Name or id of the node
    node: String,
    /// Also when it has work: that ends there and is placed elsewhere, its data is given up
    #[arg(long)]
    force: bool,
    /// Only show what would change (exit code 2 when that is anything)
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct Label {
    /// Name or id of the node
    node: String,
    /// KEY=VALUE to set, KEY- to remove
    #[arg(value_name = "LABEL", required = true)]
    labels: Vec<String>,
    /// Only show what would change (exit code 2 when that is anything)
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct Drain {
    /// Name or id of the node
    node: String,
    /// After this, what could not be moved is stopped and keeps its data; without it, it runs on
    #[arg(long, value_name = "TIME", value_parser = seconds::parse)]
    deadline: Option<Duration>,
    /// Wait until no work is left, or what is left is stopped
    #[arg(long)]
    wait: bool,
    /// Only show what would move (exit code 2 when that is anything)
    #[arg(long)]
    dry_run: bool,
    /// Longest time to wait
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = seconds::parse)]
    timeout: Duration,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let item = match options.command {
        Command::Ls => return list(app, &client).await,
        Command::Show(Named { node }) => {
            let item = client.node(&node).await?;
            app.out.show(&item, || node::details(&item, app.now()))?;
            return Ok(Exit::Done);
        }
        Command::Rm(Remove { node, dry_run: true, .. }) => return planned(app, &client.plan_remove_node(&node).await?),
        Command::Cordon(Planned { node, dry_run: true }) => {
            return planned(app, &client.plan_cordon(&node, true).await?);
        }
        Command::Uncordon(Planned { node, dry_run: true }) => {
            return planned(app, &client.plan_cordon(&node, false).await?);
        }
        Command::Rm(Remove { node, force, .. }) => {
            client.remove_node(&node, force).await?;
            app.say.line(&format!("{node} is forgotten"));
            return Ok(Exit::Done);
        }
        Command::Revoke(Named { node }) => {
            client.revoke_node(&node).await?;
            app.say.line(&format!("every credential of {node} is worthless now"));
            return Ok(Exit::Done);
        }
        Command::Drain(drain) => return self::drain(app, &client, drain).await,
        Command::Label(Label { node, labels, dry_run: true }) => {
            return planned(app, &client.plan_labels(&node, &patch(&labels)?).await?);
        }
        Command::Label(Label { node, labels, .. }) => client.patch_labels(&node, &patch(&labels)?).await?,
        Command::Approve(Named { node }) => client.approve_node(&node).await?,
        Command::Cordon(Planned { node, .. }) => client.cordon(&node).await?,
        Command::Uncordon(Planned { node, .. }) => client.uncordon(&node).await?,
    };
    show(app, &item)
}

fn show(app: &App, item: &NodeItem) -> anyhow::Result<Exit> {
    app.out.show(item, || node::list(std::slice::from_ref(item), app.now(), true))?;
    Ok(Exit::Done)
}

async fn list(app: &App, client: &Client) -> anyhow::Result<Exit> {
    let items = client.nodes().await?;
    if items.is_empty() && app.out.for_people() {
        app.say.line("no nodes");
        app.say.hint("`miaas token create` shows the command that joins a machine");
    }
    app.out.show(&items, || node::list(&items, app.now(), app.out.wide()))?;
    Ok(Exit::Done)
}

fn patch(labels: &[String]) -> anyhow::Result<PatchLabels> {
    let mut patch = PatchLabels::default();
    for label in labels {
        if let Ok((key, value)) = pairs::label(label) {
            patch.set.insert(key.to_string(), value);
        } else if let Some(key) = label.strip_suffix('-').filter(|key| !key.is_empty() && !key.contains('=')) {
            patch.remove.push(key.to_owned());
        } else {
            let why = pairs::label(label).err().unwrap_or_default();
            return Err(fail(format!("{label:?} is no label: {why}"), "KEY=VALUE sets one, KEY- removes one"));
        }
    }
    Ok(patch)
}

async fn drain(app: &App, client: &Client, drain: Drain) -> anyhow::Result<Exit> {
    let body = DrainNode { deadline_seconds: drain.deadline.map(|d| d.as_secs()) };
    if drain.dry_run {
        return planned(app, &client.plan_drain(&drain.node, &body).await?);
    }
    let mut item = client.drain(&drain.node, &body).await?;
    let (start, mut said) = (Instant::now(), usize::MAX);
    while drain.wait && !is_at_rest(client, &item).await? {
        if item.workloads.len() != said {
            said = item.workloads.len();
            app.say.line(&format!("{}: {said} workloads left", item.name));
        }
        if start.elapsed() >= drain.timeout {
            app.say.error(&format!("{} still has work: {}", item.name, item.workloads.join(", ")));
            app.say.hint("`miaas get NAME` says what keeps a deployment; --deadline stops what cannot move");
            show(app, &item)?;
            return Ok(Exit::Failed);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        item = match client.node(item.id.as_str()).await {
            Err(e) if e.retryable() && e.kind() != ErrorKind::NotFound => continue,
            other => other?,
        };
    }
    show(app, &item)
}

/// Whether nothing runs on a node that is drained.
async fn is_at_rest(client: &Client, node: &NodeItem) -> Result<bool, ClientError> {
    if node.workloads.is_empty() {
        return Ok(true);
    }
    if node.drain.as_ref().is_none_or(|d| d.deadline.is_none()) {
        return Ok(false);
    }
    let deployments = match client.deployments().await {
        Err(e) if e.retryable() => return Ok(false),
        other => other?,
    };
    let mut here = deployments.iter().flat_map(|d| &d.workloads).filter(|w| w.node == node.id);
    Ok(here.all(|w| w.state.phase == Phase::Stopped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_set_and_removed() {
        let got = patch(&["zone=b".to_owned(), "rack-".to_owned(), "end=x-".to_owned()]).unwrap();
        let set: Vec<_> = got.set.into_iter().collect();
        assert_eq!(set, [("end".to_owned(), "x-".to_owned()), ("zone".to_owned(), "b".to_owned())]);
        assert_eq!(got.remove, ["rack"]);
        assert!(patch(&["zone".to_owned()]).is_err() && patch(&["-".to_owned()]).is_err());
    }
}
