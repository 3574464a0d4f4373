//! `miaas secret …`: values that deployments refer to by name.

use std::{
    fs,
    io::{IsTerminal as _, Read as _},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use miaas_core::secret::Secret;

use super::update::planned;
use crate::{
    app::App,
    exit::Exit,
    output::{Table, or_dash},
};

/// Options of `miaas secret`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Store a secret, or give an existing one a new value; deployments that use it get the new one
    #[command(after_help = "\
Examples:
  printf %s \"$TOKEN\" | miaas secret set hf-token
  miaas secret set tls-key --from-file key.pem
  miaas deploy redis --set 'password=${secrets.redis}'

The value is read from standard input, or from a file, and never shown again. One line break at its end is cut off.")]
    Set {
        /// Name of the secret
        name: String,
        /// File with the value, kept byte for byte
        #[arg(long, value_name = "FILE")]
        from_file: Option<PathBuf>,
        /// Only show what would be rendered again (exit code 2 when that is anything)
        #[arg(long)]
        dry_run: bool,
    },
    /// List secrets and who uses them, without their values
    #[command(after_help = "Example:\n  miaas secret ls", visible_alias = "list")]
    Ls,
    /// Seal everything that is stored with a new key, while the server works
    #[command(after_help = "\
Examples:
  miaas secret rotate
  miaas secret rotate --master     # after somebody may have read master.key

Values of secrets do not change. With --master the file with the master key of the server gets a new one: keep a copy of it.")]
    Rotate {
        /// Also renew the master key, where it lies in a file of the server
        #[arg(long)]
        master: bool,
    },
    /// Remove a secret that nothing uses
    #[command(after_help = "Example:\n  miaas secret rm hf-token")]
    Rm {
        /// Name of the secret
        name: String,
    },
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    match options.command {
        Command::Set { name, from_file, dry_run } => {
            let value = match from_file {
                Some(file) => {
                    fs::read_to_string(&file).with_context(|| format!("cannot read {} as text", file.display()))?
                }
                None => typed(app)?,
            };
            if dry_run {
                return planned(app, &client.plan_put_secret(&name, Secret::new(value)).await?);
            }
            let item = client.put_secret(&name, Secret::new(value)).await?;
            app.say.line(&format!("secret {name} is at version {}", item.version));
            app.out.show(&item, String::new)?;
        }
        Command::Ls => {
            let items = client.secrets().await?;
            if items.is_empty() && app.out.for_people() {
                app.say.line("no secrets");
            }
            app.out.show(&items, || {
                let mut table = Table::new(["NAME", "VERSION", "CHANGED", "USED BY"]);
                for item in &items {
                    let users: Vec<&str> = item.used_by.iter().map(|name| name.as_str()).collect();
                    table.row([
                        item.name.to_string(),
                        item.version.to_string(),
                        item.updated_at.to_string(),
                        or_dash(users.join(",")),
                    ]);
                }
                table.text()
            })?;
        }
        Command::Rotate { master } => {
            let done = client.rotate_seal(master).await?;
            app.say.line(&format!("{} objects are sealed with key {} now", done.objects, done.root_key));
            if master {
                app.say.line(&format!("the master key is {} now; keep a copy of its file", done.master_key));
            }
            app.out.show(&done, String::new)?;
        }
        Command::Rm { name } => {
            client.remove_secret(&name).await?;
            app.say.line(&format!("secret {name} is gone"));
        }
    }
    Ok(Exit::Done)
}

fn typed(app: &App) -> anyhow::Result<String> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        app.say.line("type the value, then Ctrl-D on a line of its own");
    }
    let mut text = String::new();
    input.read_to_string(&mut text).context("cannot read standard input as text")?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
