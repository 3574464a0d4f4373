//! Outcomes as a report that people read.

use std::fmt::Write as _;

use super::Summary;

/// How a policy did on a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Name of the workload.
    pub workload: String,
    /// Name of the policy.
    pub policy: String,
    /// Allocated share of the GPUs in percent, by seed.
    pub per_seed: Vec<f64>,
    /// Decisions a second, as the caller measured them.
    pub decisions_per_s: f64,
}

impl Outcome {
    /// Mean and deviation over the seeds.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(&self.per_seed)
    }
}

/// A report in Markdown: allocation by workload and policy when `at` percent had arrived, the best of each workload in
/// bold, and decisions a second.
#[must_use]
pub fn markdown(outcomes: &[Outcome], at: u64) -> String {
    let seeds = outcomes.iter().map(|o| o.per_seed.len()).max().unwrap_or(0);
    let over = if seeds == 1 { "one seed".to_owned() } else { format!("{seeds} seeds") };
    let allocation = table(outcomes, |outcome, row| {
        let Summary { mean, std } = outcome.summary();
        let best = row.iter().all(|other| other.summary().mean <= mean);
        // Without competitors there is no best one.
        let mark = if best && row.len() > 1 { "**" } else { "" };
        format!("{mark}{mean:.2} ± {std:.2}{mark}")
    });
    let speed = table(outcomes, |outcome, _| thousands(outcome.decisions_per_s));
    format!(
        "## GPU allocation at {at} % arrived (%, mean ± standard deviation over {over})\n\n{allocation}\n\
         ## Decisions a second\n\n{speed}"
    )
}

/// Workloads down, policies across, each in the order of its first outcome.
fn table(outcomes: &[Outcome], cell: impl Fn(&Outcome, &[&Outcome]) -> String) -> String {
    let (mut workloads, mut policies) = (Vec::<&str>::new(), Vec::<&str>::new());
    for outcome in outcomes {
        for (list, name) in [(&mut workloads, &outcome.workload), (&mut policies, &outcome.policy)] {
            if !list.contains(&name.as_str()) {
                list.push(name);
            }
        }
    }
    let plain = |name: &str| name.replace('|', "\\|");
    let mut text = String::from("| workload |");
    // Writing to a String cannot fail.
    for policy in &policies {
        let _ = write!(text, " {} |", plain(policy));
    }
    let _ = write!(text, "\n|---|{}\n", "--:|".repeat(policies.len()));
    for workload in workloads {
        let row: Vec<&Outcome> = outcomes.iter().filter(|o| o.workload == workload).collect();
        let _ = write!(text, "| {} |", plain(workload));
        for policy in &policies {
            let here = row.iter().find(|o| o.policy == *policy);
            let _ = write!(text, " {} |", here.map_or_else(|| "-".to_owned(), |outcome| cell(outcome, &row)));
        }
        text.push('\n');
    }
    text
}

/// A count with a comma between groups of three digits.
fn thousands(count: f64) -> String {
    let digits = format!("{count:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        for (count, want) in [(0.0, "0"), (999.4, "999"), (1000.0, "1,000"), (1_234_567.0, "1,234,567")] {
            assert_eq!(thousands(count), want);
        }
    }
}
