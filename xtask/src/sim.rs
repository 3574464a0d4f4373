//! `cargo xtask sim`: a long run of the simulator, with optimisation.

use std::process::Command;

use anyhow::{Context as _, bail};

/// Runs the seeds that the arguments name: `--seeds N` of them from `--first N` on.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<String> {
    let (mut seeds, mut first) = (10_000_u64, 0_u64);
    for pair in arguments.chunks(2) {
        match pair {
            ["--seeds", n] => seeds = n.parse().with_context(|| format!("--seeds {n:?} is no number"))?,
            ["--first", n] => first = n.parse().with_context(|| format!("--first {n:?} is no number"))?,
            _ => bail!("usage: cargo xtask sim [--seeds 10000] [--first 0]"),
        }
    }
    let test = ["test", "--release", "-q", "-p", "miaas-core", "--features", "testing", "--test", "simulation", "d7"];
    let status = Command::new(env!("CARGO"))
        .args(test)
        .args(["--", "--nocapture"])
        .env("MIAAS_SIM_SEEDS", seeds.to_string())
        .env("MIAAS_SIM_FIRST", first.to_string())
        .status()
        .context("cargo does not run")?;
    if !status.success() {
        bail!("a seed failed; `cargo xtask sim --seeds 1 --first SEED` shows the same again");
    }
    Ok(format!("{seeds} seeds from {first} on keep every invariant"))
}
