//! App Templates of Portainer, versions 2 and 3.

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{
    About, Imported, assemble, slug,
    variables::{Variable, Variables},
};
use crate::yaml;

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portainer {
    /// Its title.
    pub title: String,
    /// The template, or why there is none.
    pub result: Result<Imported, String>,
}

#[derive(Debug, Deserialize)]
struct File {
    templates: Vec<Entry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    #[serde(rename = "type")]
    kind: u32,
    title: String,
    name: String,
    description: String,
    note: String,
    platform: String,
    image: String,
    registry: String,
    command: String,
    hostname: String,
    network: String,
    privileged: bool,
    interactive: bool,
    restart_policy: String,
    env: Vec<Env>,
    ports: Vec<String>,
    volumes: Vec<Volume>,
    labels: Vec<Label>,
    repository: Option<Repository>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Env {
    name: String,
    label: String,
    description: String,
    default: Option<Json>,
    set: Option<Json>,
    preset: bool,
    select: Vec<Choice>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    value: String,
    default: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Volume {
    Path(String),
    Mount {
        container: String,
        bind: Option<String>,
        #[serde(default)]
        readonly: bool,
    },
}

#[derive(Debug, Deserialize)]
struct Label {
    name: String,
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Repository {
    url: String,
    stackfile: String,
}

/// The templates of a file, each or why it cannot be one.
///
/// # Errors
/// When the file is none of App Templates.
pub fn portainer(text: &str) -> Result<Vec<Portainer>, String> {
    let file: File = match serde_json::from_str::<Json>(text).map_err(|e| format!("the file is no JSON: {e}"))? {
        // Version 1 was a bare list; its entries have the same fields.
        Json::Array(templates) => serde_json::from_value(json!({ "templates": templates })),
        object => serde_json::from_value(object),
    }
    .map_err(|e| format!("the file holds no App Templates: {e}"))?;
    Ok(file
        .templates
        .into_iter()
        .map(|entry| Portainer { title: entry.title.clone(), result: convert(&entry) })
        .collect())
}

fn convert(entry: &Entry) -> Result<Imported, String> {
    if let (2 | 3, Some(repository)) = (entry.kind, &entry.repository) {
        let (url, file) = (&repository.url, &repository.stackfile);
        return Err(format!(
            "it is a stack in a repository: fetch {file} of {url} and use `miaas template import compose`"
        ));
    }
    if entry.kind != 1 && entry.kind != 0 {
        return Err(format!("templates of type {} are not containers", entry.kind));
    }
    if entry.platform == "windows" {
        return Err("it is for Windows".to_owned());
    }
    if entry.image.is_empty() {
        return Err("it names no image".to_owned());
    }
    let name = slug(if entry.name.is_empty() { &entry.title } else { &entry.name });
    let mut variables = Variables::default();
    let document = document(entry, &name, &mut variables);
    let root = yaml::parse_file(&document.to_string(), 0).map_err(|e| e.message)?;
    let about = About {
        title: Some(entry.title.clone()),
        description: Some(entry.description.clone()).filter(|d| !d.is_empty()),
        readme: Some(without_tags(&entry.note)).filter(|n| !n.trim().is_empty()),
    };
    let said =
        |issues: Vec<miaas_core::spec::Issue>| issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let mut imported = assemble(&name, root, variables, about).map_err(said)?;
    if !matches!(entry.network.as_str(), "" | "bridge") {
        imported
            .notes
            .push(format!("network: it asked for the network {:?}; attach it where it is needed", entry.network));
    }
    Ok(imported)
}

fn document(entry: &Entry, name: &str, variables: &mut Variables) -> Json {
    let mut service = Map::new();
    let image =
        if entry.registry.is_empty() { entry.image.clone() } else { format!("{}/{}", entry.registry, entry.image) };
    service.insert("image".into(), escaped(&image).into());
    let mut texts = |key: &str, text: &str| {
        if !text.is_empty() {
            service.insert(key.to_owned(), escaped(text).into());
        }
    };
    texts("command", &entry.command);
    texts("hostname", &entry.hostname);
    texts(
        "restart",
        match entry.restart_policy.as_str() {
            "" => "always",
            policy => policy,
        },
    );
    for (flag, key) in [(entry.privileged, "privileged"), (entry.interactive, "stdin_open"), (entry.interactive, "tty")]
    {
        if flag {
            service.insert(key.to_owned(), true.into());
        }
    }
    let mut environment = Map::new();
    for env in entry.env.iter().filter(|e| !e.name.is_empty()) {
        environment.insert(env.name.clone(), environment_value(env, variables).into());
    }
    if !environment.is_empty() {
        service.insert("environment".into(), environment.into());
    }
    if !entry.ports.is_empty() {
        service.insert("ports".into(), entry.ports.iter().map(|p| escaped(p)).collect::<Vec<_>>().into());
    }
    let labels: Map<String, Json> = entry.labels.iter().map(|l| (l.name.clone(), escaped(&l.value).into())).collect();
    if !labels.is_empty() {
        service.insert("labels".into(), labels.into());
    }
    let mut named = Map::new();
    let mut mounts = Vec::new();
    for (i, volume) in entry.volumes.iter().enumerate() {
        let (container, bind, readonly) = match volume {
            Volume::Path(container) => (container, None, false),
            Volume::Mount { container, bind, readonly } => (container, bind.as_deref(), *readonly),
        };
        let source = match bind.filter(|b| b.starts_with('/')) {
            Some(path) => path.to_owned(),
            None => {
                let volume = if i == 0 { "data".to_owned() } else { format!("data{}", i + 1) };
                named.insert(volume.clone(), json!({}));
                volume
            }
        };
        let mode = if readonly { ":ro" } else { "" };
        mounts.push(escaped(&format!("{source}:{container}{mode}")));
    }
    if !mounts.is_empty() {
        service.insert("volumes".into(), mounts.into());
    }
    let services = Map::from_iter([(name.to_owned(), Json::from(service))]);
    let mut document = Map::from_iter([("services".to_owned(), Json::from(services))]);
    if !named.is_empty() {
        document.insert("volumes".into(), named.into());
    }
    document.into()
}

/// The value of a variable: fixed, or a parameter.
fn environment_value(env: &Env, variables: &mut Variables) -> String {
    let text = |value: &Option<Json>| match value {
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Null) | None => None,
        Some(other) => Some(other.to_string()),
    };
    let default = text(&env.default).or_else(|| text(&env.set));
    if env.preset || env.set.is_some() {
        return escaped(&default.unwrap_or_default());
    }
    let chosen = env.select.iter().find(|c| c.default).map(|c| c.value.clone());
    let help = Some(env.description.clone()).filter(|d| !d.is_empty());
    let label = Some(env.label.clone()).filter(|l| !l.is_empty());
    let choices = env.select.iter().map(|c| c.value.clone()).collect();
    variables.add(&env.name, Variable { default: chosen.or(default), label, help, choices, ..Variable::default() });
    format!("${{{}}}", env.name)
}

fn escaped(text: &str) -> String {
    text.replace('$', "$$")
}

/// Notes are HTML.
fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            _ if inside => {}
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
