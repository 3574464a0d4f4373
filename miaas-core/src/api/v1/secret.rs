use serde::{Deserialize, Serialize};

use crate::{name::Name, secret::Secret, time::Timestamp};

/// Body of `PUT /api/v1/secrets/{name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutSecret {
    /// The value, at most 64 KiB. It is never shown again.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub value: Secret,
}

/// A secret as the API shows it: without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretItem {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Name,
    /// Counts its values, from 1.
    pub version: u64,
    /// When it was first set.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its value last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
    /// Names of the deployments that refer to it.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub used_by: Vec<Name>,
}
