//! A Compose document with the files that it names, read from disk: what it includes and extends, the files of its
//! variables, configs and secrets, and the documents that are merged over it.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use miaas_templates::compose::{
    ComposeFiles,
    disk::{LARGEST_FILE, read_below, read_file, read_named, read_text},
    env_file,
};

use crate::failure::fail;

// A file that is read here can be sent.
const _: () = assert!(LARGEST_FILE == miaas_server::BODY_LIMIT as u64, "the limits are the same");

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
        (read_file(first)?, first.parent().unwrap_or_else(|| Path::new("")).to_owned())
    };
    let mut env = env;
    let dotenv = folder.join(".env");
    if dotenv.is_file() {
        let beside = env_file(&read_below(&folder, &dotenv, "the folder")?, &env).map_err(|issue| {
            fail(format!("{}: {issue}", dotenv.display()), "correct the line, or move the file away")
        })?;
        for (name, value) in beside {
            env.entry(name).or_insert(value);
        }
    }
    let main = first.file_name().map_or_else(|| "compose.yaml".into(), |name| name.to_string_lossy().into_owned());
    let mut all = ComposeFiles::new(&main, &*text);
    let mut overrides = Vec::new();
    for path in others {
        let inside = beside(&folder, path)?;
        all = all.with_file(&inside, read_file(path)?).with_override(&inside);
        overrides.push(inside);
    }
    let files = read_named(all, &folder, &env)?;
    Ok(Documents { text, files, overrides, env })
}

/// Reads standard input to its end.
pub(crate) fn standard_input() -> anyhow::Result<String> {
    Ok(read_text(std::io::stdin(), "standard input")?)
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
