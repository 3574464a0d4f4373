//! Chores of this repository, each a command of `cargo xtask`: `tidy` reports what the compiler and clippy cannot see, `bless` writes
//! the lists that `tidy` compares with, `sim` lets the simulator look for faults, `features` and `package` try the crates as others
//! take them, `api` compares what they offer with committed lists, `book` builds the book.

mod api;
mod book;
mod cargo;
mod features;
mod markdown;
mod package;
mod sim;
mod tidy;

use std::{
    io::{Write, stderr, stdout},
    path::Path,
    process::ExitCode,
};

fn main() -> ExitCode {
    let command: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let outcome = match command.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => tidy::run(root),
        ["bless"] => tidy::bless(root),
        ["sim", ref arguments @ ..] => sim::run(arguments),
        ["features"] => features::run(root),
        ["package"] => package::run(root),
        ["api"] => api::run(root, false),
        ["api", "--bless"] => api::run(root, true),
        ["book"] => book::run(root),
        _ => Err(anyhow::anyhow!(
            "usage: cargo xtask tidy | bless | sim [--seeds N] [--first N] | features | package | api [--bless] | book"
        )),
    };
    match outcome {
        Ok(summary) => {
            let _ = writeln!(stdout(), "{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(stderr(), "xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
