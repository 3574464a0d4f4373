//! What a caller may do: a role, and for some keys only the deployments with certain labels.

use std::{collections::BTreeMap, fmt};

use miaas_core::{
    ErrorKind, PortError,
    api::v1::Role,
    id::{KeyId, SessionId},
    name::{LabelKey, Labels, UserName},
    spec::Issue,
};

use crate::state::AppState;

/// Who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// The holder of an API key.
    Key(KeyId),
    /// A user of this server.
    User(UserName),
    /// Somebody whom a provider of OpenID Connect knows.
    Oidc {
        /// What the provider never gives to anybody else.
        subject: String,
        /// What people call them.
        name: String,
    },
}

/// As logs and messages name them: a user cannot pass for a key.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(id) => id.fmt(f),
            Self::User(name) => write!(f, "user/{name}"),
            Self::Oidc { subject, name } => write!(f, "oidc/{name}[{subject}]"),
        }
    }
}

/// Somebody who may look at the fleet at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub actor: Actor,
    /// What they may do.
    pub role: Role,
    /// Only deployments that have these labels; none for everything.
    pub scope: Labels,
    /// The session, for those who are signed in at a browser.
    pub session: Option<SessionId>,
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
        let message = format!("this wants the role {}, and {} is {}", role.as_str(), self.actor, self.role.as_str());
        let hint = match self.actor {
            Actor::Key(_) => "ask an administrator for a key with that role: `miaas key create --role`",
            Actor::User(_) | Actor::Oidc { .. } => "ask an administrator for that role",
        };
        Err(PortError::new(ErrorKind::Forbidden, "auth", message).with_hint(hint))
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
                Issue::new(format!("/labels/{key}"), format!("it must be {value:?} for deployments of {}", self.actor))
            })
            .collect();
        if issues.is_empty() { Ok(()) } else { Err(PortError::invalid("auth.scope", issues)) }
    }
}

/// Reads a scope of a key or a user with this role; what is wrong with it is added to the issues.
pub(super) fn parse_scope(given: &BTreeMap<String, String>, role: Role, issues: &mut Vec<Issue>) -> Labels {
    let mut scope = Labels::default();
    for (key, value) in given {
        match LabelKey::parse(key) {
            Ok(key) => drop(scope.0.insert(key, value.clone())),
            Err(e) => issues.push(Issue::new("/scope", e.to_string())),
        }
    }
    if let Err(e) = scope.check() {
        issues.push(Issue::new("/scope", e.to_string()));
    }
    if !scope.0.is_empty() && role == Role::Admin {
        let issue = Issue::new("/role", "an administrator is not limited to some deployments");
        issues.push(issue.with_hint("make it an operator, or leave the scope out"));
    }
    scope
}
