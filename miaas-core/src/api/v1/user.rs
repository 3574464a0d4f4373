use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Role;
use crate::{
    id::SessionId,
    name::{Labels, UserName},
    secret::Secret,
    time::Timestamp,
};

/// Body of `POST /api/v1/session`: a user with a password, or an API key, or the code of a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SignIn {
    /// The user, together with the password.
    pub user: Option<String>,
    /// The password of the user.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub password: Option<Secret>,
    /// An API key, in place of both.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub key: Option<Secret>,
    /// The code of a link, in place of all of these.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub code: Option<Secret>,
}

/// Answer of `POST /api/v1/session/link`: what signs the caller in at a browser, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInLink {
    /// For `POST /api/v1/session`; the page takes it from its address: `/sign-in#code=CODE`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: Secret,
    /// Until when it is good.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// By what somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignedInBy {
    /// The password of a user.
    Password,
    /// An API key.
    Key,
    /// A provider of OpenID Connect.
    Oidc,
}

/// Who calls, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// The user; for an API key its id.
    pub user: String,
    /// What they may do.
    pub role: Role,
    /// Only deployments with these labels; none for everything.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub scope: Labels,
    /// By what they proved who they are.
    pub from: SignedInBy,
    /// What requests of the page that change something send as `x-miaas-csrf`; absent for a caller without a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
    /// When the session ends at the latest; absent for a caller without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<Timestamp>,
}

/// How users can sign in at this server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInMethods {
    /// With the password of a user.
    pub password: bool,
    /// With an API key.
    pub key: bool,
    /// Over a provider of OpenID Connect.
    pub oidc: Option<OidcMethod>,
}

/// Signing in over a provider of OpenID Connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OidcMethod {
    /// What people call the provider.
    pub name: String,
    /// Where the browser goes; with `?to=/path` it comes back to that page.
    pub path: String,
}

/// A browser at which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionItem {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: SessionId,
    /// Who is signed in; for an API key its id.
    pub user: String,
    /// By what they proved who they are.
    pub from: SignedInBy,
    /// When they signed in.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it was last used, to some minutes.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub last_used_at: Timestamp,
    /// When it ends at the latest.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// The address that they signed in from.
    pub address: String,
    /// Whether it is the session of the caller.
    pub current: bool,
}

/// Body of `POST /api/v1/session/password`: another password for oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present one.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub old: Secret,
    /// The one from now on: 12 to 1,000 characters.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub new: Secret,
}

/// Body of `POST /api/v1/users`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// What they sign in with: letters, digits, `-`, `_` and `.`, at most 64.
    pub name: String,
    /// The password: 12 to 1,000 characters.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub password: Secret,
    /// What they may do: `viewer` unless said otherwise.
    #[serde(default)]
    pub role: Role,
    /// Only deployments that have all of these labels, and nothing else of the fleet; none for everything.
    #[serde(default)]
    pub scope: BTreeMap<String, String>,
}

/// Body of `PATCH /api/v1/users/{name}`. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateUser {
    /// Another password. Whoever is signed in with the old one is signed out.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub password: Option<Secret>,
    /// What they may do.
    pub role: Option<Role>,
    /// Only deployments that have all of these labels.
    pub scope: Option<BTreeMap<String, String>>,
    /// Keeps them out, or lets them in again.
    pub disabled: Option<bool>,
}

/// A user as the API shows it: without the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserItem {
    /// What they sign in with.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: UserName,
    /// What they may do.
    pub role: Role,
    /// Only deployments with these labels.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub scope: Labels,
    /// Whether they are kept out.
    pub disabled: bool,
    /// When they were made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When they last signed in; none is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_sign_in_at: Option<Timestamp>,
}
