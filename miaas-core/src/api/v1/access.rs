use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{KeyId, TokenId},
    name::Labels,
    secret::Secret,
    time::Timestamp,
};

/// Body of `POST /api/v1/tokens`: a join token for nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateToken {
    /// Seconds until it expires; none takes the server's default.
    pub ttl_seconds: Option<u64>,
    /// How many nodes may join with it; none is 1.
    pub uses: Option<u32>,
    /// Labels for the nodes that join with it.
    pub labels: BTreeMap<String, String>,
    /// For people.
    pub description: String,
}

/// Answer to the creation of a join token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedToken {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: TokenId,
    /// The token; shown here only.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub token: Secret,
    /// The command that joins a machine with it.
    pub join_command: String,
    /// When it expires.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// A join token as the API shows it: without the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenItem {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: TokenId,
    /// For people.
    pub description: String,
    /// Labels for the nodes that join with it.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub labels: Labels,
    /// How many more nodes may join with it.
    pub uses_left: u32,
    /// When it was created.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it expires.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// What a key may do. Each role may do all that the ones before it may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks at everything but passwords, and asks what changes would do.
    #[default]
    Viewer,
    /// Deploys, changes and removes; sets secrets; cordons, drains and labels nodes.
    Operator,
    /// Lets nodes and people in and out, and sets up the control plane.
    Admin,
}

impl Role {
    /// Every role, the one that may do least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

/// Body of `POST /api/v1/keys`: an API key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateKey {
    /// For people.
    pub description: String,
    /// What it may do: `viewer` unless said otherwise.
    pub role: Role,
    /// Seconds until it expires; none is never.
    pub ttl_seconds: Option<u64>,
    /// Only deployments that have all of these labels, and nothing else of the fleet; none for everything.
    pub scope: BTreeMap<String, String>,
}

/// Answer to the creation of an API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedKey {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: KeyId,
    /// The key; shown here only.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: Secret,
}

/// An API key as the API shows it: without the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyItem {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: KeyId,
    /// For people.
    pub description: String,
    /// What it may do.
    pub role: Role,
    /// Only deployments with these labels.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub scope: Labels,
    /// When it was created.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it expires; none is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to some minutes; none is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_used_at: Option<Timestamp>,
}

/// Body of `POST /api/v1/seal/rotate`: new keys for what is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RotateSeal {
    /// Also a new master key, where that lies in a file of the server.
    pub master: bool,
}

/// Answer to a rotation of the keys for what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatedSeal {
    /// Names the key that seals from now on.
    pub root_key: String,
    /// Fingerprint of the master key.
    pub master_key: String,
    /// How many objects were sealed anew.
    pub objects: usize,
}
