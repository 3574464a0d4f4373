//! Mounts of a service: named volumes and memory. Paths of the node are refused by policy (T9).

use miaas_core::model::{Mount, MountSource};

use super::{
    cursor::{Cursor, Report},
    short, support,
};
use crate::{units, yaml::Value};

/// The `volumes` of a service.
pub(super) fn read(at: &Cursor<'_>, report: &mut Report<'_>) -> Vec<Mount> {
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
pub(super) fn tmpfs(at: &Cursor<'_>, report: &mut Report<'_>) -> Vec<Mount> {
    let items = if let Value::Scalar(_) = at.value { vec![at.clone()] } else { at.items(report) };
    items.iter().filter_map(|item| tmpfs_mount(item, report)).collect()
}

/// Reports targets that are mounted twice.
pub(super) fn check_targets(mounts: &[Mount], at: &Cursor<'_>, report: &mut Report<'_>) {
    for (i, mount) in mounts.iter().enumerate() {
        if mounts[..i].iter().any(|m| m.target == mount.target) {
            report.issue(at, format!("{:?} is mounted twice", short(&mount.target)));
        }
    }
}

fn tmpfs_mount(at: &Cursor<'_>, report: &mut Report<'_>) -> Option<Mount> {
    let text = at.text(report)?;
    let (path, options) = text.split_once(':').unwrap_or((text, ""));
    let (mut size, mut read_only) = (None, false);
    for option in options.split(',').filter(|o| !o.is_empty()) {
        match option.split_once('=') {
            Some(("size", value)) => match units::parse_size(value) {
                Ok(bytes) => size = Some(bytes),
                Err(e) => report.issue(at, format!("size {:?} {e}", short(value))),
            },
            None if option == "ro" => read_only = true,
            None if option == "rw" => read_only = false,
            _ => report.issue_hint(
                at,
                format!("option {:?} is not supported", short(option)),
                "supported are size=, ro and rw",
            ),
        }
    }
    Some(Mount::new(MountSource::Tmpfs(size), target(path, at, report)?, read_only))
}

/// `name:/path[:ro]`.
fn short_form(at: &Cursor<'_>, report: &mut Report<'_>) -> Option<Mount> {
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
    let mut read_only = false;
    for option in mode.unwrap_or("").split(',').filter(|o| !o.is_empty()) {
        match option {
            "ro" => read_only = true,
            "rw" => read_only = false,
            _ => {
                report.issue_hint(
                    at,
                    format!("option {:?} is not supported", short(option)),
                    "supported are ro and rw",
                );
            }
        }
    }
    let source = volume(source, at, report)?;
    Some(Mount::new(source, target(path, at, report)?, read_only))
}

fn long(at: &Cursor<'_>, report: &mut Report<'_>) -> Option<Mount> {
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
    let source = match (kind, source) {
        ("volume", Some(source)) => volume(source, fields.get("source").unwrap_or(at), report)?,
        ("volume", None) => {
            report.issue_hint(at, "the volume has no `source`", "name a volume, so that its data can be found again");
            return None;
        }
        ("tmpfs", _) => {
            let options = fields.get("tmpfs").map(|at| at.fields(support::TMPFS, report)).unwrap_or_default();
            MountSource::Tmpfs(options.get("size").and_then(|at| at.parsed(report, units::parse_size)))
        }
        ("bind" | "npipe", source) => {
            host_path(source.unwrap_or("?"), at, report);
            return None;
        }
        (other, _) => {
            report.issue_hint(
                at,
                format!("mounts of type {:?} are not supported", short(other)),
                "use volume or tmpfs",
            );
            return None;
        }
    };
    Some(Mount::new(source, target(path, path_at, report)?, read_only))
}

fn volume(source: &str, at: &Cursor<'_>, report: &mut Report<'_>) -> Option<MountSource> {
    if source.starts_with(['/', '.', '~', '\\']) || source.contains('/') {
        host_path(source, at, report);
        return None;
    }
    if !is_volume_name(source) {
        report.issue(at, format!("{:?} is no name of a volume", short(source)));
        return None;
    }
    Some(MountSource::Volume(source.to_owned()))
}

fn host_path(source: &str, at: &Cursor<'_>, report: &mut Report<'_>) {
    if source.trim_end_matches('/').ends_with("docker.sock") {
        report.issue(
            at,
            format!("mounting {:?} is not allowed: the socket of the engine gives root on the node", short(source)),
        );
    } else {
        let text = format!("mounting the host path {:?} is not allowed", short(source));
        report.issue_hint(at, text, "use a named volume");
    }
}

/// What engines take as a name.
pub(super) fn is_volume_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn target(path: &str, at: &Cursor<'_>, report: &mut Report<'_>) -> Option<String> {
    let plain =
        path.starts_with('/') && !path.split('/').any(|p| p == ".." || p == ".") && !path.chars().any(char::is_control);
    if plain && !path.trim_end_matches('/').is_empty() {
        return Some(path.to_owned());
    }
    report.issue(at, format!("{:?} is no absolute path inside the container", short(path)));
    None
}
