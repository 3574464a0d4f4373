//! Amounts for people. Rounded down, so that an amount that is said to fit does.

use crate::filter;

/// `12 GiB`, `12.2 GiB` or `900 MiB`.
pub(super) fn mib(mib: u64) -> String {
    match (mib / 1024, (mib % 1024) * 10 / 1024) {
        (0, _) => format!("{mib} MiB"),
        (gib, 0) => format!("{gib} GiB"),
        (gib, tenth) => format!("{gib}.{tenth} GiB"),
    }
}

/// `2`, `1.5` or `0.25` processors.
pub(super) fn cpu(milli: u64) -> String {
    let (whole, rest) = (milli / 1000, milli % 1000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

/// An amount of the resource of this name in reasons.
pub(super) fn plain(resource: &str, amount: u64) -> String {
    match resource {
        filter::CPU => cpu(amount),
        filter::MEMORY | filter::DISK => mib(amount),
        _ => amount.to_string(),
    }
}

/// The same, with the resource in the words of people: `12 GiB memory`, `2 cpu`.
pub(super) fn amount(resource: &str, amount: u64) -> String {
    let name = resource.split_once(" (").map_or(resource, |(name, _)| name);
    format!("{} {name}", plain(resource, amount))
}

/// How much of an amount of memory: `9.2 of 16 GiB`, or `900 MiB of 16 GiB`.
pub(super) fn mib_of(part: u64, whole: u64) -> String {
    let (part, whole) = (mib(part), mib(whole));
    let unit = whole.find(' ').map_or("", |at| &whole[at..]);
    format!("{} of {whole}", part.strip_suffix(unit).unwrap_or(&part))
}

/// `1,143`.
pub(super) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short_and_never_rounded_up() {
        let cases = [(0, "0 MiB"), (900, "900 MiB"), (1024, "1 GiB"), (12_500, "12.2 GiB"), (16_384, "16 GiB")];
        for (amount, text) in cases {
            assert_eq!(mib(amount), text);
        }
        for (milli, text) in [(2000, "2"), (1500, "1.5"), (250, "0.25"), (0, "0")] {
            assert_eq!(cpu(milli), text);
        }
        assert_eq!(amount(filter::MEMORY, 12_288), "12 GiB memory");
        assert_eq!(amount(filter::CPU, 500), "0.5 cpu");
    }
}
