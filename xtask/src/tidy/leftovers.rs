//! Nothing unfinished is committed.

use super::source::File;

// Spelled in halves so that this file does not complain about itself.
const LEFTOVERS: [&str; 5] = [
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
];

/// Complains about each unfinished place, in tests as well.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            for word in LEFTOVERS.iter().filter(|word| line.contains(**word)) {
                complaints.push(format!("{}:{}: `{word}` left behind: finish it or file it", file.path, index + 1));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::{super::source::planted, *};

    #[test]
    fn each_leftover_is_found() {
        for word in LEFTOVERS {
            assert_eq!(check(&[planted("a/src/x.rs", &format!("fn x() {{ {word} }}\n"))]).len(), 1, "{word}");
        }
        assert!(check(&[planted("a/src/x.rs", "fn todo() {}\n")]).is_empty());
    }
}
