//! Sizes, durations and processor shares as people write them. Integers only: the same text gives the same number
//! everywhere.

/// Why a text is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// Not a decimal number at all.
    #[error("is not a number")]
    NotANumber,
    /// Below zero.
    #[error("must not be negative")]
    Negative,
    /// NaN or infinite.
    #[error("must be finite")]
    NotFinite,
    /// More than the system counts with.
    #[error("is too large")]
    TooLarge,
    /// An unknown unit of size.
    #[error("has an unknown unit: use B, KiB, MiB, GiB or TiB")]
    SizeUnit,
    /// A missing or unknown unit of time.
    #[error("needs a unit: ms, s, m or h, as in 1m30s")]
    TimeUnit,
}

/// Most processors that can be asked for.
const MAX_CPUS: u128 = 100_000;

/// A size in bytes. Units are powers of 1024 as in Compose (`64m`, `64mb` and `64MiB` are the same); none means bytes.
///
/// # Errors
/// [`UnitError`] for anything else than a number and a unit of size.
pub fn parse_size(text: &str) -> Result<u64, UnitError> {
    let (number, unit) = split_unit(text.trim_ascii());
    let factor: u128 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        "t" | "tb" | "tib" => 1 << 40,
        _ if !number.contains(|c: char| c.is_ascii_digit()) => return Err(not_a_number(text)),
        _ => return Err(UnitError::SizeUnit),
    };
    let bytes = decimal(number, factor)?;
    // JSON, Lua and the template engine all count exactly up to here; no machine has more memory or disk.
    if bytes >= 1 << 53 { Err(UnitError::TooLarge) } else { u64::try_from(bytes).map_err(|_| UnitError::TooLarge) }
}

/// The shortest exact text of a size.
#[must_use]
pub fn format_size(bytes: u64) -> String {
    for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] {
        let step = 1_u64 << shift;
        if bytes >= step && bytes.is_multiple_of(step) {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    format!("{bytes}B")
}

/// A duration in milliseconds, for example `1m30s`, `500ms` or `0`.
///
/// # Errors
/// [`UnitError`] for anything else than numbers with units of time.
pub fn parse_duration(text: &str) -> Result<u64, UnitError> {
    let mut rest = text.trim_ascii();
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(UnitError::NotANumber);
    }
    let mut nanos: u128 = 0;
    while !rest.is_empty() {
        let (number, after) = split_unit(rest);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        let factor: u128 = match unit {
            "ns" => 1,
            "us" | "µs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ if !number.contains(|c: char| c.is_ascii_digit()) => return Err(not_a_number(text)),
            _ => return Err(UnitError::TimeUnit),
        };
        nanos = nanos.checked_add(decimal(number, factor)?).ok_or(UnitError::TooLarge)?;
        rest = next;
    }
    let millis = nanos / 1_000_000;
    if millis >= 1 << 53 { Err(UnitError::TooLarge) } else { u64::try_from(millis).map_err(|_| UnitError::TooLarge) }
}

/// The shortest exact text of a duration in milliseconds.
#[must_use]
pub fn format_duration(millis: u64) -> String {
    for (step, unit) in [(3_600_000, "h"), (60_000, "m"), (1_000, "s")] {
        if millis >= step && millis.is_multiple_of(step) {
            return format!("{}{unit}", millis / step);
        }
    }
    format!("{millis}ms")
}

/// Processors in thousandths, for example `0.25` is 250. What is finer is rounded up, so that a share never becomes none.
///
/// # Errors
/// [`UnitError`] for anything else than a finite number from 0 to 100000.
pub fn parse_cpus(text: &str) -> Result<u64, UnitError> {
    let text = text.trim_ascii();
    let (number, unit) = split_unit(text);
    if number.is_empty() || !unit.is_empty() {
        return Err(not_a_number(text));
    }
    let micro = decimal(number, 1_000_000)?;
    if micro > MAX_CPUS * 1_000_000 {
        return Err(UnitError::TooLarge);
    }
    u64::try_from(micro.div_ceil(1_000)).map_err(|_| UnitError::TooLarge)
}

/// Splits `12.5MiB` after its number. A sign belongs to the number.
fn split_unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim_ascii_start())
}

/// `number * factor`, rounded down; only digits and one point.
fn decimal(number: &str, factor: u128) -> Result<u128, UnitError> {
    if let Some(rest) = number.strip_prefix('-') {
        return Err(if decimal(rest, factor).is_ok() { UnitError::Negative } else { UnitError::NotANumber });
    }
    let number = number.strip_prefix('+').unwrap_or(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return Err(UnitError::NotANumber);
    }
    if whole.trim_start_matches('0').len() > 18 {
        return Err(UnitError::TooLarge);
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| UnitError::NotANumber)? };
    // Twelve digits resolve a byte of a TiB; what is finer cannot change the result.
    let fraction = &fraction[..fraction.len().min(12)];
    let mut value = whole.checked_mul(factor).ok_or(UnitError::TooLarge)?;
    if !fraction.is_empty() {
        let scale = 10_u128.pow(u32::try_from(fraction.len()).unwrap_or(12));
        let part: u128 = fraction.parse().map_err(|_| UnitError::NotANumber)?;
        value = value.checked_add(part.saturating_mul(factor) / scale).ok_or(UnitError::TooLarge)?;
    }
    Ok(value)
}

fn not_a_number(text: &str) -> UnitError {
    let word = text.trim().trim_start_matches(['-', '+', '.']).to_ascii_lowercase();
    if matches!(word.as_str(), "nan" | "inf" | "infinity") { UnitError::NotFinite } else { UnitError::NotANumber }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, want) in [
            ("0", Ok(0)),
            ("64", Ok(64)),
            ("64MiB", Ok(64 << 20)),
            ("64m", Ok(64 << 20)),
            ("64 mb", Ok(64 << 20)),
            ("1.5GiB", Ok(3 << 29)),
            (".5k", Ok(512)),
            ("1e3", Err(UnitError::SizeUnit)),
            ("-1m", Err(UnitError::Negative)),
            ("NaN", Err(UnitError::NotFinite)),
            ("-inf", Err(UnitError::NotFinite)),
            ("", Err(UnitError::NotANumber)),
            ("MiB", Err(UnitError::NotANumber)),
            ("1.2.3", Err(UnitError::NotANumber)),
            ("8192TiB", Err(UnitError::TooLarge)),
            ("99999999999999999999999999999999999999999999", Err(UnitError::TooLarge)),
            ("5 apples", Err(UnitError::SizeUnit)),
        ] {
            assert_eq!(parse_size(text), want, "{text}");
        }
        assert_eq!(format_size(3 << 29), "1536MiB");
        assert_eq!(format_size(1000), "1000B");
    }

    #[test]
    fn durations() {
        for (text, want) in [
            ("0", Ok(0)),
            ("1s", Ok(1_000)),
            ("1m30s", Ok(90_000)),
            ("1.5s", Ok(1_500)),
            ("500ms", Ok(500)),
            ("10", Err(UnitError::TimeUnit)),
            ("10 parsecs", Err(UnitError::TimeUnit)),
            ("-1s", Err(UnitError::Negative)),
            ("s", Err(UnitError::NotANumber)),
            ("", Err(UnitError::NotANumber)),
            ("nan", Err(UnitError::NotFinite)),
            ("999999999999999999h", Err(UnitError::TooLarge)),
        ] {
            assert_eq!(parse_duration(text), want, "{text}");
        }
        assert_eq!(format_duration(90_000), "90s");
    }

    #[test]
    fn processors() {
        for (text, want) in [
            ("0.5", Ok(500)),
            ("2", Ok(2_000)),
            ("0.0001", Ok(1)),
            ("-1", Err(UnitError::Negative)),
            ("nan", Err(UnitError::NotFinite)),
            (".inf", Err(UnitError::NotFinite)),
            ("1e9", Err(UnitError::NotANumber)),
            ("2 cores", Err(UnitError::NotANumber)),
            ("1000000", Err(UnitError::TooLarge)),
        ] {
            assert_eq!(parse_cpus(text), want, "{text}");
        }
    }
}
