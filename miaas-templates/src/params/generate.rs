//! Values that are filled in when none is given. This crate has no randomness: callers bring bytes, what they become is
//! decided here.

use std::fmt::Write as _;

use miaas_core::model::Params;
use serde_json::Value;

use crate::manifest::{Generate, Manifest};

/// Random bytes for one value: what a key of 64 hexadecimal digits needs, and more than the other kinds do.
pub type RandomBytes = [u8; 32];

/// Puts a generated value wherever the manifest wants one and none is given. `random` gives fresh bytes each time; the
/// caller stores what was filled in.
///
/// # Errors
/// That of `random`; what was filled in before stays.
pub fn fill_generated<E>(
    manifest: &Manifest,
    params: &mut Params,
    random: &mut dyn FnMut() -> Result<RandomBytes, E>,
) -> Result<(), E> {
    for p in &manifest.parameters {
        let Some(kind) = p.generate else { continue };
        if params.get(&p.name).is_none_or(Value::is_null) {
            params.insert(p.name.clone(), Value::from(value(kind, &random()?)));
        }
    }
    Ok(())
}

/// Puts something of the right form, and always the same, wherever the manifest wants a generated value: for previews.
pub fn fill_stand_ins(manifest: &Manifest, params: &mut Params) {
    for p in &manifest.parameters {
        let Some(kind) = p.generate else { continue };
        if params.get(&p.name).is_none_or(Value::is_null) {
            params.insert(p.name.clone(), Value::from(stand_in(kind)));
        }
    }
}

/// A value of this kind that nobody should use.
pub(crate) fn stand_in(kind: Generate) -> String {
    value(kind, &[0x5a; 32])
}

/// What random bytes become.
pub(super) fn value(kind: Generate, random: &RandomBytes) -> String {
    match kind {
        // 26 characters of 5 bits are 130 bits, and short enough to be typed.
        Generate::Password => random.iter().take(26).map(|b| char::from(LETTERS[usize::from(b & 31)])).collect(),
        Generate::Uuid => uuid(random),
        Generate::Key => hex(random),
    }
}

/// Letters and digits without those that are easily taken for each other.
const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345679";

/// A random UUID, version 4 (RFC 9562).
fn uuid(random: &RandomBytes) -> String {
    let mut bytes = *random;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let digits = hex(&bytes);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..32]].join("-")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t2_each_kind_has_its_form() {
        let bytes: RandomBytes = std::array::from_fn(|i| u8::try_from(i * 8 + 1).unwrap());
        assert_eq!(value(Generate::Password, &bytes), "bjs2bjs2bjs2bjs2bjs2bjs2bj");
        assert_eq!(value(Generate::Uuid, &bytes), "01091119-2129-4139-8149-515961697179");
        assert_eq!(value(Generate::Key, &bytes), "0109111921293139414951596169717981899199a1a9b1b9c1c9d1d9e1e9f1f9");
    }
}
