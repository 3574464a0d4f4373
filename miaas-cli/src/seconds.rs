//! Time spans: read from arguments, shown as ages.

use std::time::Duration;

use miaas_core::time::Timestamp;
use miaas_templates::units;

/// Reads a time span, for example `90s`, `5m` or `1h30m`; a bare number counts seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u32>() {
        return Ok(Duration::from_secs(seconds.into()));
    }
    let millis = units::parse_duration(text).map_err(|e| format!("{e}; write for example 90s, 5m or 1h30m"))?;
    Ok(Duration::from_millis(millis))
}

/// A time span with the two units that matter.
pub(crate) fn show(span: Duration) -> String {
    let s = span.as_secs();
    let two = |big: u64, unit: char, small: u64, sub: char| {
        if small == 0 { format!("{big}{unit}") } else { format!("{big}{unit}{small}{sub}") }
    };
    match s {
        0..60 => format!("{s}s"),
        60..600 => two(s / 60, 'm', s % 60, 's'),
        600..3600 => format!("{}m", s / 60),
        3600..86_400 => two(s / 3600, 'h', s % 3600 / 60, 'm'),
        _ => two(s / 86_400, 'd', s % 86_400 / 3600, 'h'),
    }
}

/// How long ago something was.
pub(crate) fn age(at: Timestamp, now: Timestamp) -> String {
    show(now.since(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_shown() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("5m", 300), ("1h30m", 5400)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert!(parse("soon").is_err() && parse("").is_err() && parse("-5s").is_err());
        let cases = [(0, "0s"), (59, "59s"), (60, "1m"), (61, "1m1s"), (660, "11m"), (3660, "1h1m"), (90_000, "1d1h")];
        for (seconds, want) in cases {
            assert_eq!(show(Duration::from_secs(seconds)), want);
        }
    }
}
