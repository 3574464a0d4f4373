//! `miaas template import`: template directories out of what others wrote (T7).

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use miaas_core::name::Name;
use miaas_templates::{
    compose::disk::read_file,
    import::{About, Imported, Portainer, from_compose, portainer},
};
use serde::Serialize;

use crate::{app::App, exit::Exit, failure::fail};

/// Options of `miaas template import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    /// A Compose file: its variables become parameters
    #[command(after_help = "Example:\n  miaas template import compose compose.yaml --name shop --out ./templates")]
    Compose {
        /// The file
        file: PathBuf,
        /// Name of the template
        #[arg(long, value_name = "NAME")]
        name: Name,
        /// The folder that its directory is made in
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// App Templates of Portainer, version 2 or 3: a template for each container
    #[command(after_help = "Example:\n  miaas template import portainer templates.json --out ./templates --only Redis")]
    Portainer {
        /// The JSON file
        file: PathBuf,
        /// The folder that the directories are made in
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Only the entry with this title
        #[arg(long, value_name = "TITLE")]
        only: Option<String>,
    },
}

#[derive(Debug, Serialize)]
struct Done {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<PathBuf>,
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<String>,
}

/// Writes the directories. Exit code 1 when nothing could be imported.
pub(super) fn run(app: &App, import: Import) -> anyhow::Result<Exit> {
    let done = match import.from {
        From::Compose { file, name, out } => {
            let shown = file.display();
            let text = read_file(&file)?;
            let imported = from_compose(name.as_str(), &text, About::default()).map_err(|issues| {
                let hint = issues.iter().find_map(|i| i.hint.clone());
                let lines: Vec<String> = issues.iter().map(ToString::to_string).collect();
                let hint = hint.unwrap_or_else(|| "see docs/compose-support.md".to_owned());
                fail(format!("{shown} cannot become a template:\n  {}", lines.join("\n  ")), hint)
            })?;
            vec![write(name.as_str(), imported, &out)?]
        }
        From::Portainer { file, out, only } => {
            let shown = file.display();
            let entries = portainer(&read_file(&file)?)
                .map_err(|why| fail(format!("{shown}: {why}"), "give a file as Portainer's App Templates have it"))?;
            let wanted = |p: &Portainer| only.as_ref().is_none_or(|title| p.title.eq_ignore_ascii_case(title));
            let entries: Vec<Portainer> = entries.into_iter().filter(wanted).collect();
            if let (Some(title), true) = (&only, entries.is_empty()) {
                return Err(fail(format!("{shown} has no template {title:?}"), "leave --only away to import all"));
            }
            entries.into_iter().map(|entry| entry_done(entry, &out)).collect::<anyhow::Result<_>>()?
        }
    };
    let any = done.iter().any(|d| d.directory.is_some());
    app.out.show(&done, || done.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(if any { Exit::Done } else { Exit::Failed })
}

fn entry_done(entry: Portainer, out: &std::path::Path) -> anyhow::Result<Done> {
    match entry.result {
        Ok(imported) => write(&entry.title, imported, out),
        Err(why) => Ok(Done { title: entry.title, directory: None, notes: Vec::new(), left_out: Some(why) }),
    }
}

/// Never over what is there: it may have been worked on.
fn write(title: &str, imported: Imported, out: &std::path::Path) -> anyhow::Result<Done> {
    let directory = out.join(&imported.name);
    if directory.exists() {
        let why = format!("{} is there already; move it away to import again", directory.display());
        return Ok(Done { title: title.to_owned(), directory: None, notes: Vec::new(), left_out: Some(why) });
    }
    for (path, text) in &imported.files {
        let path = directory.join(path);
        let folder = path.parent().unwrap_or(&directory);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(Done { title: title.to_owned(), directory: Some(directory), notes: imported.notes, left_out: None })
}

fn line(done: &Done) -> String {
    let mut text = match (&done.directory, &done.left_out) {
        (Some(directory), _) => format!("{}: {}", done.title, directory.display()),
        (None, why) => format!("{}: left out: {}", done.title, why.as_deref().unwrap_or_default()),
    };
    for note in &done.notes {
        text += &format!("\n  {note}");
    }
    text
}
