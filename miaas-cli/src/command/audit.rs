//! `miaas audit …`: who did what.

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use miaas_client::Client;
use miaas_core::api::v1::AuditEntry;

use crate::{
    app::App,
    exit::Exit,
    failure::fail,
    output::{Table, or_dash},
};

/// Options of `miaas audit`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the entries, oldest first
    #[command(
        after_help = "\
Examples:
  miaas audit ls --after 1000
  miaas audit ls -o json > audit.json",
        visible_alias = "list"
    )]
    Ls {
        /// Only entries behind the one of this number
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: u64,
    },
    /// Check that no entry was changed, taken out or put in between
    #[command(after_help = "\
Examples:
  miaas audit verify
  miaas audit verify --file audit.json

A copy that is kept elsewhere also shows when the end of the log was cut off: its last entry must still be there.")]
    Verify {
        /// Entries that `miaas audit ls -o json` wrote, in place of those of the server; the server's must go on from them
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    match options.command {
        Command::Ls { after } => {
            let items = all(&client, after).await?;
            app.out.show(&items, || table(&items))?;
            Ok(Exit::Done)
        }
        Command::Verify { file } => {
            let served = all(&client, 0).await?;
            let kept = match file {
                Some(file) => {
                    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
                    serde_json::from_str(&text).with_context(|| format!("{} holds no entries", file.display()))?
                }
                None => Vec::new(),
            };
            if let Some(flaw) = flaw(&served).or_else(|| differs(&kept, &served)) {
                return Err(fail(
                    flaw,
                    "compare the database with a backup, and with a copy of the log that lies elsewhere",
                ));
            }
            let last =
                served.last().map_or_else(String::new, |e| format!(", the last one has the digest {}", e.digest));
            app.say.line(&format!("{} entries, none changed or missing{last}", served.len()));
            Ok(Exit::Done)
        }
    }
}

async fn all(client: &Client, mut after: u64) -> anyhow::Result<Vec<AuditEntry>> {
    let mut items = Vec::new();
    loop {
        let page = client.audit(after).await?;
        items.extend(page.items);
        match page.next.and_then(|next| next.parse().ok()) {
            Some(next) => after = next,
            None => return Ok(items),
        }
    }
}

fn flaw(entries: &[AuditEntry]) -> Option<String> {
    let before = std::iter::once(None).chain(entries.iter().map(Some));
    entries.iter().zip(before).find_map(|(entry, before)| entry.flaw(before))
}

/// What the server has otherwise than a copy.
fn differs(kept: &[AuditEntry], served: &[AuditEntry]) -> Option<String> {
    let other =
        kept.iter().find(|k| usize::try_from(k.number).ok().and_then(|n| served.get(n.checked_sub(1)?)) != Some(*k))?;
    Some(format!("entry {} of the copy is not what the server has", other.number))
}

fn table(items: &[AuditEntry]) -> String {
    let mut table = Table::new(["NUMBER", "AT", "WHO", "FROM", "STATUS", "REQUEST", "OBJECT"]);
    for e in items {
        table.row([
            e.number.to_string(),
            e.at.to_string(),
            e.who.clone(),
            e.from.clone(),
            e.status.to_string(),
            format!("{} {}", e.method, e.path),
            or_dash(e.object.clone().unwrap_or_default()),
        ]);
    }
    table.text()
}
