//! `miaas backup`: the whole state of a server as one encrypted file.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;
use miaas_core::{api::v1::CreateBackup, secret::Secret};

use crate::{app::App, exit::Exit, failure::fail};

/// A large state takes its time.
const LIMIT: Duration = Duration::from_secs(600);

/// Options of `miaas backup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  age-keygen -o backup.key                        # once; keep it apart from the server
  miaas backup --recipient age1… --out miaas.age
  miaas backup --passphrase-file phrase --out miaas.age

The server works on meanwhile. The file holds everything in clear inside, secrets too, and opens without the master key of the server:
`miaas restore` fills an empty database with it, `age --decrypt` shows it.")]
pub(crate) struct Options {
    /// Where to write it; an existing file is not overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A public key of age that opens it; given as often as needed
    #[arg(long, value_name = "KEY", required_unless_present = "passphrase_file")]
    recipient: Vec<String>,
    /// A file with a passphrase that opens it, at least 12 characters
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    passphrase_file: Option<PathBuf>,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    if options.out.exists() {
        return Err(fail(format!("{} is there already", options.out.display()), "name another file"));
    }
    let passphrase = options.passphrase_file.as_deref().map(phrase).transpose()?;
    let client = app.client()?.with_timeout(LIMIT);
    let bytes = client.backup(&CreateBackup { recipients: options.recipient, passphrase }).await?;
    let shown = options.out.display();
    let written = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&options.out)?;
        file.write_all(&bytes)?;
        file.sync_all()
    };
    written().with_context(|| format!("cannot write {shown}"))?;
    app.say.line(&format!("{shown}: {} KiB; `miaas restore {shown} --verify` checks it", bytes.len().div_ceil(1024)));
    Ok(Exit::Done)
}

/// A passphrase from a file, without the line break at its end.
pub(super) fn phrase(file: &Path) -> anyhow::Result<Secret> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Secret::new(text.trim_end_matches(['\n', '\r'])))
}
