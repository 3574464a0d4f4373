//! Arguments that need reading.

use miaas_core::spec::nearest;
use miaas_placement::policy::NAMES;

use crate::failure::fail;

/// More seeds than this are a slip.
const MAX_SEEDS: u64 = 10_000;

/// Seeds in the order in which they were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seeds(pub(crate) Vec<u64>);

/// Reads `42..51` (with both ends) or `1,2,3`, or a mix of them.
pub(crate) fn seeds(text: &str) -> Result<Seeds, String> {
    let number =
        |word: &str| word.trim().parse::<u64>().map_err(|_| format!("{word:?} is no seed: write 42..51 or 1,2,3"));
    let mut found = Vec::new();
    for part in text.split(',') {
        match part.split_once("..") {
            None => found.push(number(part)?),
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last.trim_start_matches('='))?);
                if first > last || last - first >= MAX_SEEDS {
                    return Err(format!("{part} has no seeds, or more than {MAX_SEEDS}: write 42..51"));
                }
                found.extend(first..=last);
            }
        }
    }
    let mut known = std::collections::BTreeSet::new();
    match found.iter().find(|seed| !known.insert(**seed)) {
        Some(twice) => Err(format!("the seed {twice} is there twice")),
        None => Ok(Seeds(found)),
    }
}

/// Reads a factor such as `1.3` as thousandths.
pub(crate) fn inflate(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is no factor: write for example 1.3; at most 100 and three decimals");
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if decimals.len() > 3 || ![whole, decimals].iter().all(|t| t.bytes().all(|b| b.is_ascii_digit())) {
        return Err(wrong());
    }
    let milli: u64 = format!("{whole}{decimals:0<3}").parse().map_err(|_| wrong())?;
    if (1..=100_000).contains(&milli) { Ok(milli) } else { Err(wrong()) }
}

/// The policies asked for, all when none was.
pub(crate) fn policies(asked: &[String]) -> anyhow::Result<Vec<String>> {
    let known = NAMES;
    let mut found: Vec<String> = Vec::new();
    for name in asked {
        if !known.contains(&name.as_str()) {
            let all = known.join(", ");
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean {near}? The policies are {all}"),
                None => format!("the policies are {all}"),
            };
            return Err(fail(format!("there is no policy {name}"), hint));
        }
        if !found.contains(name) {
            found.push(name.clone());
        }
    }
    Ok(if found.is_empty() { known.iter().map(|name| (*name).to_owned()).collect() } else { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_ranges_and_lists() {
        let cases: [(&str, &[u64]); 5] = [
            ("42..44", &[42, 43, 44]),
            ("42..=43", &[42, 43]),
            ("7", &[7]),
            ("3,1, 2", &[3, 1, 2]),
            ("1..2,9", &[1, 2, 9]),
        ];
        for (text, want) in cases {
            assert_eq!(seeds(text), Ok(Seeds(want.to_vec())), "{text}");
        }
        for text in ["", "a", "1..", "5..3", "0..18446744073709551615", "1,1", "-1", "1..3,2"] {
            assert!(seeds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn factors_are_exact() {
        for (text, want) in [("1.3", 1300), ("1", 1000), ("0.001", 1), ("100", 100_000), ("1.05", 1050), (".5", 500)] {
            assert_eq!(inflate(text), Ok(want), "{text}");
        }
        for text in
            ["", ".", "0", "-1", "1e3", "NaN", "inf", "1.3.1", "1.0001", "100.001", "99999999999999999999", "+1"]
        {
            assert!(inflate(text).is_err(), "{text}");
        }
    }
}
