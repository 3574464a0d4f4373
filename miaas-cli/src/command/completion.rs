//! `miaas completion`: scripts for shells.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::{app::App, cli::Cli, exit::Exit};

/// Options of `miaas completion`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  source <(miaas completion bash)
  miaas completion fish > ~/.config/fish/completions/miaas.fish")]
pub(crate) struct Options {
    /// The shell
    shell: Shell,
}

/// Prints.
#[allow(clippy::unused_async, reason = "every command is run the same way")]
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "miaas", &mut script);
    app.out.text(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Done)
}
