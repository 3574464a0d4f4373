//! Chores of this repository: `cargo xtask tidy` reports what the compiler and clippy cannot see, `cargo xtask sim` lets the
//! simulator look for faults.

mod sim;
mod tidy;

use std::{
    io::{Write, stderr, stdout},
    path::Path,
    process::ExitCode,
};

fn main() -> ExitCode {
    let command: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match command.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => tidy::run(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))),
        ["sim", ref arguments @ ..] => sim::run(arguments),
        _ => Err(anyhow::anyhow!("usage: cargo xtask tidy | cargo xtask sim [--seeds N] [--first N]")),
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
