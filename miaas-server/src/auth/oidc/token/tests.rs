//! Tokens that are believed, and those that are not.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey as _};
use jsonwebtoken::{EncodingKey, encode};
use serde_json::json;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const ISSUER: &str = "https://sso.example.org";

fn keys() -> (SigningKey, EncodingKey, Provider) {
    let key = SigningKey::from_bytes(&[7; 32]);
    let signs = EncodingKey::from_ed_der(key.to_pkcs8_der().unwrap().as_bytes());
    let x = URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes());
    let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k1", "use": "sig"}]});
    (key, signs, Provider::with_keys(serde_json::from_value(set).unwrap()))
}

fn check(text: &str, provider: &Provider) -> Result<Claims, PortError> {
    verify(text, &header(text)?, provider, &OidcConfig::new(ISSUER, "miaas"), NOW)
}

fn claims(change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "sub": "u-1", "aud": "miaas", "exp": 1_800_000_300, "iat": 1_800_000_000,
        "nonce": "n", "preferred_username": "alice\u{7}",
    });
    change(&mut claims);
    claims
}

fn ed(kid: &str) -> Header {
    Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::EdDSA) }
}

#[test]
fn s1_a_token_is_believed_only_as_the_provider_made_it_for_this_server_now() {
    let (_, signs, provider) = keys();
    type Change = fn(&mut Value);
    let table: [(&str, Change, bool); 14] = [
        ("as it should be", |_| {}, true),
        ("clocks differ a little", |c| c["iat"] = json!(1_800_000_050), true),
        (
            "several audiences, for us",
            |c| {
                c["aud"] = json!(["miaas", "b"]);
                c["azp"] = json!("miaas");
            },
            true,
        ),
        ("foreign issuer", |c| c["iss"] = json!("https://evil.example"), false),
        ("no issuer", |c| drop(c.as_object_mut().unwrap().remove("iss")), false),
        ("foreign audience", |c| c["aud"] = json!("b"), false),
        ("several audiences", |c| c["aud"] = json!(["miaas", "b"]), false),
        ("for another party", |c| c["azp"] = json!("b"), false),
        ("expired", |c| c["exp"] = json!(1_799_999_000), false),
        ("no expiry", |c| drop(c.as_object_mut().unwrap().remove("exp")), false),
        ("from the future", |c| c["iat"] = json!(1_800_000_500), false),
        ("nobody", |c| c["sub"] = json!(""), false),
        ("no subject", |c| drop(c.as_object_mut().unwrap().remove("sub")), false),
        ("no audience", |c| drop(c.as_object_mut().unwrap().remove("aud")), false),
    ];
    for (what, change, fine) in table {
        let text = encode(&ed("k1"), &claims(change), &signs).unwrap();
        let done = check(&text, &provider);
        assert_eq!(done.is_ok(), fine, "{what}: {done:?}");
        if let Ok(claims) = done {
            assert_eq!((claims.sub.as_str(), claims.name().as_str()), ("u-1", "alice"));
        }
    }
}

#[test]
fn s1_signatures_of_others_and_other_algorithms_are_refused() {
    let (key, signs, provider) = keys();
    let body = claims(|_| {});
    let good = encode(&ed("k1"), &body, &signs).unwrap();
    let (head, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let other = EncodingKey::from_ed_der(SigningKey::from_bytes(&[8; 32]).to_pkcs8_der().unwrap().as_bytes());
    let hmac = EncodingKey::from_secret(key.verifying_key().as_bytes());
    let hs = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::HS256) };
    for (what, text) in [
        ("another key", encode(&ed("k1"), &body, &other).unwrap()),
        ("an unknown key", encode(&ed("k2"), &body, &signs).unwrap()),
        ("the public key as a shared secret", encode(&hs, &body, &hmac).unwrap()),
        ("no algorithm", format!("{}.{payload}.", part(json!({"alg": "none", "kid": "k1"})))),
        ("no signature", format!("{head}.{payload}.")),
        ("another body", format!("{head}.{}.{signature}", part(claims(|c| c["sub"] = json!("root"))))),
        ("nonsense", "nonsense".to_owned()),
    ] {
        assert!(check(&text, &provider).is_err(), "{what}");
    }
    assert!(check(&good, &provider).is_ok());
}
