//! The page that lists the templates of a catalogue.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Catalog, Entry};
use crate::manifest::Category;

const HEAD: &str = "# Catalogue

This page is printed from the manifests of the built-in templates (`cargo run -p miaas-templates --example catalogue`); a test fails
when it is out of date. Each name leads to the page of the component: parameters, hardware, what to look out for.

`miaas template ls` lists them, `miaas template show NAME` shows one, `miaas deploy NAME --set …` deploys it. Ports are published on
`127.0.0.1` unless `bind` says otherwise; passwords and keys that are not given are generated.
";

/// The page as Markdown.
#[must_use]
pub fn markdown(catalog: &Catalog) -> String {
    let mut by_category: BTreeMap<Category, Vec<&Entry>> = BTreeMap::new();
    for entry in catalog.list() {
        by_category.entry(entry.manifest.category.unwrap_or(Category::Example)).or_default().push(entry);
    }
    let mut out = HEAD.to_owned();
    for (category, entries) in by_category {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n## {}\n\n", heading(category));
        out.push_str("| template | version | licence | runs | hardware | ports |\n|---|---|---|---|---|---|\n");
        for entry in entries {
            row(entry, &mut out);
        }
    }
    out
}

fn heading(category: Category) -> String {
    let text = category.as_str().replace('-', " ");
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

fn row(entry: &Entry, out: &mut String) {
    let m = &entry.manifest;
    let join = |items: Vec<String>| if items.is_empty() { "–".to_owned() } else { items.join(", ") };
    let executors = join(m.executors.iter().map(|e| e.as_str().to_owned()).collect());
    let variants = join(m.variants.iter().map(|v| format!("`{}`", v.name)).collect());
    let ports = join(m.ports.iter().map(|p| format!("{} ({})", p.container, p.purpose)).collect());
    let _ = writeln!(
        out,
        "| [{name}](../templates/{name}/README.md): {description} | {version} | {license} | {executors} | {variants} | {ports} |",
        name = m.name,
        description = m.description.trim_end_matches('.'),
        version = m.app_version.as_ref().map_or("–", |v| v.0.as_str()),
        license = m.license.as_deref().unwrap_or("–"),
    );
}
