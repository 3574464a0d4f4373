//! The trace simulator as a command: reads files, replays in threads, shows figures, draws curves. What happens in a
//! replay is decided in `miaas_placement`.

pub(crate) mod args;
mod chart;
mod figure;
pub(crate) mod source;
mod workers;

use std::{num::NonZeroUsize, path::PathBuf};

use anyhow::Context as _;

use crate::{app::App, failure::fail};

/// What is to be measured.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) policies: Vec<String>,
    pub(crate) trace: source::Trace,
    /// Where on the curve the policies are compared, in percent arrived.
    pub(crate) at: u64,
    /// Where the curves are drawn.
    pub(crate) svg: Option<PathBuf>,
    /// How many replays run at the same time.
    pub(crate) jobs: Option<NonZeroUsize>,
}

/// Replays every sequence of every workload under every policy, then shows what came out.
pub(crate) fn run(app: &App, plan: &Plan) -> anyhow::Result<()> {
    for workload in &plan.trace.workloads {
        workload.reaches(plan.at, &plan.trace.nodes)?;
    }
    if let Some(folder) = &plan.svg {
        // Before the work, not after it: it may take minutes.
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let results = figure::collect(plan, workers::run(app, plan)?);
    if let Some(folder) = &plan.svg {
        for file in chart::write(folder, &results)? {
            app.say.line(&format!("wrote {}", file.display()));
        }
    }
    figure::show(app, plan.at, &results)
}

/// An error with its hint, if there is one.
fn failure(message: String, hint: Option<String>) -> anyhow::Error {
    match hint {
        Some(hint) => fail(message, hint),
        None => anyhow::Error::msg(message),
    }
}
