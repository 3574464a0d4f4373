//! The cipher: XChaCha20-Poly1305 with random nonces, which may be drawn without counting.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use miaas_core::PortError;
use rand::{TryRngCore as _, rngs::OsRng};
use zeroize::Zeroizing;

use super::OPERATION;

const NONCE: usize = 24;

/// 256 bits that are overwritten when they are dropped.
pub(super) type Bits = Zeroizing<[u8; 32]>;

/// Random bits from the operating system.
pub(super) fn random() -> Result<Bits, PortError> {
    let mut bits = Bits::default();
    fill(&mut *bits)?;
    Ok(bits)
}

fn fill(bytes: &mut [u8]) -> Result<(), PortError> {
    OsRng.try_fill_bytes(bytes).map_err(|e| {
        PortError::internal(OPERATION, "the operating system gives no random numbers").with_source(e.to_string())
    })
}

/// Nonce and sealed bytes, as text.
pub(super) fn seal(key: &Bits, about: &str, clear: &[u8]) -> Result<String, PortError> {
    let mut nonce = [0; NONCE];
    fill(&mut nonce)?;
    let payload = Payload { msg: clear, aad: about.as_bytes() };
    let sealed = XChaCha20Poly1305::new((&**key).into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| PortError::internal(OPERATION, "an object cannot be sealed"))?;
    Ok(STANDARD.encode([&nonce[..], &sealed].concat()))
}

/// What was sealed; none when it was changed, belongs elsewhere, or was sealed with another key.
pub(super) fn open(key: &Bits, about: &str, text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD.decode(text).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: about.as_bytes() };
    XChaCha20Poly1305::new((&**key).into()).decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
}

/// Sealed bits as bits.
pub(super) fn open_bits(key: &Bits, about: &str, text: &str) -> Option<Bits> {
    open(key, about, text).and_then(|clear| clear.as_slice().try_into().ok()).map(Bits::new)
}
