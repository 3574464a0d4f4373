//! Labels of a node by which an operator tells placement what an agent cannot see.

use crate::{cluster::GpuSharing, name::Labels, spec::Issue};

/// `exclusive` gives each GPU of the node to one workload at a time; `shared`, as without the label, divides them.
pub const GPU_SHARING: &str = "miaas.io/gpu-sharing";
/// Memory in MiB that claims on a shared GPU of the node leave alone, in place of the default.
pub const GPU_MARGIN_MIB: &str = "miaas.io/gpu-margin-mib";
/// What an hour of the node costs, in thousandths of the operator's currency.
pub const COST_PER_HOUR: &str = "miaas.io/cost-per-hour";

/// What the labels say. A value that cannot be read says nothing; [`Self::issues`] tells the operator when it is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NodeLabels {
    /// How GPUs that are not split are divided.
    pub sharing: GpuSharing,
    /// Margin of every shared GPU in MiB; none for the default.
    pub margin_mib: Option<u64>,
    /// Thousandths of the currency an hour.
    pub cost_milli: Option<u64>,
}

impl NodeLabels {
    /// Reads them.
    #[must_use]
    pub fn of(labels: &Labels) -> Self {
        let number = |key| labels.get(key).and_then(|v| v.parse().ok());
        Self {
            sharing: labels.get(GPU_SHARING).and_then(sharing).unwrap_or_default(),
            margin_mib: number(GPU_MARGIN_MIB),
            cost_milli: number(COST_PER_HOUR),
        }
    }

    /// What cannot be read of these labels, with paths below `path`.
    #[must_use]
    pub fn issues(labels: &Labels, path: &str) -> Vec<Issue> {
        let wrong = |key: &str, value: &str, hint: &str| {
            let pointer = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
            Issue::new(pointer, format!("{key} cannot be {value:?}")).with_hint(hint)
        };
        let mut issues = Vec::new();
        if let Some(value) = labels.get(GPU_SHARING).filter(|v| sharing(v).is_none()) {
            issues.push(wrong(GPU_SHARING, value, "exclusive or shared"));
        }
        for (key, hint) in [(GPU_MARGIN_MIB, "a whole number of MiB"), (COST_PER_HOUR, "a whole number of thousandths")]
        {
            if let Some(value) = labels.get(key).filter(|v| v.parse::<u64>().is_err()) {
                issues.push(wrong(key, value, hint));
            }
        }
        issues
    }
}

fn sharing(text: &str) -> Option<GpuSharing> {
    [GpuSharing::Shared, GpuSharing::Exclusive].into_iter().find(|s| s.as_str() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[&str]) -> Labels {
        Labels::parse_pairs(pairs.iter().copied()).unwrap_or_default()
    }

    #[test]
    fn labels_say_how_gpus_are_divided_and_what_a_node_costs() {
        let all =
            labels(&["miaas.io/gpu-sharing=exclusive", "miaas.io/gpu-margin-mib=512", "miaas.io/cost-per-hour=90"]);
        let said = NodeLabels { sharing: GpuSharing::Exclusive, margin_mib: Some(512), cost_milli: Some(90) };
        assert_eq!(NodeLabels::of(&all), said);
        assert!(NodeLabels::issues(&all, "/set").is_empty());
        assert_eq!(NodeLabels::of(&labels(&[])), NodeLabels::default());
    }

    #[test]
    fn what_cannot_be_read_says_nothing_and_is_told() {
        let wrong = labels(&["miaas.io/gpu-sharing=mig", "miaas.io/gpu-margin-mib=1GiB", "miaas.io/cost-per-hour=-4"]);
        assert_eq!(NodeLabels::of(&wrong), NodeLabels::default());
        let issues = NodeLabels::issues(&wrong, "/set");
        assert_eq!(issues.len(), 3);
        assert_eq!(issues[0].path, "/set/miaas.io~1gpu-sharing");
    }
}
