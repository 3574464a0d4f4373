//! What can be asked on the command line. Each command's own options stand with the command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use miaas_core::secret::Secret;
use miaas_tls::CaPin;

use crate::{app::App, command, exit::Exit, output::Format, paths};

/// Runs models and services from templates on your own machines.
#[derive(Debug, Parser)]
#[command(name = "miaas", version, propagate_version = true, max_term_width = 100, after_help = GETTING_STARTED)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const GETTING_STARTED: &str = "\
Getting started:
  miaas dev                      in one terminal: a server and this machine as its node
  miaas deploy hello-world       in another one: nothing needs to be configured
  miaas get hello-world

Exit codes: 0 done or nothing would change, 1 error, 2 changes pending or no place.";

/// Options of every command.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Address of the server; without it the running `miaas dev`
    #[arg(long, global = true, env = "MIAAS_SERVER", hide_env_values = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// By which the authority of the server is known, sha256:…, as the server prints it when it starts
    #[arg(long, global = true, env = "MIAAS_CA_PIN", hide_env_values = true, value_name = "PIN")]
    pub(crate) ca_pin: Option<CaPin>,
    /// API key; other users of this machine can see it here, so prefer the file or the variable
    #[arg(long, global = true, env = "MIAAS_API_KEY", hide_env_values = true, value_name = "KEY", value_parser = secret)]
    pub(crate) api_key: Option<Secret>,
    /// File with the API key
    #[arg(long, global = true, env = "MIAAS_API_KEY_FILE", hide_env_values = true, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// State folder; its address and key are found there by the other commands [default: ~/.local/state/miaas/dev]
    #[arg(long, global = true, env = "MIAAS_STATE_DIR", hide_env_values = true, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,
    /// How data is shown
    #[arg(
        long,
        short,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        hide_possible_values = false
    )]
    pub(crate) output: Format,
}

impl Global {
    /// The state folder of `miaas dev`.
    pub(crate) fn state_dir(&self) -> PathBuf {
        self.state_dir.clone().unwrap_or_else(paths::default_state_dir)
    }
}

/// Takes a secret from the command line. What it holds is read later, because clap repeats a value that its parser refuses.
#[allow(clippy::unnecessary_wraps, reason = "clap wants a parser to return a Result")]
pub(crate) fn secret(text: &str) -> Result<Secret, String> {
    Ok(Secret::new(text))
}

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident => $module:ident),* $(,)?) => {
        /// What can be done.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $($(#[$doc])* $variant(command::$module::Options),)*
        }

        impl Command {
            /// Whether its data can be shown so.
            pub(crate) const fn shows(&self, format: Format) -> bool {
                !format.is_report() || matches!(self, Self::Simulate(_))
            }

            /// Does it.
            pub(crate) async fn run(self, app: &App) -> anyhow::Result<Exit> {
                match self {
                    $(Self::$variant(options) => Box::pin(command::$module::run(app, options)).await,)*
                }
            }
        }
    };
}

commands! {
    /// Run a server and an agent in one process, for trying out and for one machine
    Dev => dev,
    /// Run the server
    Server => server,
    /// Run the agent of this machine
    Agent => agent,
    /// Deploy a template or a Compose file; an existing deployment is updated
    Deploy => deploy,
    /// Show what `deploy` would change; exit code 2 when that is anything
    Plan => plan,
    /// Make a stack of several services what its file says
    Apply => apply,
    /// Show what `apply` would change; exit code 2 when that is anything
    Diff => diff,
    /// List workloads
    Ps => ps,
    /// List deployments, or show one: where it runs and why, ports, outputs, problems
    Get => get,
    /// Show the output of a deployment
    Logs => logs,
    /// Change parameters of a deployment
    Set => set,
    /// Change the number of replicas
    Scale => scale,
    /// List the revisions of a deployment and what changed from one to the next
    History => history,
    /// Go back to an old revision
    Rollback => rollback,
    /// Let an update go no further; what runs goes on running
    Pause => pause,
    /// Let a paused update go on
    Resume => resume,
    /// Let the other replicas follow the canaries of an update
    Promote => promote,
    /// Start everything of a deployment anew
    Restart => restart,
    /// Stop a deployment; places and volumes stay reserved
    Stop => stop,
    /// Start a stopped deployment
    Start => start,
    /// Remove deployments with their volumes
    Rm => rm,
    /// Nodes: list, show, label, cordon, drain, remove
    Node => node,
    /// Stacks: list, show, write their file, remove
    Stack => stack,
    /// Secrets that deployments refer to: set, list, remove
    Secret => secret,
    /// Write the whole state of a server to one encrypted file
    Backup => backup,
    /// Fill an empty database with a backup, or check one
    Restore => restore,
    /// The database of a server: move a state to another one
    Store => store,
    /// Templates: list, show, render
    Template => template,
    /// Who did what: show, verify
    Audit => audit,
    /// API keys: create, list, remove
    Key => key,
    /// Print a link that opens the web page, signed in
    Page => page,
    /// Users of the web page: create, list, change, remove
    User => user,
    /// Show whose API key is used, and what it may do
    Whoami => whoami,
    /// Join tokens for nodes: create, list, remove
    Token => token,
    /// Show what happened
    Events => events,
    /// Events that are sent to an address: add, list, test, remove
    Webhook => webhook,
    /// Show the state of the control plane
    Status => status,
    /// Show what would happen if nodes were lost, added or cordoned
    WhatIf => what_if,
    /// Show which workloads to move so that more fits, and move them
    Rebalance => rebalance,
    /// Measure placement policies on a trace of pods, without a server
    Simulate => simulate,
    /// Print a completion script for a shell
    Completion => completion,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn check(command: &clap::Command) {
            let leaf = command.get_subcommands().next().is_none();
            assert!(!leaf || command.get_after_help().is_some(), "{} has no example", command.get_name());
            command.get_subcommands().for_each(check);
        }
        Cli::command().get_subcommands().for_each(check);
    }
}
