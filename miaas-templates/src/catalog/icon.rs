//! Icons: small drawings that a page can show as they are.

use roxmltree::{Document, Node};

/// Largest icon in bytes.
const MAX_BYTES: usize = 8 << 10;

/// Elements that only draw.
const ELEMENTS: [&str; 22] = [
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "title",
    "desc",
    "defs",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "pattern",
    "symbol",
    "use",
];

/// Checks that an icon draws and does nothing else.
///
/// # Errors
/// What is wrong, with the line where it stands.
pub(super) fn check(svg: &str) -> Result<(), String> {
    if svg.len() > MAX_BYTES {
        return Err(format!("the icon has {} bytes, and at most {MAX_BYTES} are allowed", svg.len()));
    }
    let document = Document::parse(svg).map_err(|e| format!("the icon is no SVG: {e}"))?;
    let root = document.root_element();
    if root.tag_name().namespace() != Some(SVG) || root.tag_name().name() != "svg" {
        return Err("the icon is no SVG: it has to start with <svg xmlns=\"http://www.w3.org/2000/svg\">".to_owned());
    }
    document.root().descendants().try_for_each(|node| {
        node_draws(node).map_err(|why| {
            let line = document.text_pos_at(node.range().start).row;
            format!("line {line}: {why}")
        })
    })
}

const SVG: &str = "http://www.w3.org/2000/svg";

fn node_draws(node: Node<'_, '_>) -> Result<(), String> {
    if node.is_pi() {
        return Err("processing instructions are not allowed".to_owned());
    }
    if !node.is_element() {
        return Ok(());
    }
    let name = node.tag_name().name();
    if node.tag_name().namespace() != Some(SVG) || !ELEMENTS.contains(&name) {
        return Err(format!("<{name}> is not allowed: an icon only draws"));
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        if name.to_ascii_lowercase().starts_with("on") {
            return Err(format!("the attribute {name} is not allowed: it runs a script"));
        }
        let outside = match name {
            "href" => !value.starts_with('#'),
            _ => value
                .match_indices("url(")
                .any(|(at, _)| !value[at + 4..].trim_start_matches(['"', '\'', ' ']).starts_with('#')),
        };
        if outside || value.contains("@import") || value.to_ascii_lowercase().contains("javascript:") {
            return Err(format!("the attribute {name} refers to something outside of the icon"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    fn svg(inner: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:x=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 64 64\">\n{inner}</svg>"
        )
    }

    #[test]
    fn t1_icons_draw_and_do_nothing_else() {
        let good = "<defs><linearGradient id=\"a\"/></defs><path d=\"M0 0\" fill=\"url(#a)\"/><use x:href=\"#b\"/>";
        assert_eq!(check(&svg(good)), Ok(()));
        for (bad, why) in [
            ("<script>x()</script>", "line 2: <script> is not allowed: an icon only draws"),
            ("<image href=\"https://x\"/>", "line 2: <image> is not allowed: an icon only draws"),
            ("<style>a{}</style>", "line 2: <style> is not allowed: an icon only draws"),
            ("<foreignObject/>", "line 2: <foreignObject> is not allowed: an icon only draws"),
            ("<g onLoad=\"x()\"/>", "line 2: the attribute onLoad is not allowed: it runs a script"),
            ("<use x:href=\"https://x/#b\"/>", "line 2: the attribute href refers to something outside of the icon"),
            (
                "<g style=\"fill:url( 'https://x')\"/>",
                "line 2: the attribute style refers to something outside of the icon",
            ),
            ("<path xmlns=\"urn:x\"/>", "line 2: <path> is not allowed: an icon only draws"),
        ] {
            assert_eq!(check(&svg(bad)), Err(why.to_owned()), "{bad}");
        }
        assert!(check(&svg(&" ".repeat(9000))).unwrap_err().contains("at most 8192"));
        for bad in [
            "",
            "<svg>",
            "<svg/>",
            "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>",
        ] {
            assert!(check(bad).unwrap_err().starts_with("the icon is no SVG"), "{bad}");
        }
    }
}
