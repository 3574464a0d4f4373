//! `miaas rebalance`: move workloads so that more fits (P3).

use clap::Args;
use miaas_core::api::v1::{Rebalance, RebalanceAnswer};

use crate::{app::App, exit::Exit, output::rebalance};

/// Options of `miaas rebalance`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas rebalance                          what could move, what it costs and gains
  miaas rebalance --max-moves 5 --apply    at most five moves, made now

A replica runs on until its successor on the other node is ready. What keeps data on its node, is bound to one, may run only once
or is being updated stays. Bytes and seconds are estimates from the GPU memory that a workload claims.
Exit codes: 0 nothing to move, or the moves are being made; 1 error; 2 moves are proposed.")]
pub(crate) struct Options {
    /// Most moves
    #[arg(long, value_name = "N")]
    max_moves: Option<u64>,
    /// Most GiB that have to be loaded anew in all
    #[arg(long, value_name = "GIB")]
    max_gib: Option<u64>,
    /// Most seconds until everything that moved works again, one after the other
    #[arg(long, value_name = "SECONDS")]
    max_seconds: Option<u64>,
    /// Thousandths of a GPU that a move has to gain which makes no room for something that waits
    #[arg(long, value_name = "MILLI", default_value_t = 50)]
    least_gain: u64,
    /// Make room for what waits, and nothing else
    #[arg(long, conflicts_with = "least_gain")]
    only_waiting: bool,
    /// Make the moves
    #[arg(long)]
    apply: bool,
}

/// Asks, and shows the answer.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let body = Rebalance {
        max_moves: options.max_moves,
        max_bytes: options.max_gib.map(|gib| gib.saturating_mul(1 << 30)),
        max_seconds: options.max_seconds,
        least_gain_milli: (!options.only_waiting).then_some(options.least_gain),
        apply: options.apply,
    };
    let answer = app.client()?.rebalance(&body).await?;
    app.out.show(&answer, || rebalance::text(&answer))?;
    Ok(exit(&answer))
}

const fn exit(answer: &RebalanceAnswer) -> Exit {
    if answer.moves.is_empty() || answer.applied { Exit::Done } else { Exit::Pending }
}
