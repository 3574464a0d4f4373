//! Templates from a folder.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use miaas_core::{ErrorKind, PortError, spec::Issue};

use super::files::{Files, MAX_FILE};

/// Most files of one template; nobody wants to embed more, and a wrong folder shows at once.
const MAX_FILES: usize = 200;

/// Names and paths of the directories in a folder. What is no directory and what starts with a point is passed over.
pub(super) fn list(path: &Path) -> Result<Vec<(String, PathBuf)>, PortError> {
    let failed = |at: &Path, e: io::Error| {
        let kind = if e.kind() == io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::Unavailable };
        PortError::new(kind, "catalog.dir", format!("{} cannot be read: {e}", at.display())).with_source(e)
    };
    let mut out = Vec::new();
    for item in fs::read_dir(path).map_err(|e| failed(path, e))? {
        let item = item.map_err(|e| failed(path, e))?;
        let name = item.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && item.path().is_dir() {
            out.push((name, item.path()));
        }
    }
    out.sort();
    Ok(out)
}

/// The files of one template: those of its directory and of the directories in that.
pub(super) fn read(dir: &Path) -> Result<Files, Vec<Issue>> {
    let mut files = Files::default();
    collect(dir, "", &mut files)?;
    for (name, path) in list(dir).map_err(|e| issue(dir, e.message()))? {
        collect(&path, &format!("{name}/"), &mut files)?;
    }
    Ok(files)
}

fn collect(dir: &Path, prefix: &str, files: &mut Files) -> Result<(), Vec<Issue>> {
    for item in fs::read_dir(dir).map_err(|e| issue(dir, &e.to_string()))? {
        let path = item.map_err(|e| issue(dir, &e.to_string()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || !path.is_file() {
            continue;
        }
        if files.0.len() == MAX_FILES {
            return Err(issue(dir, &format!("a template has at most {MAX_FILES} files")));
        }
        let file = File::open(&path).map_err(|e| issue(&path, &e.to_string()))?;
        let mut bytes = Vec::new();
        // One byte more than a file may have shows that it is too long.
        file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).map_err(|e| issue(&path, &e.to_string()))?;
        files.0.insert(format!("{prefix}{name}"), bytes);
    }
    Ok(())
}

fn issue(path: &Path, why: &str) -> Vec<Issue> {
    vec![Issue::new("", format!("{}: {why}", path.display()))]
}
