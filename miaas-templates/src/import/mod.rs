//! Makes template directories out of what others wrote: a Compose file, an entry of Portainer's App Templates. Nothing is
//! guessed silently: what a person has to decide or complete is a note.

mod document;
mod portainer;
mod ports;
mod variables;

use std::{collections::BTreeMap, fmt::Write as _};

use miaas_core::spec::Issue;
use serde_json::{Value as Json, json};

pub use portainer::{Portainer, portainer};

use self::variables::Variables;
use crate::{
    compose,
    yaml::{self, Node},
};

/// A template directory that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Its name, and that of its directory.
    pub name: String,
    /// Its files by path.
    pub files: BTreeMap<String, String>,
    /// What a person should look at.
    pub notes: Vec<String>,
}

/// What a template says about itself; the rest is for a person to fill in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// For people; none is the name.
    pub title: Option<String>,
    /// One sentence.
    pub description: Option<String>,
    /// Longer text for the README.
    pub readme: Option<String>,
}

/// A template from a Compose document. Its variables become parameters, its published ports ports of the template.
///
/// # Errors
/// Everything in the document that no template can have, with line and column.
pub fn from_compose(name: &str, text: &str, about: About) -> Result<Imported, Vec<Issue>> {
    let root = yaml::parse_file(text, 0).map_err(|e| {
        let at = e.line.map_or_else(String::new, |line| format!("line {line}: "));
        vec![Issue::new("", format!("{at}{}", e.message))]
    })?;
    assemble(name, root, Variables::default(), about)
}

/// The template of a document whose variables are partly known already.
fn assemble(name: &str, mut root: Node, mut variables: Variables, about: About) -> Result<Imported, Vec<Issue>> {
    let mut issues = document::unfit(&root);
    variables.find(&root);
    let ports = ports::take(&mut root, &mut variables, &mut issues);
    if !issues.is_empty() {
        return Err(issues);
    }
    // What the document is with the defaults: refused here with its lines, and not only when the template is used.
    let text = document::plain(&root, &variables, &ports);
    let parsed = compose::parse_document(&text, "compose.yaml", &BTreeMap::new())?;
    let mut notes: Vec<String> = parsed.warnings.iter().map(ToString::to_string).collect();
    let limits = parsed.spec.services.values().map(|s| &s.limits);
    let (mut cpu, mut memory) = (0, 0);
    for limit in limits {
        cpu += limit.cpu_milli.unwrap_or(500);
        memory += limit.mem_mib.unwrap_or(512);
    }
    if parsed.spec.services.values().any(|s| s.limits.mem_mib.is_none()) {
        notes.push(
            "resources: a service without limits is reckoned with half a processor and 512 MiB; correct `resources`"
                .into(),
        );
    }
    notes.push("about: fill in category, license and links".into());
    let title = about.title.unwrap_or_else(|| name.to_owned());
    let mut manifest = json!({
        "name": name,
        "title": title,
        "description": about.description.unwrap_or_else(|| format!("{title}, imported from a Compose file.")),
        "category": "example",
        "version": "0.1.0",
        "license": "LicenseRef-unknown",
        "executors": ["docker"],
        "parameters": variables.parameters(),
        "resources": {"cpu": f64::from(u32::try_from(cpu).unwrap_or(u32::MAX)) / 1000.0, "memory": format!("{memory}MiB")},
        "ports": ports.iter().map(ports::Port::manifest).collect::<Vec<_>>(),
    });
    let gpus: u32 = parsed.gpus.values().sum();
    if gpus > 0 {
        manifest["resources"]["gpu"] = json!({"count": gpus});
    }
    let volumes: Vec<Json> = parsed.spec.volumes.keys().map(|v| json!({"name": v, "purpose": "Data"})).collect();
    if !volumes.is_empty() {
        manifest["volumes"] = volumes.into();
    }
    let mut outputs = serde_json::Map::new();
    for port in &ports {
        outputs.insert(port.name.clone(), format!("{{{{ endpoints.{} }}}}", port.name).into());
    }
    if !outputs.is_empty() {
        manifest["outputs"] = outputs.into();
    }
    if variables.required().next().is_some() {
        notes.push("examples: fill in the values that have no default".into());
    }
    let example: serde_json::Map<String, Json> =
        variables.required().map(|n| (n.to_owned(), "change-me".into())).collect();
    let example = if example.is_empty() { "{}\n".to_owned() } else { document::yaml(&Json::from(example)) };
    let readme =
        format!("# {title}\n\n{}\n", about.readme.unwrap_or_else(|| "Imported; say here what it is for.".into()));
    let files = BTreeMap::from([
        ("template.yaml".to_owned(), document::yaml(&manifest)),
        ("compose.yaml.j2".to_owned(), document::template(&root, &variables, &ports)),
        ("README.md".to_owned(), readme),
        ("icon.svg".to_owned(), icon()),
        ("examples/minimal.yaml".to_owned(), example),
    ]);
    Ok(Imported { name: name.to_owned(), files, notes })
}

/// A box: better than nothing, and clearly nobody's logo.
fn icon() -> String {
    let mut svg = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\">");
    // Writing to a String cannot fail.
    let _ = write!(svg, "<path fill=\"#6b7280\" d=\"M12 2l9 5v10l-9 5-9-5V7zm0 2.3L6.2 7.5 12 10.7l5.8-3.2z\"/>");
    svg.push_str("</svg>\n");
    svg
}

/// The texts of a document.
fn scalars<'n>(node: &'n Node, out: &mut Vec<&'n str>) {
    match &node.value {
        yaml::Value::Null => {}
        yaml::Value::Scalar(text) => out.push(text),
        yaml::Value::Seq(items) => items.iter().for_each(|item| scalars(item, out)),
        yaml::Value::Map(entries) => entries.iter().for_each(|(_, value)| scalars(value, out)),
    }
}

/// A name as templates and deployments have them: lower case letters, digits and hyphens.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    let out: String = out.trim_start_matches(|c: char| !c.is_ascii_lowercase()).chars().take(40).collect();
    let out = out.trim_end_matches('-');
    if out.is_empty() { "imported".to_owned() } else { out.to_owned() }
}
