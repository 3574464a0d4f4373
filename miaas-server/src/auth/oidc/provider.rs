//! Talking to the provider.

use jsonwebtoken::{
    Header,
    jwk::{Jwk, JwkSet},
};
use miaas_core::{ErrorKind, PortError, time::Timestamp};
use serde::{Deserialize, de::DeserializeOwned};
use url::{Url, form_urlencoded};

use super::{OPERATION, config::OidcConfig, config::is_safe, flow::Pending};

/// Longest answer of a provider, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// What a provider says of itself.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    authorize: Url,
    token: Url,
    keys: JwkSet,
    pub(super) asked_at: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
}

#[derive(Debug, Deserialize)]
struct Tokens {
    id_token: String,
}

impl Provider {
    /// Asks it (OpenID Connect Discovery 1.0).
    pub(super) async fn discover(
        http: &reqwest::Client,
        config: &OidcConfig,
        now: Timestamp,
    ) -> Result<Self, PortError> {
        let address = format!("{}/.well-known/openid-configuration", config.issuer.trim_end_matches('/'));
        let found: Metadata = json(http.get(&address)).await?;
        if found.issuer != config.issuer {
            let message = format!("the provider at {address} names itself {:?}", found.issuer);
            return Err(PortError::new(ErrorKind::Unavailable, OPERATION, message)
                .with_hint("give --oidc-issuer exactly as the provider writes it"));
        }
        for address in [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri] {
            if !is_safe(address.as_str()) {
                let message = format!("the provider wants to be asked without TLS at {address}");
                return Err(PortError::new(ErrorKind::Unavailable, OPERATION, message));
            }
        }
        let keys = json(http.get(found.jwks_uri)).await?;
        Ok(Self { authorize: found.authorization_endpoint, token: found.token_endpoint, keys, asked_at: now })
    }

    /// Where a browser goes to sign in.
    pub(super) fn ask(&self, config: &OidcConfig, callback: &str, pending: &Pending) -> String {
        let scopes: Vec<&str> =
            ["openid", "profile"].into_iter().chain(config.scopes.iter().map(String::as_str)).collect();
        let mut address = self.authorize.clone();
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &config.client_id)
            .append_pair("redirect_uri", callback)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", &pending.state)
            .append_pair("nonce", &pending.nonce)
            .append_pair("code_challenge", &pending.challenge())
            .append_pair("code_challenge_method", "S256");
        address.into()
    }

    /// The ID token for a code.
    pub(super) async fn redeem(
        &self,
        http: &reqwest::Client,
        config: &OidcConfig,
        callback: &str,
        code: &str,
        pending: &Pending,
    ) -> Result<String, PortError> {
        let form = |more: &[(&str, &str)]| {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.append_pair("grant_type", "authorization_code")
                .append_pair("code", code)
                .append_pair("redirect_uri", callback)
                .append_pair("code_verifier", &pending.verifier)
                .extend_pairs(more)
                .finish()
        };
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let request = http.post(self.token.clone()).header("content-type", "application/x-www-form-urlencoded");
        let request = match &config.client_secret {
            Some(secret) => {
                request.basic_auth(encoded(&config.client_id), Some(encoded(secret.expose()))).body(form(&[]))
            }
            None => request.body(form(&[("client_id", &config.client_id)])),
        };
        json::<Tokens>(request).await.map(|tokens| tokens.id_token)
    }

    /// The key that a token names; where it names none, the only one.
    pub(super) fn key(&self, header: &Header) -> Option<&Jwk> {
        match &header.kid {
            Some(kid) => self.keys.find(kid),
            None => self.keys.keys.first().filter(|_| self.keys.keys.len() == 1),
        }
    }

    pub(super) fn has_key(&self, header: &Header) -> bool {
        self.key(header).is_some()
    }

    #[cfg(test)]
    pub(super) fn with_keys(keys: JwkSet) -> Self {
        let address: Url = "https://sso.example.org/".parse().unwrap();
        Self { authorize: address.clone(), token: address, keys, asked_at: Timestamp::from_millis(0) }
    }
}

/// The answer as a document.
async fn json<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, PortError> {
    let unavailable = |what: &str| {
        PortError::unavailable(OPERATION, format!("the provider of OpenID Connect {what}"))
            .with_hint("try again; the log of the server says more")
    };
    let mut response = request
        .header("accept", "application/json")
        .send()
        .await
        .map_err(|e| unavailable("does not answer").with_source(e))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|e| unavailable("broke off").with_source(e))? {
        body.extend_from_slice(&part);
        if body.len() > MAX_ANSWER {
            return Err(unavailable("sends too much"));
        }
    }
    if !status.is_success() {
        let text: String = String::from_utf8_lossy(&body).chars().filter(|c| !c.is_control()).take(200).collect();
        return Err(unavailable(&format!("answered with {status}")).with_source(text));
    }
    serde_json::from_slice(&body).map_err(|e| unavailable("answered something else than expected").with_source(e))
}
