//! Mounts of a service: named volumes, memory, and paths of the node, which the policy decides about (T9).

use std::collections::BTreeSet;

use miaas_core::model::{Mount, MountOptions, MountSource};

use super::{
    cursor::{Cursor, Report},
    short, support,
};
use crate::{units, yaml::Value};

/// The `volumes` of a service.
pub(super) fn read(at: &Cursor<'_>, report: &mut Report) -> Vec<Mount> {
    let items = at.items(report);
    items
        .iter()
        .filter_map(|item| match item.value {
            Value::Map(_) => long(item, report),
            _ => short_form(item, report),
        })
        .collect()
}

/// The `tmpfs` of a service: one path or a list.
pub(super) fn tmpfs(at: &Cursor<'_>, report: &mut Report) -> Vec<Mount> {
    let items = if let Value::Scalar(_) = at.value { vec![at.clone()] } else { at.items(report) };
    items.iter().filter_map(|item| tmpfs_mount(item, report)).collect()
}

/// Reports targets that are mounted twice.
pub(super) fn check_targets(mounts: &[Mount], at: &Cursor<'_>, report: &mut Report) {
    let mut targets = BTreeSet::new();
    for mount in mounts {
        if !targets.insert(&mount.target) {
            report.issue(at, format!("{:?} is mounted twice", short(&mount.target)));
        }
    }
}

fn tmpfs_mount(at: &Cursor<'_>, report: &mut Report) -> Option<Mount> {
    let text = at.text(report)?;
    let (path, words) = text.split_once(':').unwrap_or((text, ""));
    let (mut size, mut read_only, mut options) = (None, false, MountOptions::default());
    for option in words.split(',').filter(|o| !o.is_empty()) {
        match option.split_once('=') {
            Some(("size", value)) => match units::parse_size(value) {
                Ok(bytes) => size = Some(bytes),
                Err(e) => report.issue(at, format!("size {:?} {e}", short(value))),
            },
            Some(("mode", value)) => match u32::from_str_radix(value, 8) {
                Ok(mode) if mode <= 0o7777 => options.mode = Some(mode),
                _ => report.issue(at, format!("mode {:?} is no octal number", short(value))),
            },
            None if option == "ro" => read_only = true,
            None if option == "rw" => read_only = false,
            _ => report.issue_hint(
                at,
                format!("option {:?} is not supported", short(option)),
                "supported are size=, mode=, ro and rw",
            ),
        }
    }
    Some(Mount { source: MountSource::Tmpfs(size), target: target(path, at, report)?, read_only, options })
}

/// `source:/path[:options]`.
fn short_form(at: &Cursor<'_>, report: &mut Report) -> Option<Mount> {
    let text = at.text(report)?;
    let mut parts = text.split(':');
    let (source, path, mode, more) = (parts.next()?, parts.next(), parts.next(), parts.next());
    let Some(path) = path else {
        report.issue_hint(at, format!("{:?} names no volume", short(text)), "write `name:/path`");
        return None;
    };
    if more.is_some() {
        report.issue_hint(at, format!("{:?} has too many parts", short(text)), "write `name:/path` or `name:/path:ro`");
        return None;
    }
    let source = if is_host_path(source) { host_path(source, at, report)? } else { volume(source, at, report)? };
    let bind = matches!(source, MountSource::Host(_));
    let mut options = MountOptions { create_host_path: bind, ..MountOptions::default() };
    let mut read_only = false;
    for option in mode.unwrap_or("").split(',').filter(|o| !o.is_empty()) {
        match option {
            "ro" => read_only = true,
            "rw" => read_only = false,
            "z" => options.selinux = Some('z'),
            "Z" => options.selinux = Some('Z'),
            "nocopy" if !bind => options.no_copy = true,
            word if bind && PROPAGATION.contains(&word) => options.propagation = Some(word.to_owned()),
            _ => {
                report.issue_hint(
                    at,
                    format!("option {:?} is not supported", short(option)),
                    "supported are ro, rw, z, Z, nocopy for a volume, and rprivate and the like for a path",
                );
            }
        }
    }
    Some(Mount { source, target: target(path, at, report)?, read_only, options })
}

const PROPAGATION: [&str; 6] = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

fn long(at: &Cursor<'_>, report: &mut Report) -> Option<Mount> {
    let fields = at.fields(support::MOUNT, report);
    let source = fields.get("source").and_then(|at| at.text(report));
    let Some(path_at) = fields.get("target") else {
        report.issue(at, "the mount has no `target`");
        return None;
    };
    let path = path_at.text(report)?;
    let read_only = fields.get("read_only").and_then(|at| at.bool(report)).unwrap_or(false);
    let kind = match fields.get("type") {
        Some(at) => at.text(report)?,
        None => "volume",
    };
    let mut options = MountOptions::default();
    let mut size = None;
    for (name, table) in [("bind", support::BIND), ("volume", support::MOUNT_VOLUME), ("tmpfs", support::TMPFS)] {
        let Some(part) = fields.get(name) else { continue };
        if name != kind {
            report.issue(part, format!("`{name}` is not for mounts of type {:?}", short(kind)));
            continue;
        }
        for (field, at) in &part.fields(table, report) {
            match *field {
                "propagation" => {
                    options.propagation = at.parsed(report, |text| {
                        let known = PROPAGATION.contains(&text);
                        if known { Ok(text.to_owned()) } else { Err("is no propagation: write for example rprivate") }
                    });
                }
                "create_host_path" => options.create_host_path = at.bool(report).unwrap_or_default(),
                "selinux" => {
                    options.selinux = at.parsed(report, |text| match text {
                        "z" => Ok('z'),
                        "Z" => Ok('Z'),
                        _ => Err("is neither z nor Z"),
                    });
                }
                "nocopy" => options.no_copy = at.bool(report).unwrap_or_default(),
                "subpath" => {
                    options.subpath = at.parsed(report, |text| {
                        let inside = !text.is_empty() && !text.starts_with('/') && text.split('/').all(|p| p != "..");
                        if inside { Ok(text.to_owned()) } else { Err("is no path inside of the volume") }
                    });
                }
                "size" => size = at.parsed(report, units::parse_size),
                "mode" => options.mode = at.parsed(report, super::blobs::mode),
                _ => {}
            }
        }
    }
    let source_at = fields.get("source").unwrap_or(at);
    let source = match (kind, source) {
        ("volume", Some(source)) => volume(source, source_at, report)?,
        ("volume", None) => {
            report.issue_hint(at, "the volume has no `source`", "name a volume, so that its data can be found again");
            return None;
        }
        ("tmpfs", _) => MountSource::Tmpfs(size),
        ("bind", Some(source)) => host_path(source, source_at, report)?,
        ("bind", None) => {
            report.issue(at, "the mount has no `source`");
            return None;
        }
        (other, _) => {
            report.issue_hint(
                at,
                format!("mounts of type {:?} are not supported", short(other)),
                "use volume, bind or tmpfs",
            );
            return None;
        }
    };
    Some(Mount { source, target: target(path, path_at, report)?, read_only, options })
}

fn is_host_path(source: &str) -> bool {
    source.starts_with(['/', '.', '~', '\\']) || source.contains('/')
}

fn volume(source: &str, at: &Cursor<'_>, report: &mut Report) -> Option<MountSource> {
    if !is_volume_name(source) {
        report.issue(at, format!("{:?} is no name of a volume", short(source)));
        return None;
    }
    Some(MountSource::Volume(source.to_owned()))
}

/// A path of the node. There is no directory on it that a relative path could start from.
fn host_path(source: &str, at: &Cursor<'_>, report: &mut Report) -> Option<MountSource> {
    if source.starts_with('/') && !source.chars().any(char::is_control) {
        return Some(MountSource::Host(source.to_owned()));
    }
    let text = format!("{:?} is no absolute path of the node", short(source));
    report.issue_hint(at, text, "use a named volume, or `configs` for a file that comes with the document");
    None
}

/// What engines take as a name.
pub(super) fn is_volume_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

pub(super) fn target(path: &str, at: &Cursor<'_>, report: &mut Report) -> Option<String> {
    let plain =
        path.starts_with('/') && !path.split('/').any(|p| p == ".." || p == ".") && !path.chars().any(char::is_control);
    if plain && !path.trim_end_matches('/').is_empty() {
        return Some(path.to_owned());
    }
    report.issue(at, format!("{:?} is no absolute path inside the container", short(path)));
    None
}
