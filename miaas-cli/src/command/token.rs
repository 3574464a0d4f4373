//! `miaas token …`: join tokens for nodes.

use std::time::Duration;

use clap::{Args, Subcommand};
use miaas_core::{api::v1::CreateToken, name::LabelKey};

use crate::{
    app::App,
    exit::Exit,
    output::{Table, or_dash},
    pairs, seconds,
};

/// Options of `miaas token`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a token and show the command that joins a machine with it
    #[command(after_help = "Example:\n  miaas token create --uses 10 --ttl 1h --label zone=b")]
    Create(Create),
    /// List tokens that are still good
    #[command(after_help = "Example:\n  miaas token ls", visible_alias = "list")]
    Ls,
    /// Make a token worthless
    #[command(after_help = "Example:\n  miaas token rm tok-00abc")]
    Rm {
        /// Id of the token
        id: String,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// How long it is good [default: the server's]
    #[arg(long, value_name = "TIME", value_parser = seconds::parse)]
    ttl: Option<Duration>,
    /// How many machines may join with it [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    uses: Option<u32>,
    /// Label for the nodes that join with it
    #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::label)]
    label: Vec<(LabelKey, String)>,
    /// For people
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    match options.command {
        Command::Create(create) => {
            let body = CreateToken {
                ttl_seconds: create.ttl.map(|ttl| ttl.as_secs()),
                uses: create.uses,
                labels: create.label.into_iter().map(|(k, v)| (k.to_string(), v)).collect(),
                description: create.description,
            };
            let made = client.create_token(&body).await?;
            app.out.show(&made, || made.join_command.clone())?;
            app.say.line(&format!("token {} is good until {}; it is shown only now", made.id, made.expires_at));
        }
        Command::Ls => {
            let items = client.tokens().await?;
            if items.is_empty() && app.out.for_people() {
                app.say.line("no tokens");
            }
            app.out.show(&items, || {
                let mut table = Table::new(["ID", "USES LEFT", "EXPIRES", "LABELS", "DESCRIPTION"]);
                for item in &items {
                    let labels: Vec<String> = item.labels.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
                    table.row([
                        item.id.to_string(),
                        item.uses_left.to_string(),
                        item.expires_at.to_string(),
                        or_dash(labels.join(",")),
                        or_dash(item.description.as_str()),
                    ]);
                }
                table.text()
            })?;
        }
        Command::Rm { id } => {
            client.remove_token(&id).await?;
            app.say.line(&format!("token {id} is worthless now"));
        }
    }
    Ok(Exit::Done)
}
