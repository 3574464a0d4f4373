//! What a workload may have that reaches out of its containers (T9). [`findings`] looks at what was rendered, whether it came
//! from a template or from a document of one's own; a [`Policy`] of the operator says which findings are allowed for whom.
//! Without one everything is refused.

mod findings;
mod path;
mod rule;

use std::collections::BTreeMap;

use miaas_core::{
    model::WorkloadSpec,
    name::{Labels, Name},
    spec::Issue,
};
use serde::{Deserialize, Serialize};

use crate::yaml;
pub use findings::findings;
pub use rule::Rule;

/// Something that a policy has to allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The service; none when it is a volume or a network.
    pub service: Option<String>,
    /// Where it is in the document, as a JSON pointer.
    pub path: String,
    /// What exactly: the path, the capability, the device.
    pub value: String,
    /// What it means.
    pub message: String,
}

impl Finding {
    /// As an issue, with the rule that refuses it.
    #[must_use]
    pub fn issue(&self) -> Issue {
        let issue = Issue::new(self.path.as_str(), format!("{} (policy rule {})", self.message, self.rule));
        match self.rule.hint() {
            "" => issue.with_hint("the operator of the control plane can allow it: docs/policy.md"),
            hint => issue.with_hint(format!("{hint}; or the operator allows it: docs/policy.md")),
        }
    }
}

/// For whom a policy is asked.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Name of the deployment; none when it has none yet.
    pub deployment: Option<&'a Name>,
    /// Its labels.
    pub labels: &'a Labels,
}

/// What an operator allows. The default allows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Directories of the nodes that everybody may mount paths of.
    pub host_mount_roots: Vec<String>,
    /// What else is allowed, and to whom.
    pub exceptions: Vec<Exception>,
}

/// One exception: every condition that it names has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Why it is there.
    pub reason: String,
    /// The rules that it lifts.
    pub rules: Vec<Rule>,
    /// Names of deployments, `*` standing for any text; absent means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deployments: Vec<String>,
    /// Labels that the deployment has to have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Only these capabilities, devices, parameters, drivers, …; of `host-mount` and `device`, directories and what is below
    /// them. Absent means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl Policy {
    /// Reads a policy file. `file` is named in every message.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str, file: &str) -> Result<Self, String> {
        let policy: Self = yaml::read(text).map_err(|e| {
            let line = e.line.map(|line| format!(":{line}")).unwrap_or_default();
            format!("{file}{line}: {}", e.message)
        })?;
        if let Some(root) = policy.host_mount_roots.iter().find(|r| !r.starts_with('/')) {
            return Err(format!("{file}: host_mount_roots: {root:?} is no absolute path"));
        }
        for (i, exception) in policy.exceptions.iter().enumerate() {
            if exception.rules.is_empty() || exception.reason.trim().is_empty() {
                return Err(format!("{file}: exceptions[{i}]: it needs `rules` and a `reason`"));
            }
        }
        Ok(policy)
    }

    /// What of `spec` is refused for `subject`.
    #[must_use]
    pub fn refused(&self, spec: &WorkloadSpec, subject: Subject<'_>) -> Vec<Finding> {
        findings(spec).into_iter().filter(|f| !self.allows(f, subject)).collect()
    }

    fn allows(&self, finding: &Finding, subject: Subject<'_>) -> bool {
        let below = |root: &String| path::inside(&finding.value, &path::normal(root));
        (finding.rule == Rule::HostMount && self.host_mount_roots.iter().any(below))
            || self.exceptions.iter().any(|e| e.allows(finding, subject))
    }
}

impl Exception {
    fn allows(&self, finding: &Finding, subject: Subject<'_>) -> bool {
        let value = |allowed: &String| match finding.rule {
            Rule::HostMount | Rule::Device if allowed.starts_with('/') => {
                path::inside(&finding.value, &path::normal(allowed))
            }
            Rule::CapAdd => allowed.strip_prefix("CAP_").unwrap_or(allowed) == finding.value,
            _ => matches(allowed, &finding.value),
        };
        let named = |pattern: &String| subject.deployment.is_some_and(|name| matches(pattern, name.as_str()));
        let labelled =
            |(key, value): (&String, &String)| subject.labels.0.iter().any(|(k, v)| k.as_str() == key && v == value);
        self.rules.contains(&finding.rule)
            && (self.deployments.is_empty() || self.deployments.iter().any(named))
            && self.labels.iter().all(labelled)
            && (self.values.is_empty() || self.values.iter().any(value))
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, want) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abde", false),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn paths() {
        for (path, root, want) in [
            ("/data/../etc", "/data", false),
            ("/data/x", "/data", true),
            ("/data", "/data/", true),
            ("/database", "/data", false),
            ("/x/../../data/./y//z", "/data", true),
            ("/etc", "/", true),
        ] {
            assert_eq!(path::inside(&path::normal(path), &path::normal(root)), want, "{path} in {root}");
        }
    }
}
