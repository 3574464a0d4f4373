//! `miaas stack …`: deployments that are wanted together.

use clap::{Args, Subcommand};

use crate::{
    app::App,
    exit::Exit,
    output::{deployment, stack},
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
