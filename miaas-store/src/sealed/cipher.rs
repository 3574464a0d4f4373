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

/// What [`seal`] uses up: a nonce must not serve twice.
pub(super) struct Nonce([u8; NONCE]);

/// Random bits from the operating system.
pub(super) fn random() -> Result<Bits, PortError> {
    draw().map(|[bits]| bits)
}

pub(super) fn nonce() -> Result<Nonce, PortError> {
    draw().map(|[bits]| nonce_of(&bits))
}

/// A key and two nonces. They are drawn together: asking the operating system costs more than sealing a small object.
pub(super) fn key_and_nonces() -> Result<(Bits, [Nonce; 2]), PortError> {
    draw().map(|[key, first, second]| (key, [nonce_of(&first), nonce_of(&second)]))
}

fn nonce_of(bits: &Bits) -> Nonce {
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&bits[..NONCE]);
    Nonce(nonce)
}

fn draw<const N: usize>() -> Result<[Bits; N], PortError> {
    let mut drawn = Zeroizing::new([[0; 32]; N]);
    OsRng.try_fill_bytes(drawn.as_flattened_mut()).map_err(|e| {
        PortError::internal(OPERATION, "the operating system gives no random numbers").with_source(e.to_string())
    })?;
    Ok(drawn.map(Bits::new))
}

/// Nonce and sealed bytes, as text.
#[expect(clippy::needless_pass_by_value, reason = "a nonce is used up")]
pub(super) fn seal(key: &Bits, nonce: Nonce, about: &str, clear: &[u8]) -> Result<String, PortError> {
    let Nonce(nonce) = nonce;
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
