//! `miaas stack …`: deployments that are wanted together.

use clap::{Args, Subcommand};
use miaas_core::spec::Issue;
use miaas_templates::stack::StackFile;

use crate::{
    app::App,
    exit::Exit,
    failure::fail,
    output::{Format, deployment, stack},
    wait::{Goal, WaitArgs, wait},
};

/// Options of `miaas stack`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List stacks
    #[command(after_help = "Example:\n  miaas stack ls", visible_alias = "list")]
    Ls,
    /// Show the services of a stack
    #[command(after_help = "Example:\n  miaas stack show rag")]
    Show {
        /// Name of the stack
        name: String,
    },
    /// Write the file that makes a stack what it is
    #[command(after_help = "\
Examples:
  miaas stack file rag > miaas.yaml
  miaas stack file rag -o json

Passwords, and variables and files of Compose documents, are written as ${stored}. `miaas apply` leaves such a value as it is.")]
    File {
        /// Name of the stack
        name: String,
    },
    /// Remove a stack with the volumes of its services
    #[command(after_help = "Example:\n  miaas stack rm rag")]
    Rm {
        /// Name of the stack
        name: String,
        #[command(flatten)]
        wait: WaitArgs,
    },
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    match options.command {
        Command::Ls => {
            let stacks = client.stacks().await?;
            if stacks.is_empty() && app.out.for_people() {
                app.say.line("no stacks");
            }
            app.out.show(&stacks, || stack::list(&stacks))?;
        }
        Command::Show { name } => {
            let found = client.stack(&name).await?;
            let services: Vec<_> = found.services.values().cloned().collect();
            app.out.show(&found, || deployment::list(&services, app.now(), app.out.wide()))?;
        }
        Command::File { name } => {
            let text = client.stack_file(&name).await?;
            if app.out.format() == Format::Json {
                let file = StackFile::parse(&text, &name).map_err(|issues| unreadable(&name, &issues))?;
                app.out.show(&file, String::new)?;
            } else {
                app.out.text(text.trim_end())?;
            }
        }
        Command::Rm { name, wait: limits } => {
            let services = client.stack(&name).await?.services;
            client.delete_stack(&name).await?;
            app.say.line(&format!("{name} is being removed"));
            let mut exit = Exit::Done;
            for item in services.values() {
                if let Some(limit) = limits.limit() {
                    let (one, _) = wait(app, &client, item, Goal::Gone, limit).await?;
                    exit = if one == Exit::Done { exit } else { one };
                }
            }
            return Ok(exit);
        }
    }
    Ok(Exit::Done)
}

fn unreadable(name: &str, issues: &[Issue]) -> anyhow::Error {
    let lines: Vec<String> = issues.iter().map(ToString::to_string).collect();
    let hint = "the server may be of another version: take the file as it is, without -o json";
    fail(format!("the file of stack {name} cannot be read: {}", lines.join("; ")), hint)
}
