//! `miaas what-if`: what would happen if nodes were lost, added or cordoned (P4).

use clap::Args;
use miaas_core::api::v1::{WhatIf, WhatIfChange};

use crate::{app::App, exit::Exit, failure::fail, output::what_if};

/// Options of `miaas what-if`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas what-if --remove alpha              what runs there goes where?
  miaas what-if --add 2xbeta                two more nodes like beta
  miaas what-if --remove alpha --add 1xbeta

Nothing is changed.
Exit codes: 0 everything has a place, 1 error, 2 something has none.")]
pub(crate) struct Options {
    /// A node that is gone; name or id
    #[arg(long, value_name = "NODE")]
    remove: Vec<String>,
    /// So many nodes like one that is there
    #[arg(long, value_name = "COUNTxNODE")]
    add: Vec<String>,
    /// A node that takes no new work; name or id
    #[arg(long, value_name = "NODE")]
    cordon: Vec<String>,
}

/// Asks.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let body = changes(options)?;
    let answer = app.client()?.what_if(&body).await?;
    app.out.show(&answer, || what_if::text(&answer))?;
    Ok(what_if::exit(&answer))
}

fn changes(options: Options) -> anyhow::Result<WhatIf> {
    // Nodes come first, so that one can be like a node that is gone.
    let mut changes = Vec::new();
    for text in &options.add {
        let wrong = || fail(format!("--add {text:?} names no count and node"), "write a number, x and a node: 2xbeta");
        let (count, like) = text.split_once('x').ok_or_else(wrong)?;
        let count = count.parse().map_err(|_| wrong())?;
        if like.is_empty() {
            return Err(wrong());
        }
        changes.push(WhatIfChange::AddNodes { like: like.to_owned(), count });
    }
    changes.extend(options.remove.into_iter().map(|node| WhatIfChange::RemoveNode { node }));
    changes.extend(options.cordon.into_iter().map(|node| WhatIfChange::Cordon { node }));
    if changes.is_empty() {
        return Err(fail("nothing to think of".to_owned(), "give --remove NODE, --add COUNTxNODE or --cordon NODE"));
    }
    Ok(WhatIf { changes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_added_before_others_are_removed() {
        let options =
            |add: &str| Options { remove: vec!["alpha".to_owned()], add: vec![add.to_owned()], cordon: Vec::new() };
        let want = [
            WhatIfChange::AddNodes { like: "alpha".to_owned(), count: 2 },
            WhatIfChange::RemoveNode { node: "alpha".to_owned() },
        ];
        assert_eq!(changes(options("2xalpha")).unwrap().changes, want);
        for wrong in ["alpha", "x", "2x", "xalpha", "-1xalpha"] {
            assert!(changes(options(wrong)).is_err(), "{wrong}");
        }
    }
}
