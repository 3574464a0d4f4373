//! Documents on disk with the files that they name. What is read lies below the folder of the document, so that a document from
//! elsewhere cannot bring files of whoever reads it.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Component, Path},
};

use miaas_core::{ErrorKind, PortError};

use super::{ComposeFiles, missing};

/// Most bytes of one file: a server takes no more with all of them.
pub const LARGEST_FILE: u64 = 1_048_576;

const OPERATION: &str = "compose.read";

/// Reads a file of text.
///
/// # Errors
/// `NotFound` when it is missing; `Invalid` when it cannot be read, is no file of text, or has more than [`LARGEST_FILE`] bytes.
pub fn read_file(path: &Path) -> Result<String, PortError> {
    let shown = path.display();
    let open = fs::File::open(path).map_err(|e| unreadable(path, e))?;
    if !open.metadata().map_err(|e| unreadable(path, e))?.is_file() {
        return Err(invalid(format!("{shown} is no file")).with_hint("name a file of text"));
    }
    read_text(open, &shown.to_string())
}

/// Reads text to its end; `shown` is what it is called in messages.
///
/// # Errors
/// `Invalid` when it cannot be read, is no text, or has more than [`LARGEST_FILE`] bytes.
pub fn read_text(from: impl Read, shown: &str) -> Result<String, PortError> {
    let mut text = String::new();
    let read = from.take(LARGEST_FILE + 1).read_to_string(&mut text);
    read.map_err(|e| invalid(format!("cannot read {shown}")).with_source(e))?;
    if text.len() as u64 > LARGEST_FILE {
        let hint = format!("a file may have {LARGEST_FILE} bytes; mount larger ones as a volume");
        return Err(invalid(format!("{shown} is too large")).with_hint(hint));
    }
    Ok(text)
}

/// Reads a file that `main` names: it lies below the folder of `main` also when it is a link.
///
/// # Errors
/// As [`read_file`]; `Invalid` when it lies elsewhere.
pub fn read_below(folder: &Path, path: &Path, main: &str) -> Result<String, PortError> {
    let real = |p: &Path| {
        let p = if p.as_os_str().is_empty() { Path::new(".") } else { p };
        p.canonicalize().map_err(|e| unreadable(p, e))
    };
    let (folder, real) = (real(folder)?, real(path)?);
    if !real.starts_with(&folder) {
        return Err(outside(main, &format!("{}, a link to {}", path.display(), real.display())));
    }
    read_file(&real)
}

/// Reads everything that a document in `folder` names, and what that names in turn.
///
/// # Errors
/// As [`read_below`], with who names the file.
pub fn read_named(
    mut files: ComposeFiles,
    folder: &Path,
    env: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, PortError> {
    loop {
        let before = files.texts.len();
        for reference in missing(&files, env) {
            inside(&reference.path, &files.main)?;
            let path = folder.join(&reference.path);
            match fs::metadata(&path) {
                Err(e) if e.kind() == io::ErrorKind::NotFound && !reference.required => {}
                _ => {
                    let text = read_below(folder, &path, &files.main).map_err(|e| {
                        let named = format!("{} names {}", files.main, reference.path);
                        let hint = e.hint().map(str::to_owned);
                        let named = PortError::new(e.kind(), OPERATION, named).with_source(e);
                        match hint {
                            Some(hint) => named.with_hint(hint),
                            None => named,
                        }
                    })?;
                    files.texts.insert(reference.path, text);
                }
            }
        }
        if files.texts.len() == before {
            files.texts.remove(&files.main);
            return Ok(files.texts);
        }
    }
}

fn inside(path: &str, main: &str) -> Result<(), PortError> {
    let below = Path::new(path).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if below { Ok(()) } else { Err(outside(main, path)) }
}

fn outside(main: &str, path: &str) -> PortError {
    invalid(format!("{main} names the file {path}, which is not below its own folder"))
        .with_hint("move the file there, or the document to a folder above both")
}

fn unreadable(path: &Path, e: io::Error) -> PortError {
    let kind = if e.kind() == io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::Invalid };
    PortError::new(kind, OPERATION, format!("cannot read {}", path.display())).with_source(e)
}

fn invalid(message: String) -> PortError {
    PortError::new(ErrorKind::Invalid, OPERATION, message)
}
