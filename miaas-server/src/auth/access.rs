//! What a caller may do: a role, and for some keys only the deployments with certain labels.

use miaas_core::{ErrorKind, PortError, api::v1::Role, id::KeyId, name::Labels, spec::Issue};

use crate::state::AppState;

/// The holder of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The key.
    pub key: KeyId,
    /// What it may do.
    pub role: Role,
    /// Only deployments that have these labels; none for everything.
    pub scope: Labels,
}

impl Caller {
    /// Refuses what this role is too little for.
    ///
    /// # Errors
    /// `Forbidden`, naming both roles.
    pub fn require(&self, role: Role) -> Result<(), PortError> {
        if self.role >= role {
            return Ok(());
        }
        let message = format!("this wants the role {}, and {} is {}", role.as_str(), self.key, self.role.as_str());
        Err(PortError::new(ErrorKind::Forbidden, "auth", message)
            .with_hint("ask an administrator for a key with that role: `miaas key create --role`"))
    }

    /// Whether a deployment with these labels may be seen and changed.
    #[must_use]
    pub fn reaches(&self, labels: &Labels) -> bool {
        labels.contains_all(&self.scope)
    }

    /// Refuses a name that a deployment out of reach has: what a change would do to that is not told.
    ///
    /// # Errors
    /// `AlreadyExists`.
    pub(crate) fn check_free(&self, state: &AppState, name: Option<&str>) -> Result<(), PortError> {
        let taken = name.and_then(|name| Some((name, state.orchestrator().deployment(name).ok()?)));
        match taken {
            Some((name, item)) if !self.reaches(&item.labels) => {
                let message = format!("a deployment named {name} exists");
                Err(PortError::new(ErrorKind::AlreadyExists, "plan", message).with_hint("choose another name"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses labels that would put a deployment out of reach.
    ///
    /// # Errors
    /// `Invalid`, naming the labels that are needed.
    pub fn check_labels<'a>(&self, label: impl Fn(&str) -> Option<&'a String>) -> Result<(), PortError> {
        let missing = self.scope.0.iter().filter(|(key, value)| label(key.as_str()) != Some(*value));
        let issues: Vec<Issue> = missing
            .map(|(key, value)| {
                Issue::new(format!("/labels/{key}"), format!("it must be {value:?} for deployments of {}", self.key))
            })
            .collect();
        if issues.is_empty() { Ok(()) } else { Err(PortError::invalid("auth.scope", issues)) }
    }
}
