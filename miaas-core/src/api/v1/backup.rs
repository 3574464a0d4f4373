use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// Body of `POST /api/v1/backup`: what the backup is locked with, recipients or a passphrase.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateBackup {
    /// Public keys of age, `age1…`.
    pub recipients: Vec<String>,
    /// A passphrase of at least 12 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub passphrase: Option<Secret>,
}
