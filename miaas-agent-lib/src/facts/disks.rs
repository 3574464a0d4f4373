//! Mounted disks.

use std::path::Path;

use miaas_core::model::Disk;
use sysinfo::{DiskRefreshKind, Disks};

use super::MIB;

/// Every mounted disk once, and the one that holds `data_dir` even where the mount table hides it (as in a container).
pub(super) fn disks(data_dir: &Path) -> Vec<Disk> {
    let listed = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage());
    let mut all: Vec<Disk> = listed
        .iter()
        .flat_map(|disks| disks.iter())
        .filter(|d| d.mount_point().is_dir() && d.total_space() > 0)
        .map(|d| Disk {
            mount: d.mount_point().to_string_lossy().into_owned(),
            total_mb: d.total_space() / MIB,
            free_mb: d.available_space() / MIB,
        })
        .collect();
    if !all.iter().any(|d| data_dir.starts_with(&d.mount))
        && let Some((total_mb, free_mb)) = space(data_dir)
    {
        all.push(Disk { mount: "/".to_owned(), total_mb, free_mb });
    }
    all.sort_by(|a, b| a.mount.cmp(&b.mount));
    all.dedup_by(|a, b| a.mount == b.mount);
    all
}

/// Size of and free space on the disk that holds `path`, in MiB.
pub(super) fn space(path: &Path) -> Option<(u64, u64)> {
    // The folder may not exist yet; one above it is on the same disk.
    let there = path.ancestors().find(|p| p.exists())?;
    let stat = rustix::fs::statvfs(there).ok()?;
    Some((stat.f_blocks.saturating_mul(stat.f_frsize) / MIB, stat.f_bavail.saturating_mul(stat.f_frsize) / MIB))
}
