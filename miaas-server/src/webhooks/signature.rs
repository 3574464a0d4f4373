//! Signatures as [Standard Webhooks](https://www.standardwebhooks.com/) describes them: HMAC-SHA256 over identity, time and body.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use miaas_core::{PortError, secret::Secret};
use rand::{TryRngCore as _, rngs::OsRng};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// A new key: 256 bits of the operating system.
pub(super) fn new_key() -> Result<Secret, PortError> {
    let mut key = [0; 32];
    OsRng
        .try_fill_bytes(&mut key)
        .map_err(|e| PortError::internal("webhook.create", "the system gives no random numbers").with_source(e))?;
    Ok(Secret::new(format!("{PREFIX}{}", STANDARD.encode(key))))
}

/// The value of the header `webhook-signature`.
pub(super) fn sign(key: &Secret, id: &str, seconds: i64, body: &str) -> Result<String, PortError> {
    let broken = || PortError::internal("webhook.sign", "the key of the webhook does not read");
    let key = STANDARD.decode(key.expose().trim_start_matches(PREFIX)).map_err(|_| broken())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| broken())?;
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn d8_signatures_are_those_of_the_standard() {
        let key = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let made = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#).unwrap();
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let (one, other) = (new_key().unwrap(), new_key().unwrap());
        assert!(one != other && sign(&one, "a", 1, "b").is_ok());
    }
}
