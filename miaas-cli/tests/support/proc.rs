//! Processes, as the kernel lists them.

use std::{fs, path::Path};

/// Processes that have to do with a folder: they work in it, or name it in their command line or environment.
pub fn related(folder: &Path) -> Vec<String> {
    let needle = folder.to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        if pid == std::process::id() {
            continue;
        }
        let text =
            |file: &str| String::from_utf8_lossy(&fs::read(entry.path().join(file)).unwrap_or_default()).into_owned();
        let cwd = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        let line = text("cmdline");
        if cwd.starts_with(folder) || line.contains(&needle) || text("environ").contains(&needle) {
            found.push(format!("{pid}: {}", line.replace('\0', " ")));
        }
    }
    found
}
