//! Invariant 3: deciding code holds no async, clock, randomness or environment. Clippy sees calls; this also sees the
//! words, so that a dependency cannot bring them in under another path.

use super::source::File;

/// Folders and files of deciding code.
const PURE: [&str; 8] = [
    "miaas-core/src/plan/",
    "miaas-core/src/fsm/",
    "miaas-core/src/cluster/",
    "miaas-core/src/spec/",
    "miaas-core/src/spec.rs",
    "miaas-core/src/world.rs",
    "miaas-placement/src/",
    "miaas-templates/src/",
];

/// Words that mean effects, and what to do instead.
const BANNED: [(&str, &str); 12] = [
    ("async", "decide synchronously: effects belong to the shell"),
    ("await", "decide synchronously: effects belong to the shell"),
    ("tokio", "decide synchronously: effects belong to the shell"),
    ("SystemTime", "time is an input"),
    ("Instant", "time is an input"),
    ("Timestamp::now", "time is an input"),
    ("rand", "randomness is an input: take a seed or an id source"),
    ("getrandom", "randomness is an input: take a seed or an id source"),
    ("now_v7", "ids are an input: take an id source"),
    ("new_v4", "ids are an input: take an id source"),
    ("std::env", "configuration is an argument"),
    ("env::var", "configuration is an argument"),
];

/// Complains about each effectful word in deciding code, outside comments and unit tests.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| PURE.iter().any(|place| file.path.starts_with(place))) {
        for (index, line) in file.production_lines().into_iter().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for (word, instead) in BANNED.iter().filter(|(word, _)| has_word(code, word)) {
                complaints.push(format!("{}:{}: `{word}` in deciding code: {instead}", file.path, index + 1));
            }
        }
    }
    complaints
}

fn has_word(code: &str, word: &str) -> bool {
    let inside = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    code.match_indices(word)
        .any(|(at, _)| !inside(code[..at].chars().next_back()) && !inside(code[at + word.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::{super::source::planted, *};

    #[test]
    fn each_effect_is_found_in_each_pure_place() {
        for place in PURE {
            let path = if place.ends_with('/') { format!("{place}x.rs") } else { place.into() };
            for (word, _) in BANNED {
                let complaints = check(&[planted(&path, &format!("fn f() {{\n    {word} x\n}}\n"))]);
                assert!(complaints.iter().any(|text| text.contains(&format!("{path}:2"))), "{word} in {path}");
            }
        }
    }

    #[test]
    fn comments_tests_longer_words_and_other_places_are_left_alone() {
        let path = "miaas-placement/src/x.rs";
        for text in ["// async and rand\n", "let operand = strand;\n", "#[cfg(test)]\nasync fn x() {}\n"] {
            assert!(check(&[planted(path, text)]).is_empty(), "{text}");
        }
        assert!(check(&[planted("miaas-server/src/x.rs", "async fn x() {}\n")]).is_empty());
    }
}
