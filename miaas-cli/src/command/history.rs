//! `miaas history`: what a deployment ran, and what changed from one revision to the next.

use std::fmt::Write as _;

use clap::Args;
use miaas_core::api::v1::RevisionItem;

use crate::{app::App, exit::Exit, output::stack};

/// Options of `miaas history`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  miaas history cache")]
pub(crate) struct Options {
    /// Name or id of the deployment
    #[arg(value_name = "NAME")]
    name: String,
}

/// Lists.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let revisions = app.client()?.revisions(&options.name).await?;
    app.out.show(&revisions, || text(&revisions))?;
    Ok(Exit::Done)
}

fn text(revisions: &[RevisionItem]) -> String {
    let mut text = String::new();
    for revision in revisions {
        let wanted = if revision.wanted { ", wanted" } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "revision {} of {}, {} replicas{wanted}",
            revision.number, revision.created_at, revision.replicas
        );
        for difference in &revision.differences {
            stack::changed(&mut text, difference);
        }
    }
    text.trim_end().to_owned()
}
