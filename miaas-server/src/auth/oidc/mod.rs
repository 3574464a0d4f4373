//! Signing in over a provider of OpenID Connect: the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9700).
//!
//! The server keeps nothing while somebody is at the provider: what the answer must match lies in a cookie of that browser. The
//! provider is believed by its signature, its name, whom the token is for, the time, and the nonce of that browser.

mod config;
mod flow;
mod provider;
mod token;

pub use config::{OidcConfig, RoleRule};
pub(crate) use flow::{COOKIE_SECONDS, Pending, local};

use miaas_core::{ErrorKind, PortError, api::v1::Role, time::Timestamp};
use tokio::sync::Mutex;

use flow::Answer;
use provider::Provider;

const OPERATION: &str = "auth.oidc";
/// What the provider says of itself is asked again after this.
const KNOWN_FOR: std::time::Duration = std::time::Duration::from_secs(3600);
/// Keys that are not known are asked for at most this often.
const KEYS_AGAIN: std::time::Duration = std::time::Duration::from_secs(30);

/// Somebody whom the provider has named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Never changes and is nobody else's.
    pub(crate) subject: String,
    /// For people.
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// Signs people in over one provider.
#[derive(Debug)]
pub(crate) struct Oidc {
    config: OidcConfig,
    http: reqwest::Client,
    known: Mutex<Option<Provider>>,
}

impl Oidc {
    /// # Errors
    /// `Invalid` for a configuration that cannot work; when there is no TLS.
    pub(crate) fn new(config: OidcConfig) -> Result<Self, PortError> {
        config.check()?;
        let failed = || PortError::internal(OPERATION, "no HTTP client can be made");
        let http = miaas_tls::http(None)?
            .timeout(std::time::Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| failed().with_source(e))?;
        Ok(Self { config, http, known: Mutex::default() })
    }

    /// What people call the provider.
    pub(crate) fn name(&self) -> &str {
        &self.config.name
    }

    /// Where to send a browser that shall come back to `callback`, and what it must bring along.
    pub(crate) async fn begin(
        &self,
        callback: &str,
        to: String,
        now: Timestamp,
    ) -> Result<(String, Pending), PortError> {
        let pending = Pending::new(to)?;
        let provider = self.provider(now, None).await?;
        Ok((provider.ask(&self.config, callback, &pending), pending))
    }

    /// Who the browser is that came back with this query.
    pub(crate) async fn finish(
        &self,
        callback: &str,
        query: &str,
        pending: &Pending,
        now: Timestamp,
    ) -> Result<Named, PortError> {
        let code = Answer::read(query).code(pending)?;
        let provider = self.provider(now, None).await?;
        let text = provider.redeem(&self.http, &self.config, callback, &code, pending).await?;
        let header = token::header(&text)?;
        let provider = if provider.has_key(&header) { provider } else { self.provider(now, Some(&header)).await? };
        let claims = token::verify(&text, &header, &provider, &self.config, now)?;
        if claims.nonce.as_deref() != Some(&pending.nonce) {
            return Err(token::refused("the token is for another sign-in"));
        }
        let role = self.config.role(&claims.all).ok_or_else(|| {
            let message = format!("{} has no role here", claims.name());
            PortError::new(ErrorKind::Forbidden, OPERATION, message)
                .with_hint("ask an administrator: the provider must put a role into the token that this server knows")
        })?;
        Ok(Named { subject: claims.sub.clone(), name: claims.name(), role })
    }

    /// The provider as it was last known; asked again when that was long ago, or a token names a key that was not there then.
    async fn provider(&self, now: Timestamp, missing: Option<&jsonwebtoken::Header>) -> Result<Provider, PortError> {
        let mut known = self.known.lock().await;
        if let Some(provider) = &*known {
            let age = now.since(provider.asked_at);
            let lacks = missing.is_some_and(|header| !provider.has_key(header));
            if age < KNOWN_FOR && !(lacks && age >= KEYS_AGAIN) {
                return Ok(provider.clone());
            }
        }
        let provider = Provider::discover(&self.http, &self.config, now).await?;
        *known = Some(provider.clone());
        Ok(provider)
    }
}
