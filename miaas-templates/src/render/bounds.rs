//! What a template must not have, since the engine counts no fuel for it: joining lists without end.
//!
//! The engine joins lists lazily. Only a chain of more than [`MAX_ADDITIONS`] is copied, whatever its length, and that costs
//! no fuel. Without recursion, and without anything that outlives a turn of a loop, a chain is never longer than the template
//! has additions; so those are counted.

/// Most additions in one text, those in quotes of a tag included.
const MAX_ADDITIONS: usize = 32;

/// Why a text is not rendered, and what to do.
pub(super) fn check(source: &str) -> Result<(), (String, &'static str)> {
    let mut additions = 0;
    for tag in source.split("{{").flat_map(|part| part.split("{%")).skip(1) {
        let tag = tag.split("}}").next().unwrap_or(tag).split("%}").next().unwrap_or(tag);
        additions += tag.matches('+').count();
        let mut words = tag.trim_matches(['-', '+', ' ', '\t', '\n', '\r']).split_whitespace();
        if words.next() == Some("for") && words.next_back() == Some("recursive") {
            return Err(("recursive loops are not allowed".to_owned(), "write one loop for each level"));
        }
    }
    if additions > MAX_ADDITIONS {
        let text = format!("the template has {additions} additions, and at most {MAX_ADDITIONS} are allowed");
        return Err((text, "join texts with ~, and write sums of constants as one number"));
    }
    Ok(())
}
