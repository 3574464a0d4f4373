//! `miaas webhook …`: send events to an address (D8).

use clap::{Args, Subcommand};
use miaas_core::{
    api::v1::{CreateWebhook, WebhookItem},
    model::Severity,
};

use crate::{
    app::App,
    exit::Exit,
    output::{Table, or_dash},
};

/// Options of `miaas webhook`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send events to an address from now on, and show the key of their signatures
    #[command(
        after_help = "Example:\n  miaas webhook add ops https://hooks.example/miaas --event 'node.*' --event deployment.unplaceable"
    )]
    Add(Add),
    /// List webhooks
    #[command(after_help = "Example:\n  miaas webhook ls", visible_alias = "list")]
    Ls,
    /// Send a test and wait until the receiver took it
    #[command(after_help = "Example:\n  miaas webhook test ops")]
    Test {
        /// Name of the webhook
        name: String,
    },
    /// List events that could not be delivered, or forget them
    #[command(after_help = "Examples:\n  miaas webhook dead ops\n  miaas webhook dead ops --clear")]
    Dead {
        /// Name of the webhook
        name: String,
        /// Forget them
        #[arg(long)]
        clear: bool,
    },
    /// Send events again that could not be delivered
    #[command(after_help = "Example:\n  miaas webhook redeliver ops")]
    Redeliver {
        /// Name of the webhook
        name: String,
    },
    /// Remove a webhook
    #[command(after_help = "Example:\n  miaas webhook rm ops")]
    Rm {
        /// Name of the webhook
        name: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// Its name
    name: String,
    /// Where to send to
    url: String,
    /// Reason of the events to send, or the begin of reasons and a star; given as often as needed [default: all]
    #[arg(long, value_name = "REASON")]
    event: Vec<String>,
    /// Only events that matter at least so much: info, warning or error
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    min_severity: Option<Severity>,
}

fn severity(text: &str) -> Result<Severity, String> {
    match text {
        "info" => Ok(Severity::Info),
        "warning" => Ok(Severity::Warning),
        "error" => Ok(Severity::Error),
        _ => Err("it is one of info, warning and error".to_owned()),
    }
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    match options.command {
        Command::Add(add) => {
            let body =
                CreateWebhook { name: add.name, url: add.url, events: add.event, min_severity: add.min_severity };
            let made = client.create_webhook(&body).await?;
            app.out.show(&made, || made.secret.expose().to_owned())?;
            app.say
                .line(&format!("{} sends from now on; the key of its signatures is shown only now", made.webhook.name));
        }
        Command::Ls => {
            let items = client.webhooks().await?;
            if items.is_empty() && app.out.for_people() {
                app.say.line("no webhooks");
            }
            app.out.show(&items, || table(&items))?;
        }
        Command::Test { name } => {
            client.test_webhook(&name).await?;
            app.say.line(&format!("{name}: the receiver took the test"));
        }
        Command::Dead { name, clear: true } => {
            client.clear_dead_letters(&name).await?;
            app.say.line(&format!("{name}: its dead letters are forgotten"));
        }
        Command::Dead { name, clear: false } => {
            let letters = client.dead_letters(&name).await?;
            if letters.is_empty() && app.out.for_people() {
                app.say.line("no dead letters");
            }
            app.out.show(&letters, || {
                let mut table = Table::new(["EVENT", "AT", "REASON", "ABOUT", "TRIES", "ERROR"]);
                for l in &letters {
                    table.row([
                        l.event.id.to_string(),
                        l.event.at.to_string(),
                        l.event.reason.clone(),
                        l.event.subject.name.clone(),
                        l.tries.to_string(),
                        l.error.clone(),
                    ]);
                }
                table.text()
            })?;
        }
        Command::Redeliver { name } => {
            let done = client.redeliver(&name).await?;
            app.out.show(&done, || format!("{} delivered, {} left", done.delivered, done.left))?;
            if let Some(error) = &done.error {
                app.say.error(error);
                return Ok(Exit::Failed);
            }
        }
        Command::Rm { name } => {
            client.remove_webhook(&name).await?;
            app.say.line(&format!("webhook {name} removed"));
        }
    }
    Ok(Exit::Done)
}

fn table(items: &[WebhookItem]) -> String {
    let mut table = Table::new(["NAME", "URL", "EVENTS", "WAITING", "DEAD", "LAST SUCCESS", "LAST ERROR"]);
    for item in items {
        table.row([
            item.name.to_string(),
            item.url.clone(),
            if item.events.is_empty() { "all".to_owned() } else { item.events.join(",") },
            item.waiting.to_string(),
            item.dead.to_string(),
            or_dash(item.last_success.map(|at| at.to_string()).unwrap_or_default()),
            or_dash(item.last_error.clone().unwrap_or_default()),
        ]);
    }
    table.text()
}
