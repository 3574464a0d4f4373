//! Mounts: volumes, paths of the node, memory, and the files of configs and secrets.

use bollard::models::{
    HostConfig, Mount as EngineMount, MountBindOptions, MountBindOptionsPropagationEnum as Propagation,
    MountTmpfsOptions, MountType, MountVolumeOptions, MountVolumeOptionsDriverConfig,
};
use miaas_core::model::{Mount, MountSource, RenderedWorkload, Service};

use super::{signed, some_map};
use crate::executor::docker::labels;

/// A file of the node that a container sees at a place, without write access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct FileBind {
    pub on_node: String,
    pub target: String,
}

pub(super) fn set(w: &RenderedWorkload, scope: &str, service: &Service, files: Vec<FileBind>, host: &mut HostConfig) {
    let (lines, mounts): (Vec<_>, Vec<_>) = service.mounts.iter().partition(|m| as_line(m).is_some());
    host.binds = (!lines.is_empty()).then(|| lines.into_iter().filter_map(as_line).collect());
    let files = files.into_iter().map(|file| EngineMount {
        typ: Some(MountType::BIND),
        source: Some(file.on_node),
        target: Some(file.target),
        read_only: Some(true),
        ..EngineMount::default()
    });
    host.mounts = Some(mounts.into_iter().map(|m| mount(w, scope, m)).chain(files).collect());
}

/// The engine's name of a volume of the workload.
pub(in super::super) fn volume_name(w: &RenderedWorkload, name: &str) -> String {
    let external = w.spec.volumes.get(name).and_then(|v| v.external_name.clone());
    external.unwrap_or_else(|| format!("{}_{name}", w.id))
}

/// Whether a volume goes with the workload.
fn owned_volume(w: &RenderedWorkload, name: &str) -> bool {
    w.spec.volumes.get(name).is_none_or(|v| v.external_name.is_none())
}

/// Why the engine cannot mount what a service asks for.
pub(in super::super) fn refuses(service: &Service) -> Option<String> {
    service.mounts.iter().find_map(|m| {
        let MountSource::Host(path) = &m.source else { return None };
        if as_line(m).is_some() && (path.contains(':') || m.target.contains(':')) {
            return Some(format!("the mount of {path:?} at {:?} has a colon, which the engine cannot read", m.target));
        }
        let unknown = m.options.propagation.as_ref().filter(|p| propagation(p).is_none())?;
        Some(format!("the mount of {path:?} has the propagation {unknown:?}, which the engine does not know"))
    })
}

/// The short form of a mount, for what the long one cannot say.
fn as_line(mount: &Mount) -> Option<String> {
    let MountSource::Host(path) = &mount.source else { return None };
    let options = &mount.options;
    if !options.create_host_path && options.selinux.is_none() {
        return None;
    }
    let words =
        [mount.read_only.then(|| "ro".to_owned()), options.selinux.map(String::from), options.propagation.clone()];
    let words: Vec<String> = words.into_iter().flatten().collect();
    let end = if words.is_empty() { String::new() } else { format!(":{}", words.join(",")) };
    Some(format!("{path}:{}{end}", mount.target))
}

fn mount(w: &RenderedWorkload, scope: &str, mount: &Mount) -> EngineMount {
    let base = EngineMount {
        target: Some(mount.target.clone()),
        read_only: mount.read_only.then_some(true),
        ..EngineMount::default()
    };
    let options = &mount.options;
    match &mount.source {
        MountSource::Volume(name) => EngineMount {
            typ: Some(MountType::VOLUME),
            source: Some(volume_name(w, name)),
            volume_options: Some(volume_options(w, scope, name, mount)),
            ..base
        },
        MountSource::Host(path) => {
            EngineMount {
                typ: Some(MountType::BIND),
                source: Some(path.clone()),
                bind_options: options.propagation.as_deref().and_then(propagation).map(|propagation| {
                    MountBindOptions { propagation: Some(propagation), ..MountBindOptions::default() }
                }),
                ..base
            }
        }
        MountSource::Tmpfs(size) => EngineMount {
            typ: Some(MountType::TMPFS),
            tmpfs_options: (size.is_some() || options.mode.is_some()).then(|| MountTmpfsOptions {
                size_bytes: size.map(signed),
                mode: options.mode.map(i64::from),
                ..MountTmpfsOptions::default()
            }),
            ..base
        },
    }
}

/// Should the volume be gone since it was prepared, the engine makes it anew: as it was, with our mark.
fn volume_options(w: &RenderedWorkload, scope: &str, name: &str, mount: &Mount) -> MountVolumeOptions {
    let volume = w.spec.volumes.get(name);
    let driver = volume.filter(|v| v.driver.is_some() || !v.driver_opts.is_empty());
    MountVolumeOptions {
        no_copy: mount.options.no_copy.then_some(true),
        subpath: mount.options.subpath.clone(),
        labels: owned_volume(w, name).then(|| labels::volume(w, scope, name).into_iter().collect()),
        driver_config: driver.map(|v| MountVolumeOptionsDriverConfig {
            name: v.driver.clone().or_else(|| Some("local".to_owned())),
            options: some_map(&v.driver_opts),
        }),
    }
}

fn propagation(word: &str) -> Option<Propagation> {
    Some(match word {
        "private" => Propagation::PRIVATE,
        "rprivate" => Propagation::RPRIVATE,
        "shared" => Propagation::SHARED,
        "rshared" => Propagation::RSHARED,
        "slave" => Propagation::SLAVE,
        "rslave" => Propagation::RSLAVE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use miaas_core::model::MountOptions;

    use super::*;

    #[test]
    fn what_the_long_form_cannot_say_is_written_in_the_short_one() {
        let bind =
            |read_only, options| Mount { options, ..Mount::new(MountSource::Host("/a".into()), "/b", read_only) };
        let options = |create_host_path, selinux, propagation: Option<&str>| MountOptions {
            create_host_path,
            selinux,
            propagation: propagation.map(str::to_owned),
            ..MountOptions::default()
        };
        assert_eq!(as_line(&bind(true, options(false, None, Some("rslave")))), None);
        let line = |read_only, options| as_line(&bind(read_only, options)).unwrap();
        assert_eq!(line(false, options(true, None, None)), "/a:/b");
        assert_eq!(line(true, options(true, Some('Z'), Some("rslave"))), "/a:/b:ro,Z,rslave");
    }
}
