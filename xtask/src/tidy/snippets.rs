//! Rust in the documents is code that is compiled somewhere: a block of it includes a file, and nothing else.

use super::source::File;

/// Documents that hold nothing but history or drafts of what is described elsewhere.
const FREE: [&str; 1] = ["docs/adr/"];

/// Complains about each block of Rust in `docs/` that is not an include.
pub(crate) fn check(documents: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    let here = |file: &&File| file.path.starts_with("docs/") && !FREE.iter().any(|free| file.path.starts_with(free));
    for document in documents.iter().filter(here) {
        let mut lines = document.text.lines().enumerate();
        while let Some((index, fence)) = lines.next() {
            if !fence.starts_with("```") {
                continue;
            }
            let block = lines.by_ref().map(|(_, line)| line).take_while(|line| !line.starts_with("```"));
            let code: Vec<&str> = block.filter(|line| !line.trim().is_empty()).collect();
            let included = matches!(code[..], [only] if only.starts_with("{{#include "));
            if fence.starts_with("```rust") && !included {
                let place = format!("{}:{}", document.path, index + 1);
                complaints
                    .push(format!("{place}: Rust that nobody compiles: include an example, or a file of the code"));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::{super::source::planted, *};

    #[test]
    fn code_that_nobody_compiles_is_found() {
        let text = "```rust,ignore\n{{#include ../a.rs}}\n```\n```toml\n[a]\n```\n```rust\nlet a = 1;\n```\n";
        assert_eq!(check(&[planted("docs/a.md", text)]).len(), 1);
        assert!(check(&[planted("docs/a.md", text)])[0].starts_with("docs/a.md:7: "));
        assert!(check(&[planted("docs/adr/1.md", text), planted("README.md", text)]).is_empty());
    }
}
