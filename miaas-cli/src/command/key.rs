//! `miaas key …`: API keys for people and programs.

use std::time::Duration;

use clap::{Args, Subcommand};
use miaas_core::{api::v1::CreateKey, name::LabelKey};

use crate::{
    app::App,
    exit::Exit,
    output::{Table, or_dash},
    pairs,
    role::{self, RoleName},
    seconds,
};

/// Options of `miaas key`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an API key and show it, once
    #[command(after_help = "\
Examples:
  miaas key create --description \"dashboard in the hall\"
  miaas key create --role operator --ttl 90d --scope team=search > search.key

A viewer looks at everything but passwords, an operator also deploys, changes and removes, an administrator also lets nodes and
people in. With --scope a key is for the deployments with these labels only, and for nothing else of the fleet.")]
    Create(Create),
    /// List API keys, without the keys themselves
    #[command(after_help = "Example:\n  miaas key ls", visible_alias = "list")]
    Ls,
    /// Make an API key worthless
    #[command(after_help = "Example:\n  miaas key rm key-00abc")]
    Rm {
        /// Id of the key
        id: String,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// What it may do
    #[arg(long, value_enum, default_value_t, value_name = "ROLE")]
    role: RoleName,
    /// How long it is good [default: until it is removed]
    #[arg(long, value_name = "TIME", value_parser = seconds::parse)]
    ttl: Option<Duration>,
    /// Only deployments with this label; given as often as needed, all must match
    #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::label)]
    scope: Vec<(LabelKey, String)>,
    /// For people
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    match options.command {
        Command::Create(create) => {
            let body = CreateKey {
                description: create.description,
                role: create.role.into(),
                ttl_seconds: create.ttl.map(|ttl| ttl.as_secs()),
                scope: create.scope.into_iter().map(|(k, v)| (k.to_string(), v)).collect(),
            };
            let made = client.create_key(&body).await?;
            app.out.show(&made, || made.key.expose().to_owned())?;
            app.say.line(&format!("key {} is shown only now", made.id));
        }
        Command::Ls => {
            let items = client.keys().await?;
            app.out.show(&items, || {
                let mut table = Table::new(["ID", "ROLE", "SCOPE", "EXPIRES", "LAST USED", "DESCRIPTION"]);
                for item in &items {
                    let time =
                        |at: Option<miaas_core::time::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
                    table.row([
                        item.id.to_string(),
                        item.role.as_str().to_owned(),
                        or_dash(role::scope(&item.scope)),
                        or_dash(time(item.expires_at)),
                        or_dash(time(item.last_used_at)),
                        or_dash(item.description.as_str()),
                    ]);
                }
                table.text()
            })?;
        }
        Command::Rm { id } => {
            client.remove_key(&id).await?;
            app.say.line(&format!("key {id} is worthless now"));
        }
    }
    Ok(Exit::Done)
}
