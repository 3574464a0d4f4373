//! A stack file with the documents that it names, read from disk.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use miaas_core::{api::v1::ApplyStack, spec::Issue};
use miaas_templates::stack::{Document, StackFile, document_path};

use super::compose_files;
use crate::failure::fail;

/// Which stack.
#[derive(Debug, Args)]
pub(crate) struct Stack {
    /// File that describes the stack; - reads standard input
    #[arg(long, short, value_name = "FILE", default_value = "miaas.yaml")]
    file: PathBuf,
    /// Name of the stack in place of the file's
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl Stack {
    /// Name and request.
    pub(crate) fn read(&self) -> anyhow::Result<(String, ApplyStack)> {
        let shown = self.file.display().to_string();
        let (text, folder) = if self.file.as_os_str() == "-" {
            (compose_files::standard_input()?, PathBuf::from("."))
        } else {
            (compose_files::file(&self.file)?, self.file.parent().unwrap_or_else(|| Path::new(".")).to_owned())
        };
        let stack = StackFile::parse(&text, &shown).map_err(|issues| wrong(&shown, &issues))?;
        let mut documents = BTreeMap::new();
        for service in stack.services.values() {
            let Some(path) = document_path(service) else { continue };
            documents.insert(path.to_owned(), document(&folder, path, &service.env, &shown)?);
        }
        let name = self.name.clone().unwrap_or_else(|| stack.name.clone());
        let mut request = stack.into_request(&documents).map_err(|issues| wrong(&shown, &issues))?;
        // Documents inside the stack file name files beside it.
        for service in request.services.values_mut().filter(|s| s.files.is_empty()) {
            if let Some(text) = &service.compose {
                service.files = compose_files::named_by(text, &folder, &service.env)?;
            }
        }
        Ok((name, request))
    }
}

fn document(folder: &Path, path: &str, env: &BTreeMap<String, String>, stack: &str) -> anyhow::Result<Document> {
    let path = &folder.join(path);
    let text = compose_files::file_below(folder, path, stack)?;
    let files = compose_files::named_by(&text, path.parent().unwrap_or_else(|| Path::new(".")), env)?;
    Ok(Document { text, files })
}

fn wrong(file: &str, issues: &[Issue]) -> anyhow::Error {
    let lines: Vec<String> = issues.iter().map(ToString::to_string).collect();
    let hint = issues.iter().find_map(|i| i.hint.clone()).unwrap_or_else(|| "see `miaas apply --help`".to_owned());
    fail(format!("{file} is no stack: {}", lines.join("; ")), hint)
}
