//! The ID token: what is believed of it, and what it says.

use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, Jwk},
};
use miaas_core::{PortError, time::Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{config::OidcConfig, provider::Provider};
use crate::auth::unauthenticated;

/// How much the clocks of provider and server may differ, in seconds.
const LEEWAY: i64 = 60;

#[derive(Debug, Deserialize)]
struct Required {
    sub: String,
    exp: i64,
    iat: i64,
    aud: Value,
    azp: Option<String>,
    nonce: Option<String>,
}

/// What a token says that was believed.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) sub: String,
    pub(super) nonce: Option<String>,
    pub(super) all: Value,
}

impl Claims {
    /// What people call whom it is of.
    pub(super) fn name(&self) -> String {
        let claim = |name: &str| self.all[name].as_str().filter(|text| !text.is_empty());
        let name =
            claim("preferred_username").or_else(|| claim("email")).or_else(|| claim("name")).unwrap_or(&self.sub);
        name.chars().filter(|c| !c.is_control()).take(80).collect()
    }
}

pub(super) fn refused(message: &str) -> PortError {
    unauthenticated(message).with_hint("sign in again; the log of the server says more")
}

pub(super) fn header(text: &str) -> Result<Header, PortError> {
    decode_header(text).map_err(|e| refused("the provider sent no ID token that can be read").with_source(e))
}

/// The algorithms that a key may be used with. A token chooses among them, never another family: a public key is no shared secret.
fn algorithms(key: &Jwk) -> &'static [Algorithm] {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    match &key.algorithm {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(_) => &[ES256, ES384],
        AlgorithmParameters::OctetKeyPair(_) => &[EdDSA],
        _ => &[],
    }
}

/// Checks a token (OpenID Connect Core 1.0, 3.1.3.7).
pub(super) fn verify(
    text: &str,
    header: &Header,
    provider: &Provider,
    config: &OidcConfig,
    now: Timestamp,
) -> Result<Claims, PortError> {
    let key = provider.key(header).ok_or_else(|| refused("the token is signed by a key that the provider has not"))?;
    if !algorithms(key).contains(&header.alg) {
        return Err(refused("the token is signed in a way that is not believed"));
    }
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[&config.issuer]);
    validation.set_audience(&[&config.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Time is an input here.
    validation.validate_exp = false;
    let wrong = |e: jsonwebtoken::errors::Error| refused("the token of the provider is not valid").with_source(e);
    let decoding = DecodingKey::from_jwk(key).map_err(wrong)?;
    let all: Value = decode(text, &decoding, &validation).map_err(wrong)?.claims;
    let claims: Required = serde_json::from_value(all.clone())
        .map_err(|e| refused("the token of the provider lacks something").with_source(e))?;
    let second = now.as_millis().div_euclid(1000);
    if claims.exp.saturating_add(LEEWAY) <= second || claims.iat.saturating_sub(LEEWAY) > second {
        return Err(refused("the token of the provider is not valid at this time: compare the clocks"));
    }
    let several = claims.aud.as_array().is_some_and(|all| all.len() > 1);
    if claims.azp.as_deref().map_or(several, |azp| azp != config.client_id) {
        return Err(refused("the token of the provider is for somebody else"));
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 {
        return Err(refused("the token of the provider names nobody"));
    }
    Ok(Claims { sub: claims.sub, nonce: claims.nonce, all })
}

#[cfg(test)]
mod tests;
