//! The `miaas` command. Data goes to standard output, progress and errors to standard error.
//!
//! [`cli`] says what can be asked; `command/` has one file per command; [`app`] is what they share.

mod app;
mod cli;
mod command;
mod connection;
mod dev;
mod exit;
mod failure;
mod logging;
mod output;
mod pairs;
mod paths;
mod progress;
mod role;
mod seconds;
mod simulate;
mod wait;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _, error::ErrorKind};

use crate::{app::App, cli::Cli, exit::Exit};

fn main() -> ExitCode {
    let cli = Cli::parse();
    if !cli.command.shows(cli.global.output) {
        let message = "this output format is for `miaas simulate` only; choose table, wide, json or yaml";
        Cli::command().error(ErrorKind::InvalidValue, message).exit();
    }
    let app = App::new(cli.global);
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return failure::report(&app, &anyhow::Error::new(e).context("the runtime does not start")).into(),
    };
    let exit = runtime.block_on(cli.command.run(&app));
    // Reads of standard input cannot be cancelled; nothing else is left that is worth waiting for.
    runtime.shutdown_background();
    match exit {
        Ok(exit) => exit.into(),
        Err(error) if failure::is_broken_pipe(&error) => Exit::Done.into(),
        Err(error) => failure::report(&app, &error).into(),
    }
}
