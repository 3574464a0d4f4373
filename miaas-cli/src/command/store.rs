//! `miaas store …`: the database of a server, while no server runs.

use clap::{Args, Subcommand};
use miaas_core::secret::Secret;
use miaas_store::{Location, transfer};
use serde::Serialize;

use crate::{app::App, cli::secret, exit::Exit};

/// Options of `miaas store`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Copy a state into an empty database and check that both are the same; the source stays as it is
    #[command(after_help = "\
Examples:
  miaas store migrate --from sqlite:/var/lib/miaas/miaas.db --to postgres://miaas@db.example/miaas
  miaas store migrate --from @/etc/miaas/store --to sqlite:/var/lib/miaas/miaas.db

A location is sqlite:PATH, postgres://USER@HOST/DATABASE, or @FILE for a file that holds one of them. The password of a
PostgreSQL user may stand in such a file, in PGPASSWORD or in ~/.pgpass. Stop every server that uses one of the databases
first: a database that is in use is refused.")]
    Migrate {
        /// Database that holds the state
        #[arg(long, value_name = "LOCATION", value_parser = secret)]
        from: Secret,
        /// Empty database
        #[arg(long, value_name = "LOCATION", value_parser = secret)]
        to: Secret,
    },
}

#[derive(Serialize)]
struct Moved {
    from: String,
    to: String,
    objects: usize,
    revision: u64,
    sha256: String,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    let Command::Migrate { from, to } = options.command;
    let (from, to) = (Location::read(from.expose())?, Location::read(to.expose())?);
    let moved = transfer(&from, &to).await?;
    let moved = Moved {
        from: from.to_string(),
        to: to.to_string(),
        objects: moved.objects,
        revision: moved.revision,
        sha256: moved.digest,
    };
    app.out.show(&moved, || {
        let Moved { from, to, objects, revision, sha256 } = &moved;
        format!(
            "{objects} objects at revision {revision}, the same in both databases\n{sha256}  {from}\n{sha256}  {to}"
        )
    })?;
    app.say.line(&format!("start the server with --store {to}; the state in {from} is as it was"));
    Ok(Exit::Done)
}
