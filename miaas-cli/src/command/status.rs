//! `miaas status`: the state of the control plane.

use std::{collections::BTreeMap, fmt::Write as _};

use clap::Args;
use miaas_core::api::v1::Status;

use crate::{app::App, exit::Exit};

/// Options of `miaas status`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  miaas status -o json")]
pub(crate) struct Options {}

/// Shows.
pub(crate) async fn run(app: &App, _: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let status = client.status().await?;
    app.out.show(&status, || text(client.url(), &status))?;
    Ok(Exit::Done)
}

fn text(url: &str, status: &Status) -> String {
    let counts = |counts: &BTreeMap<String, usize>| {
        let shown: Vec<String> =
            counts.iter().filter(|(_, n)| **n > 0).map(|(what, n)| format!("{n} {what}")).collect();
        if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
    };
    let mut text = format!("server       {url} (version {})\n", status.version);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "nodes        {}", counts(&status.nodes));
    let _ = write!(text, "deployments  {}", counts(&status.deployments));
    if let Some(guard) = &status.guard {
        let _ = write!(text, "\nguard        {guard}");
    }
    text
}
