//! `miaas diff`: what `apply` would change.

use clap::Args;

use super::stackfile::Stack;
use crate::{app::App, exit::Exit, output::stack};

/// Options of `miaas diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  miaas diff -f miaas.yaml

Exit codes: 0 nothing would change, 1 error, 2 changes pending or no place.")]
pub(crate) struct Options {
    #[command(flatten)]
    stack: Stack,
}

/// Compares.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let (name, request) = options.stack.read()?;
    let answer = app.client()?.plan_stack(&name, &request).await?;
    app.out.show(&answer, || stack::answer(&name, &answer))?;
    Ok(stack::exit(&answer))
}
