//! Ports, volumes, health and hardware.

use miaas_core::spec::nearest;

use super::{
    super::{AUTO, Expr, Manifest, VARIANT},
    Found,
};
use crate::units;

pub(super) fn check(m: &Manifest, say: &mut Found<'_>) {
    say.names("ports", "port", m.ports.iter().map(|p| p.name.as_str()));
    for (i, port) in m.ports.iter().enumerate() {
        let good = port.scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && port.scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+.-".contains(&b));
        if !port.scheme.is_empty() && !good {
            let text = format!("scheme {:?} is not what stands before :// in a URL", port.scheme);
            say.that(format!("/ports/{i}/scheme"), text);
        }
    }
    architectures(&m.architectures, "", say);
    volumes(m, say);
    if let Some(health) = &m.health {
        if !m.ports.iter().any(|p| p.name == health.port) {
            let text = format!("port {:?} does not exist", health.port);
            say.unknown("/health/port", text, m.ports.iter().map(|p| p.name.as_str()));
        }
        let good = |path: &String| path.starts_with('/') && path.chars().all(|c| c.is_ascii_graphic());
        if let Some(path) = health.path.as_ref().filter(|p| !good(p)) {
            say.that("/health/path", format!("{path:?} is no path of a URL: it starts with / and has no spaces"));
        }
    }
    variants(m, say);
}

fn volumes(m: &Manifest, say: &mut Found<'_>) {
    for (i, volume) in m.volumes.iter().enumerate() {
        let good = volume.name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && volume.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if !good {
            let text = format!("volume name {:?} must be letters, digits, '-', '_' and '.'", volume.name);
            say.that(format!("/volumes/{i}/name"), text);
        }
        if m.volumes[..i].iter().any(|other| other.name == volume.name) {
            say.that(format!("/volumes/{i}/name"), format!("volume {:?} is declared twice", volume.name));
        }
        if let Some(Expr(size)) = volume.size.as_ref().filter(|s| !s.0.contains('{'))
            && let Err(e) = units::parse_size(size)
        {
            say.that(format!("/volumes/{i}/size"), format!("size {size:?} {e}"));
        }
    }
}

fn variants(m: &Manifest, say: &mut Found<'_>) {
    say.names("variants", "variant", m.variants.iter().map(|v| v.name.as_str()));
    for (i, variant) in m.variants.iter().enumerate() {
        if variant.name == AUTO {
            say.that(format!("/variants/{i}/name"), format!("variant name {AUTO:?} means the first that fits"));
        }
        architectures(&variant.architectures, &format!("/variants/{i}"), say);
    }
    if !m.variants.is_empty() && m.parameter(VARIANT).is_some() {
        let text =
            format!("parameter {VARIANT:?} is there whenever a template has variants: leave its declaration out");
        say.that("/parameters", text);
    }
}

/// Architectures as Rust names them.
const ARCHITECTURES: [&str; 8] = ["x86_64", "aarch64", "x86", "arm", "riscv64", "powerpc64", "s390x", "loongarch64"];

fn architectures(names: &[String], path: &str, say: &mut Found<'_>) {
    for (i, name) in names.iter().enumerate() {
        if !ARCHITECTURES.contains(&name.as_str()) {
            let near = nearest(name, ARCHITECTURES).map_or(String::new(), |n| format!(", did you mean {n:?}?"));
            say.that(format!("{path}/architectures/{i}"), format!("architecture {name:?} is not known{near}"));
        }
    }
}
