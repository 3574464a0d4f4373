//! Node tokens (N5): short-lived JWTs for one node, refused at once when the node's epoch is raised.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use miaas_core::{PortError, id::NodeId, secret::Secret, time::Timestamp};
use serde::{Deserialize, Serialize};

use super::{opaque::random_bytes, signing_keys::TokenKey, unauthenticated};

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

/// What a challenge says: whom it is for, and until when.
#[derive(Serialize, Deserialize)]
struct Challenge {
    sub: NodeId,
    iss: String,
    aud: String,
    exp: i64,
    /// No two are the same.
    jti: String,
}

const CHALLENGE_AUDIENCE: &str = "miaas-challenge";
/// How long a challenge can be answered.
const CHALLENGE_TTL: Duration = Duration::from_secs(60);

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

/// Signs and checks node tokens. Each names its key (`kid`), so keys can be changed while tokens of older ones are in use.
pub struct NodeTokens {
    /// The newest last, which signs.
    keys: RwLock<Arc<[TokenKey]>>,
    validation: Validation,
    ttl: Duration,
}

impl fmt::Debug for NodeTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeTokens").field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

impl NodeTokens {
    /// Tokens that are valid for `ttl`, at least one second; nothing is signed or believed without keys.
    pub(super) fn new(keys: Vec<TokenKey>, ttl: Duration) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Time is an input here: `verify` compares.
        validation.validate_exp = false;
        Self { keys: RwLock::new(keys.into()), validation, ttl: ttl.max(Duration::from_secs(1)) }
    }

    pub(super) fn use_keys(&self, keys: Vec<TokenKey>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
    }

    fn keys(&self) -> Arc<[TokenKey]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
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
        self.sign(&claims).map(Secret::new)
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String, PortError> {
        let failed = || PortError::internal("auth.node_token", "a node token cannot be signed");
        let keys = self.keys();
        let key = keys.last().ok_or_else(failed)?;
        let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, claims, &key.signs).map_err(|e| failed().with_source(e))
    }

    /// A text for a node to sign with its key.
    ///
    /// # Errors
    /// `Internal` when it cannot be made.
    pub(crate) fn challenge(&self, node: &NodeId, now: Timestamp) -> Result<String, PortError> {
        let exp = now.plus(CHALLENGE_TTL).as_millis().div_euclid(1000);
        let jti = miaas_core::model::to_hex(&random_bytes()?[..16]);
        let (iss, aud) = (ISSUER.to_owned(), CHALLENGE_AUDIENCE.to_owned());
        self.sign(&Challenge { sub: node.clone(), iss, aud, exp, jti })
    }

    /// Whether a challenge was given to this node, not long ago.
    ///
    /// # Errors
    /// `Unauthenticated`.
    pub(crate) fn check_challenge(&self, text: &str, node: &NodeId, now: Timestamp) -> Result<(), PortError> {
        let mut validation = self.validation.clone();
        validation.set_audience(&[CHALLENGE_AUDIENCE]);
        let refused = || unauthenticated("the challenge is not valid, or no longer");
        let claims: Challenge = self.read(text, &validation).ok_or_else(refused)?;
        let fresh = now.as_millis() < claims.exp.saturating_mul(1000);
        if fresh && claims.sub == *node { Ok(()) } else { Err(refused()) }
    }

    fn read<T: serde::de::DeserializeOwned>(&self, text: &str, validation: &Validation) -> Option<T> {
        let kid = decode_header(text).ok()?.kid?;
        let keys = self.keys();
        let key = keys.iter().find(|key| key.id == kid)?;
        decode::<T>(text, &key.checks, validation).ok().map(|data| data.claims)
    }

    /// Checks algorithm, signature, issuer and audience, and says the rest.
    ///
    /// # Errors
    /// `Unauthenticated` for what none of the keys signed.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<NodeGrant, PortError> {
        let refused = || unauthenticated("the credentials are not valid");
        let claims: Claims = self.read(token, &self.validation).ok_or_else(refused)?;
        let expired = now.as_millis() >= claims.exp.saturating_mul(1000);
        Ok(NodeGrant { node: claims.sub, epoch: claims.epoch, expired })
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;
    use serde_json::{Value, json};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn tokens() -> NodeTokens {
        NodeTokens::new(vec![TokenKey::new("old", &[6; 32]), TokenKey::new("new", &[7; 32])], Duration::from_secs(60))
    }

    #[test]
    fn n5_tokens_expire_and_those_of_older_keys_are_believed() {
        let tokens = tokens();
        let node = NodeId::parse("node-a").unwrap();
        let token = tokens.issue(&node, 3, NOW).unwrap();
        let grant = |at: Timestamp| tokens.verify(token.expose(), at).unwrap();
        assert_eq!(grant(NOW), NodeGrant { node: node.clone(), epoch: 3, expired: false });
        assert!(!grant(NOW.plus(Duration::from_secs(59))).expired);
        assert!(grant(NOW.plus(Duration::from_secs(60))).expired);
        let older = NodeTokens::new(vec![TokenKey::new("old", &[6; 32])], Duration::from_secs(60));
        assert_eq!(tokens.verify(older.issue(&node, 1, NOW).unwrap().expose(), NOW).unwrap().epoch, 1);
        tokens.use_keys(vec![TokenKey::new("newer", &[8; 32])]);
        assert!(tokens.verify(token.expose(), NOW).is_err(), "its key was forgotten");
    }

    #[test]
    fn n5_a_challenge_is_for_one_node_for_a_minute_and_no_token() {
        let tokens = tokens();
        let (node, other) = (NodeId::parse("node-a").unwrap(), NodeId::parse("node-b").unwrap());
        let challenge = tokens.challenge(&node, NOW).unwrap();
        assert_ne!(challenge, tokens.challenge(&node, NOW).unwrap());
        assert!(tokens.check_challenge(&challenge, &node, NOW.plus(Duration::from_secs(59))).is_ok());
        assert!(tokens.check_challenge(&challenge, &node, NOW.plus(Duration::from_secs(60))).is_err());
        assert!(tokens.check_challenge(&challenge, &other, NOW).is_err());
        assert!(tokens.verify(&challenge, NOW).is_err());
        let token = tokens.issue(&node, 0, NOW).unwrap();
        assert!(tokens.check_challenge(token.expose(), &node, NOW).is_err());
    }

    #[test]
    fn n5_what_was_not_signed_here_and_for_this_is_refused() {
        let tokens = tokens();
        let claims =
            json!({"sub": "node-a", "iss": ISSUER, "aud": AUDIENCE, "iat": 1, "exp": 2_000_000_000, "epoch": 0});
        let key = TokenKey::new("new", &[7; 32]);
        let sign = |algorithm, kid: Option<&str>, key: &EncodingKey, change: Value| {
            let mut claims = claims.clone();
            for (name, value) in change.as_object().unwrap() {
                match value {
                    Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                    value => claims[name] = value.clone(),
                }
            }
            let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
            encode(&header, &claims, key).unwrap()
        };
        let ed = Algorithm::EdDSA;
        assert!(
            tokens.verify(&sign(ed, Some("new"), &key.signs, json!({})), NOW).is_ok(),
            "otherwise this shows nothing"
        );
        let public = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
        let good = sign(ed, Some("new"), &key.signs, json!({}));
        let parts: Vec<&str> = good.split('.').collect();
        let none = format!("eyJhbGciOiJub25lIiwia2lkIjoibmV3In0.{}.", parts[1]);
        for (what, token) in [
            ("another key under this name", sign(ed, Some("new"), &TokenKey::new("x", &[9; 32]).signs, json!({}))),
            ("no name of a key", sign(ed, None, &key.signs, json!({}))),
            ("an unknown key", sign(ed, Some("../new"), &key.signs, json!({}))),
            ("another of our keys", sign(ed, Some("old"), &key.signs, json!({}))),
            ("another issuer", sign(ed, Some("new"), &key.signs, json!({"iss": "other"}))),
            ("another audience", sign(ed, Some("new"), &key.signs, json!({"aud": "miaas-user"}))),
            ("no issuer", sign(ed, Some("new"), &key.signs, json!({"iss": null}))),
            ("no audience", sign(ed, Some("new"), &key.signs, json!({"aud": null}))),
            ("no expiry", sign(ed, Some("new"), &key.signs, json!({"exp": null}))),
            ("no node", sign(ed, Some("new"), &key.signs, json!({"sub": null}))),
            ("the public key as the secret of an HMAC", {
                sign(Algorithm::HS256, Some("new"), &EncodingKey::from_secret(public.as_bytes()), json!({}))
            }),
            ("no signature", none),
            ("a cut signature", good[..good.len() - 4].to_owned()),
            ("other claims under the signature", format!("{}.{}.{}", parts[0], &parts[1][4..], parts[2])),
            ("nothing", String::new()),
        ] {
            assert!(tokens.verify(&token, NOW).is_err(), "{what}");
        }
    }
}
