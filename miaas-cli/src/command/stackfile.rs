//! A stack file with the documents that it names, read from disk.

use std::path::{Path, PathBuf};

use clap::Args;
use miaas_core::api::v1::ApplyStack;
use miaas_templates::{compose::disk::read_file, stack};

use super::compose_files;

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
            (read_file(&self.file)?, self.file.parent().unwrap_or_else(|| Path::new(".")).to_owned())
        };
        let (name, request) = stack::read(&text, &shown, &folder)?;
        Ok((self.name.clone().unwrap_or(name), request))
    }
}
