use serde::{Deserialize, Serialize};

use crate::{name::Name, secret::Secret, time::Timestamp};

/// A secret that an operator stored, for parameters to refer to by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSecret {
    /// Its name.
    pub name: Name,
    /// The value. Stores get it sealed where the composition root seals them.
    pub value: Secret,
    /// Counts its values, from 1.
    pub version: u64,
    /// When it was first set.
    pub created_at: Timestamp,
    /// When its value last changed.
    pub updated_at: Timestamp,
}
