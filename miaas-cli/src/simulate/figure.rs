//! What came out, as a table, JSON, CSV or a report.

use std::time::Duration;

use miaas_placement::trace::{Curve, Outcome, markdown};
use serde::Serialize;

use super::{Plan, workers::Done};
use crate::{
    app::App,
    output::{Format, Table},
};

/// A policy on a workload.
#[derive(Debug)]
pub(super) struct Result {
    pub(super) outcome: Outcome,
    /// Mean over the sequences.
    pub(super) curve: Curve,
}

/// The same as data.
#[derive(Debug, Serialize)]
struct Figure<'a> {
    workload: &'a str,
    policy: &'a str,
    /// Percent of the GPUs that the pods so far asked for.
    at: u64,
    /// Percent of the GPUs that is allocated then.
    mean: f64,
    std: f64,
    decisions_per_s: f64,
    per_seed: Vec<f64>,
}

/// Puts together what belongs together; `done` is in the order of the workers.
pub(super) fn collect(plan: &Plan, done: Vec<Done>) -> Vec<Result> {
    let mut done = done.into_iter();
    let mut results = Vec::new();
    for workload in &plan.trace.workloads {
        for policy in &plan.policies {
            let mine: Vec<Done> = done.by_ref().take(workload.sequences.len()).collect();
            let decisions: usize = mine.iter().map(|done| done.decisions).sum();
            let took: Duration = mine.iter().map(|done| done.took).sum();
            let curves: Vec<Curve> = mine.into_iter().map(|done| done.curve).collect();
            #[allow(clippy::cast_precision_loss, reason = "a count of pods is far below 2^53")]
            let decisions_per_s = decisions as f64 / took.as_secs_f64().max(1e-9);
            let per_seed = curves.iter().filter_map(|curve| curve.at(plan.at)).map(|at| at.allocated).collect();
            let outcome =
                Outcome { workload: workload.name.clone(), policy: policy.clone(), per_seed, decisions_per_s };
            results.push(Result { outcome, curve: Curve::mean(&curves) });
        }
    }
    results
}

/// Shows the figures in the format asked for.
pub(super) fn show(app: &App, at: u64, results: &[Result]) -> anyhow::Result<()> {
    let figures: Vec<Figure<'_>> = results.iter().map(|result| figure(&result.outcome, at)).collect();
    match app.out.format() {
        Format::Csv => app.out.text(csv(&figures).trim_end()),
        Format::Markdown => {
            let outcomes: Vec<Outcome> = results.iter().map(|result| result.outcome.clone()).collect();
            app.out.text(markdown(&outcomes, at).trim_end())
        }
        _ => app.out.show(&figures, || table(&figures, at, app.out.wide())),
    }
}

fn figure(outcome: &Outcome, at: u64) -> Figure<'_> {
    // Four decimals: far finer than what a seed changes, and short to read.
    let short = |figure: f64| (figure * 1e4).round() / 1e4;
    let summary = outcome.summary();
    Figure {
        workload: &outcome.workload,
        policy: &outcome.policy,
        at,
        mean: short(summary.mean),
        std: short(summary.std),
        decisions_per_s: outcome.decisions_per_s.round(),
        per_seed: outcome.per_seed.iter().copied().map(short).collect(),
    }
}

fn table(figures: &[Figure<'_>], at: u64, wide: bool) -> String {
    let allocated = format!("ALLOCATED AT {at} %");
    let mut head = vec!["WORKLOAD", "POLICY", &allocated, "DECISIONS/S"];
    if wide {
        head.push("BY SEED");
    }
    let mut table = Table::new(head);
    for figure in figures {
        let mut row = vec![
            figure.workload.to_owned(),
            figure.policy.to_owned(),
            format!("{:.2} ± {:.2} %", figure.mean, figure.std),
            format!("{:.0}", figure.decisions_per_s),
        ];
        if wide {
            row.push(figure.per_seed.iter().map(|f| format!("{f:.2}")).collect::<Vec<_>>().join(" "));
        }
        table.row(row);
    }
    table.text()
}

/// One line a figure; what the seeds gave stands in one cell, between blanks.
fn csv(figures: &[Figure<'_>]) -> String {
    let mut text = String::from("workload,policy,at,mean,std,decisions_per_s,per_seed\n");
    for f in figures {
        let per_seed = f.per_seed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let cells = [
            quoted(f.workload),
            quoted(f.policy),
            f.at.to_string(),
            f.mean.to_string(),
            f.std.to_string(),
            f.decisions_per_s.to_string(),
            per_seed,
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// A cell that keeps commas, quotes and line ends.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_needed() {
        for (cell, want) in [("a", "a"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\"")] {
            assert_eq!(quoted(cell), want);
        }
    }

    #[test]
    fn figures_are_short_in_every_format() {
        let outcome = Outcome {
            workload: "default".into(),
            policy: "fgd".into(),
            per_seed: vec![95.123_456, 96.0],
            decisions_per_s: 61_234.56,
        };
        let figures = [figure(&outcome, 100)];
        let want = "workload,policy,at,mean,std,decisions_per_s,per_seed\n\
                    default,fgd,100,95.5617,0.6198,61235,95.1235 96\n";
        assert_eq!(csv(&figures), want);
        let want = "\
WORKLOAD  POLICY  ALLOCATED AT 100 %  DECISIONS/S  BY SEED
default   fgd     95.56 ± 0.62 %      61235        95.12 96.00";
        assert_eq!(table(&figures, 100, true), want);
    }
}
