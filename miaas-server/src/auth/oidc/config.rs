//! What must be known of a provider, and who gets which role.

use std::str::FromStr;

use miaas_core::{ErrorKind, PortError, api::v1::Role, secret::Secret};
use serde_json::Value;
use url::Url;

use super::OPERATION;

/// A provider of OpenID Connect, and what its users may do here.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OidcConfig {
    /// The address that the provider names itself by, for example `https://sso.example.org/realms/main`.
    pub issuer: String,
    /// The id of this server at the provider.
    pub client_id: String,
    /// The secret of this server at the provider; none for a public client.
    pub client_secret: Option<Secret>,
    /// What people call the provider.
    pub name: String,
    /// The claim of the ID token with the roles: a text or a list of texts; dots lead into objects.
    pub role_claim: String,
    /// Which values of that claim give which role; the highest one counts.
    pub roles: Vec<RoleRule>,
    /// What else is asked for beside `openid` and `profile`.
    pub scopes: Vec<String>,
}

/// A value of the role claim and the role that it gives; `*` stands for everybody whom the provider lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRule {
    value: String,
    role: Role,
}

impl FromStr for RoleRule {
    type Err = String;

    /// Reads `VALUE=ROLE`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not VALUE=ROLE with the role viewer, operator or admin");
        let (value, role) = text.rsplit_once('=').filter(|(value, _)| !value.is_empty()).ok_or_else(wrong)?;
        let role = Role::ALL.into_iter().find(|r| r.as_str() == role).ok_or_else(wrong)?;
        Ok(Self { value: value.to_owned(), role })
    }
}

impl OidcConfig {
    /// A provider whose users have no role here until rules say so.
    #[must_use]
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            client_secret: None,
            name: "single sign-on".to_owned(),
            role_claim: "roles".to_owned(),
            roles: Vec::new(),
            scopes: Vec::new(),
        }
    }

    pub(super) fn check(&self) -> Result<(), PortError> {
        let invalid =
            |message: String, hint: &str| Err(PortError::new(ErrorKind::Invalid, OPERATION, message).with_hint(hint));
        if !is_safe(&self.issuer) {
            let message = format!("{:?} is no address of a provider", self.issuer);
            return invalid(message, "give --oidc-issuer as https://…, as the provider writes it itself");
        }
        if self.roles.is_empty() {
            let message = "nobody of the provider would have a role here".to_owned();
            return invalid(message, "give --oidc-role VALUE=ROLE, for example --oidc-role '*=viewer'");
        }
        Ok(())
    }

    /// The role that these claims give.
    pub(super) fn role(&self, claims: &Value) -> Option<Role> {
        let claim = self.role_claim.split('.').try_fold(claims, |value, name| value.get(name));
        // A name may have dots itself, as those of some providers that are addresses.
        let claim = claims.get(&self.role_claim).or(claim);
        let has = |wanted: &str| match claim {
            Some(Value::String(text)) => text == wanted,
            Some(Value::Array(all)) => all.iter().any(|v| v == wanted),
            _ => false,
        };
        self.roles.iter().filter(|rule| rule.value == "*" || has(&rule.value)).map(|rule| rule.role).max()
    }
}

/// Whether what is sent there cannot be read on the way: TLS, or the machine itself.
pub(super) fn is_safe(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let local = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_highest_role_that_a_claim_gives_counts() {
        let mut config = OidcConfig::new("https://sso.example.org", "miaas");
        let with = |config: &OidcConfig, claim: &str, claims: Value| {
            let config = OidcConfig { role_claim: claim.to_owned(), ..config.clone() };
            config.role(&claims)
        };
        assert_eq!(with(&config, "roles", json!({"roles": ["ops"]})), None);
        config.roles = ["ops=operator", "a=b=admin"].map(|r| r.parse().unwrap()).to_vec();
        for (claim, claims, role) in [
            ("roles", json!({"roles": ["x", "ops"]}), Some(Role::Operator)),
            ("roles", json!({"roles": "a=b"}), Some(Role::Admin)),
            ("roles", json!({"roles": ["a=b", "ops"]}), Some(Role::Admin)),
            ("roles", json!({"roles": {"ops": true}}), None),
            ("roles", json!({}), None),
            ("realm_access.roles", json!({"realm_access": {"roles": ["ops"]}}), Some(Role::Operator)),
            ("https://x.org/roles", json!({"https://x.org/roles": ["ops"]}), Some(Role::Operator)),
        ] {
            assert_eq!(with(&config, claim, claims.clone()), role, "{claim} {claims}");
        }
        config.roles.push("*=viewer".parse().unwrap());
        assert_eq!(with(&config, "roles", json!({})), Some(Role::Viewer));
        for wrong in ["ops", "=admin", "ops=root"] {
            assert!(wrong.parse::<RoleRule>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_go_out_over_tls_or_stay_on_the_machine() {
        for (address, safe) in [
            ("https://sso.example.org/realms/a", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080", true),
            ("http://sso.example.org", false),
            ("http://127.0.0.1.example.org", false),
            ("ftp://localhost", false),
            ("sso.example.org", false),
        ] {
            assert_eq!(is_safe(address), safe, "{address}");
        }
    }
}
