//! Names and quantities as Kubernetes writes them.

use std::collections::BTreeMap;

use miaas_core::{model::WorkloadSpec, port::RenderError};

/// A name of a service as the name of objects: a label of DNS.
pub(super) fn object(service: &str) -> String {
    let text: String = service.to_ascii_lowercase().replace(['_', '.'], "-");
    let text = text.trim_matches('-');
    let text = if text.starts_with(|c: char| c.is_ascii_digit()) { format!("s{text}") } else { text.to_owned() };
    text.chars().take(50).collect::<String>().trim_end_matches('-').to_owned()
}

/// A text as the value of a label.
pub(super) fn label(text: &str) -> String {
    let ok = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let text: String = text.chars().map(|c| if ok(c) { c } else { '-' }).take(63).collect();
    text.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

/// A name of a port: at most 15 characters.
pub(super) fn port(name: &str) -> String {
    let text: String = name.to_ascii_lowercase().replace('_', "-").chars().take(15).collect();
    text.trim_matches('-').to_owned()
}

/// A key in a ConfigMap or a Secret.
pub(super) fn key(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}

pub(super) fn mib(mib: u64) -> String {
    format!("{mib}Mi")
}

pub(super) fn milli(cpu: u64) -> String {
    if cpu.is_multiple_of(1000) { (cpu / 1000).to_string() } else { format!("{cpu}m") }
}

/// Two services must not become one.
pub(super) fn check(spec: &WorkloadSpec) -> Result<(), RenderError> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for service in spec.services.keys() {
        let name = object(service);
        if name.is_empty() {
            return Err(RenderError::new(format!(
                "service {service:?} has no letter that Kubernetes allows in a name"
            )));
        }
        if let Some(other) = seen.insert(name, service) {
            return Err(RenderError::new(format!("services {other:?} and {service:?} have one name in Kubernetes")));
        }
    }
    Ok(())
}
