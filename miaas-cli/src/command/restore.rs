//! `miaas restore`: fills an empty database with a backup.

use std::{
    fs::{self, File},
    os::unix::fs::DirBuilderExt as _,
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;
use miaas_core::secret::Secret;
use miaas_store::{Bundle, BundleIdentity, Location, MasterKeySource};
use serde::Serialize;

use super::backup::phrase;
use crate::{app::App, cli::secret, exit::Exit};

/// Where the state of a server lies unless told otherwise.
const STATE_DIR: &str = "/var/lib/miaas";

/// Options of `miaas restore`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas restore miaas.age --identity backup.key --verify
  miaas restore miaas.age --identity backup.key --state-dir /var/lib/miaas
  miaas restore miaas.age --passphrase-file phrase --to postgres://miaas@db.example/miaas

With --verify the backup is opened and checked to its end, and nothing is written. Without it, an empty database is filled, read back and
compared; a new machine gets a new master key. Start the server afterwards: nodes find it under its address and go on; what was deployed
after the backup was made is removed from them.")]
pub(crate) struct Options {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// File with the private key of age that opens it
    #[arg(long, value_name = "FILE", required_unless_present = "passphrase_file")]
    identity: Option<PathBuf>,
    /// File with the passphrase that opens it
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    passphrase_file: Option<PathBuf>,
    /// Only check it
    #[arg(long)]
    verify: bool,
    /// The empty database: sqlite:PATH, postgres://…, or @FILE for a file that holds one of them [default: miaas.db in the state
    /// folder]
    #[arg(long, value_name = "LOCATION", value_parser = secret)]
    to: Option<Secret>,
    /// The file with the master key, made when missing [default: master.key in the state folder]
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Restored {
    made_at: String,
    objects: usize,
    revision: u64,
    sha256: String,
    to: Option<String>,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let identity = match (&options.identity, &options.passphrase_file) {
        (Some(file), _) => {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            BundleIdentity::keys(&text)?
        }
        (None, Some(file)) => BundleIdentity::Passphrase(phrase(file)?),
        (None, None) => anyhow::bail!("give --identity or --passphrase-file"),
    };
    let file = File::open(&options.file).with_context(|| format!("cannot read {}", options.file.display()))?;
    let bundle = Bundle::read(file, &identity)?;
    let to = if options.verify { None } else { Some(fill(app, &options, &bundle).await?) };
    let content = bundle.content();
    let restored = Restored {
        made_at: bundle.at().to_string(),
        objects: content.objects,
        revision: content.revision,
        sha256: content.digest,
        to: to.map(|to| to.to_string()),
    };
    app.out.show(&restored, || {
        let Restored { made_at, objects, revision, sha256, to } = &restored;
        let done = to
            .as_ref()
            .map_or_else(|| "the backup is whole".to_owned(), |to| format!("restored to {to}, and compared"));
        format!("{done}: {objects} objects at revision {revision}, made at {made_at}\n{sha256}")
    })?;
    Ok(Exit::Done)
}

async fn fill(app: &App, options: &Options, bundle: &Bundle) -> anyhow::Result<Location> {
    let state = app.global.state_dir.clone().unwrap_or_else(|| PathBuf::from(STATE_DIR));
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&state)
        .with_context(|| format!("cannot make {}", state.display()))?;
    let to = match &options.to {
        Some(text) => Location::read(text.expose())?,
        None => Location::Sqlite(state.join("miaas.db")),
    };
    let master = options.master_key_file.clone().unwrap_or_else(|| state.join("master.key"));
    bundle.restore(&to, &MasterKeySource::File(master)).await?;
    Ok(to)
}
