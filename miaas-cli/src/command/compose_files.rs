//! A Compose document with the files that it names, read from disk: what it includes and extends, the files of its
//! variables, configs and secrets, and the documents that are merged over it.

use std::{
    collections::BTreeMap,
    fs,
    io::{ErrorKind, Read},
    path::{Component, Path, PathBuf},
};

use anyhow::Context as _;
use miaas_templates::compose::{ComposeFiles, env_file, missing};

use crate::failure::fail;

/// Most bytes of one file: the server takes no more with all of them.
const LARGEST: u64 = miaas_server::BODY_LIMIT as u64;

/// What is sent of a Compose document.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    pub(crate) text: String,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) overrides: Vec<String>,
    /// Variables of the file `.env` beside it, and those that were given, which win.
    pub(crate) env: BTreeMap<String, String>,
}

/// Reads the first document and what is merged over it, with everything that they name. `-` is standard input, with paths
/// from the current folder.
pub(crate) fn read(paths: &[PathBuf], env: BTreeMap<String, String>) -> anyhow::Result<Documents> {
    let [first, others @ ..] = paths else { return Ok(Documents { env, ..Documents::default() }) };
    let (text, folder) = if first.as_os_str() == "-" {
        (standard_input()?, PathBuf::from("."))
    } else {
        (file(first)?, first.parent().unwrap_or_else(|| Path::new("")).to_owned())
    };
    let mut env = env;
    let dotenv = folder.join(".env");
    if dotenv.is_file() {
        let beside = env_file(&file_below(&folder, &dotenv, "the folder")?, &env).map_err(|issue| {
            fail(format!("{}: {issue}", dotenv.display()), "correct the line, or move the file away")
        })?;
        for (name, value) in beside {
            env.entry(name).or_insert(value);
        }
    }
    let mut overrides = Vec::new();
    let mut files = BTreeMap::new();
    for path in others {
        let inside = beside(&folder, path)?;
        files.insert(inside.clone(), file(path)?);
        overrides.push(inside);
    }
    let main = first.file_name().map_or_else(|| "compose.yaml".into(), |name| name.to_string_lossy().into_owned());
    let files = collect(&main, &text, files, &overrides, &folder, &env)?;
    Ok(Documents { text, files, overrides, env })
}

/// Reads what a document in `folder` names.
pub(crate) fn named_by(
    text: &str,
    folder: &Path,
    env: &BTreeMap<String, String>,
) -> anyhow::Result<BTreeMap<String, String>> {
    collect("compose.yaml", text, BTreeMap::new(), &[], folder, env)
}

/// Reads a file of text.
pub(crate) fn file(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let open = fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
    if !open.metadata().with_context(|| format!("cannot read {shown}"))?.is_file() {
        return Err(fail(format!("{shown} is no file"), "name a file of text"));
    }
    limited(open, &shown.to_string())
}

/// Reads standard input to its end.
pub(crate) fn standard_input() -> anyhow::Result<String> {
    limited(std::io::stdin(), "standard input")
}

fn limited(from: impl Read, shown: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    from.take(LARGEST + 1).read_to_string(&mut text).with_context(|| format!("cannot read {shown}"))?;
    if text.len() as u64 > LARGEST {
        let hint = format!("a file may have {LARGEST} bytes; mount larger ones as a volume");
        return Err(fail(format!("{shown} is too large"), hint));
    }
    Ok(text)
}

/// Reads a file that a document names: it lies below the folder of the document also when it is a link.
pub(crate) fn file_below(folder: &Path, path: &Path, main: &str) -> anyhow::Result<String> {
    let real = |p: &Path| {
        let p = if p.as_os_str().is_empty() { Path::new(".") } else { p };
        p.canonicalize().with_context(|| format!("cannot read {}", p.display()))
    };
    let (folder, real) = (real(folder)?, real(path)?);
    if !real.starts_with(&folder) {
        return Err(outside(main, &format!("{}, a link to {}", path.display(), real.display())));
    }
    file(&real)
}

fn outside(main: &str, path: &str) -> anyhow::Error {
    fail(
        format!("{main} names the file {path}, which is not below its own folder"),
        "move the file there, or the document to a folder above both",
    )
}

fn collect(
    main: &str,
    text: &str,
    mut files: BTreeMap<String, String>,
    overrides: &[String],
    folder: &Path,
    env: &BTreeMap<String, String>,
) -> anyhow::Result<BTreeMap<String, String>> {
    loop {
        let mut all = ComposeFiles::new(main, text);
        for (path, text) in &files {
            all = all.with_file(path, text);
        }
        for path in overrides {
            all = all.with_override(path);
        }
        let before = files.len();
        for reference in missing(&all, env) {
            inside(&reference.path, main)?;
            let path = folder.join(&reference.path);
            match fs::metadata(&path) {
                Err(e) if e.kind() == ErrorKind::NotFound && !reference.required => {}
                _ => {
                    let text =
                        file_below(folder, &path, main).with_context(|| format!("{main} names {}", reference.path))?;
                    files.insert(reference.path, text);
                }
            }
        }
        if files.len() == before {
            return Ok(files);
        }
    }
}

/// What is sent lies below the folder of the first document, so that a document from elsewhere cannot send files of the user.
fn inside(path: &str, main: &str) -> anyhow::Result<()> {
    let below = Path::new(path).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if below { Ok(()) } else { Err(outside(main, path)) }
}

/// The path of a document that is merged over the first, from the folder of the first.
fn beside(folder: &Path, path: &Path) -> anyhow::Result<String> {
    let absolute = |p: &Path| std::path::absolute(if p.as_os_str().is_empty() { Path::new(".") } else { p });
    let (folder, whole) = (absolute(folder)?, absolute(path)?);
    match whole.strip_prefix(&folder) {
        Ok(below) if below.components().all(|c| matches!(c, Component::Normal(_))) => {
            Ok(below.to_string_lossy().into_owned())
        }
        _ => Err(fail(
            format!("{} is not below the folder of the first file, {}", path.display(), folder.display()),
            "put the files beside each other, or name the one in the folder above first",
        )),
    }
}
