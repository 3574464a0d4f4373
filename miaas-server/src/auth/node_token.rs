//! Node tokens (N5): short-lived JWTs for one node, refused at once when the node's epoch is raised.

use std::{fmt, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use miaas_core::{PortError, id::NodeId, secret::Secret, time::Timestamp};
use serde::{Deserialize, Serialize};

use super::unauthenticated;

const ISSUER: &str = "miaas";
const AUDIENCE: &str = "miaas-node";

/// How long a node token is valid unless said otherwise.
pub const DEFAULT_TTL: Duration = Duration::from_secs(3600);

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: NodeId,
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    epoch: u32,
}

/// What a correctly signed node token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeGrant {
    /// The node that it belongs to.
    pub node: NodeId,
    /// The node's epoch when it was given out.
    pub epoch: u32,
    /// Whether its time is over. Its signature is right all the same, so it proves who came.
    pub expired: bool,
}

/// Signs and checks node tokens.
#[derive(Clone)]
pub struct NodeTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    ttl: Duration,
}

impl fmt::Debug for NodeTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeTokens").field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

impl NodeTokens {
    /// Tokens signed with `key` that are valid for `ttl`, at least one second.
    #[must_use]
    pub fn new(key: &[u8; 32], ttl: Duration) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Time is an input here: `verify` compares.
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(key),
            decoding: DecodingKey::from_secret(key),
            validation,
            ttl: ttl.max(Duration::from_secs(1)),
        }
    }

    /// How long a token is valid.
    #[must_use]
    pub const fn ttl(&self) -> Duration {
        self.ttl
    }

    /// A fresh token for a node.
    ///
    /// # Errors
    /// `Internal` when it cannot be signed.
    pub fn issue(&self, node: &NodeId, epoch: u32, now: Timestamp) -> Result<Secret, PortError> {
        let claims = Claims {
            sub: node.clone(),
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            iat: now.as_millis().div_euclid(1000),
            exp: now.plus(self.ttl).as_millis().div_euclid(1000),
            epoch,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map(Secret::new)
            .map_err(|e| PortError::internal("auth.node_token", "a node token cannot be signed").with_source(e))
    }

    /// Checks signature, issuer and audience, and says the rest.
    ///
    /// # Errors
    /// `Unauthenticated` for what this key did not sign.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<NodeGrant, PortError> {
        let claims = decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|_| unauthenticated("the credentials are not valid"))?
            .claims;
        let expired = now.as_millis() >= claims.exp.saturating_mul(1000);
        Ok(NodeGrant { node: claims.sub, epoch: claims.epoch, expired })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_expire_and_other_keys_are_refused() {
        let tokens = NodeTokens::new(&[7; 32], Duration::from_secs(60));
        let node = NodeId::parse("node-a").unwrap();
        let now = Timestamp::from_millis(1_700_000_000_000);
        let token = tokens.issue(&node, 3, now).unwrap();
        let grant = |at: Timestamp| tokens.verify(token.expose(), at).unwrap();
        assert_eq!(grant(now), NodeGrant { node, epoch: 3, expired: false });
        assert!(!grant(now.plus(Duration::from_secs(59))).expired);
        assert!(grant(now.plus(Duration::from_secs(60))).expired);

        let other = NodeTokens::new(&[8; 32], Duration::from_secs(60));
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2RlLWEifQ.";
        let tampered = format!("{}x", token.expose());
        for (verifier, text) in [(&other, token.expose()), (&tokens, unsigned), (&tokens, &tampered), (&tokens, "")] {
            assert!(verifier.verify(text, now).is_err(), "{text}");
        }
    }
}
