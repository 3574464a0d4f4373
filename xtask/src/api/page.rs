//! Reads the pages that rustdoc writes.

/// An item of the index of all items.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Its path in the crate, for example `engine::Ports`.
    pub(super) path: String,
    /// The file of its page, from the folder of the crate.
    pub(super) file: String,
}

/// Every item that `all.html` lists.
pub(super) fn items(all: &str) -> Vec<Item> {
    let list = all.split("<ul class=\"all-items\">").skip(1).filter_map(|rest| rest.split("</ul>").next());
    let links = list.flat_map(|list| list.split("<a href=\"").skip(1));
    let item = |link: &str| {
        let (file, rest) = link.split_once("\">")?;
        Some(Item { path: text(rest.split("</a>").next()?), file: file.to_owned() })
    };
    links.filter_map(item).collect()
}

/// The declaration of an item and the signatures of its own methods, each behind the item's path.
pub(super) fn lines(path: &str, page: &str) -> Vec<String> {
    let declaration = between(page, "<pre class=\"rust item-decl\">", "</pre>").map(text).unwrap_or_default();
    let mut lines = vec![format!("{path}: {declaration}")];
    // Those of its traits are of class `method trait-impl`.
    for section in page.split("<section id=\"method.").skip(1) {
        let own = section.split_once('"').is_some_and(|(_, rest)| rest.starts_with(" class=\"method\">"));
        if let (true, Some(signature)) = (own, between(section, "<h4 class=\"code-header\">", "</h4>")) {
            lines.push(format!("{path}: {}", text(signature)));
        }
    }
    lines
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split(to).next()
}

/// What a reader sees, on one line: without tags, and without what is only there to be clicked on.
fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        let inside = tag.split('>').next().unwrap_or_default();
        let end = if inside.starts_with("summary") {
            "</summary>"
        } else if inside.contains("anchor\"") {
            "</a>"
        } else {
            ">"
        };
        rest = tag.split_once(end).map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let out = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        .iter()
        .fold(out, |text, (entity, character)| text.replace(entity, character));
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_of_the_index_is_found() {
        let all = "<h3>Structs</h3><ul class=\"all-items\"><li><a href=\"engine/struct.Ports.html\">engine::Ports</a></li></ul>\
                   <h3>Functions</h3><ul class=\"all-items\"><li><a href=\"fn.run.html\">run</a></li></ul>";
        let found: Vec<String> = items(all).into_iter().map(|i| format!("{} {}", i.path, i.file)).collect();
        assert_eq!(found, ["engine::Ports engine/struct.Ports.html", "run fn.run.html"]);
    }

    #[test]
    fn declarations_and_own_methods_are_read() {
        let page = "<pre class=\"rust item-decl\"><code>pub struct <span>Ports</span> {\n    pub store: \
             <a class=\"struct\" href=\"x\">Arc</a>&lt;dyn Store&gt;,\n}</code></pre>\
             <section id=\"method.new\" class=\"method\"><a class=\"src\">Source</a><h4 class=\"code-header\">\
             <a href=\"#method.new\" class=\"anchor\">§</a>pub fn <a href=\"#method.new\" class=\"fn\">new</a>(n: &amp;str) -&gt; Self</h4></section>\
             <section id=\"method.clone\" class=\"method trait-impl\"><h4 class=\"code-header\">fn clone()</h4></section>";
        assert_eq!(
            lines("engine::Ports", page),
            [
                "engine::Ports: pub struct Ports { pub store: Arc<dyn Store>, }",
                "engine::Ports: pub fn new(n: &str) -> Self"
            ]
        );
    }

    #[test]
    fn folds_are_left_out() {
        let page = "<pre class=\"rust item-decl\"><code>pub enum Kind {<details><summary class=\"hideme\"><span>Show 2 variants\
                    </span></summary>\n    A,\n    B,\n</details>}</code></pre>";
        assert_eq!(lines("Kind", page), ["Kind: pub enum Kind { A, B, }"]);
    }
}
