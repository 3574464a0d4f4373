//! Roles as options of a command.

use clap::ValueEnum;
use miaas_core::{api::v1::Role, name::Labels};

/// A role by its name.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum RoleName {
    #[default]
    Viewer,
    Operator,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Operator => Self::Operator,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// The labels of a scope, for people.
pub(crate) fn scope(labels: &Labels) -> String {
    let pairs: Vec<String> = labels.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
    pairs.join(",")
}
