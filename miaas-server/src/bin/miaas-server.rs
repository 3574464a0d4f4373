//! The server as a program of its own.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use miaas_core::{PortError, secret::Secret};
use miaas_server::{CatalogSource, DEFAULT_LISTEN, ServerConfig, openapi, serve};
use miaas_store::Location;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// The control plane of MIaaS.
#[derive(Debug, Parser)]
#[command(name = "miaas-server", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server; this is also what happens without a command.
    Serve(Serve),
    /// Prints the OpenAPI document.
    Openapi,
}

#[derive(Debug, Args)]
struct Serve {
    /// Where everything that must survive lies.
    #[arg(long, env = "MIAAS_STATE_DIR", default_value = "/var/lib/miaas", value_name = "DIR")]
    state_dir: PathBuf,
    /// The database with the state: sqlite:PATH, postgres://USER@HOST/DATABASE, or @FILE for a file that holds one of them;
    /// none keeps it in miaas.db in the state directory. Other users of this machine can see a password here, so prefer the
    /// file or the variable (docs/postgres.md).
    #[arg(long, env = "MIAAS_STORE", hide_env_values = true, value_name = "LOCATION", value_parser = secret)]
    store: Option<Secret>,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "MIAAS_LISTEN", default_value_t = DEFAULT_LISTEN, value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Serve plain HTTP also on addresses that other machines reach.
    #[arg(long)]
    insecure_http: bool,
    /// The address that nodes and users reach this server under; none takes what they asked for.
    #[arg(long, env = "MIAAS_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Further templates: a folder, a git repository or an index (docs/catalogues.md); given as often as there are catalogues.
    #[arg(long, env = "MIAAS_CATALOG", value_name = "SOURCE", value_delimiter = ' ')]
    catalog: Vec<CatalogSource>,
    /// A file that allows workloads what is refused by default (docs/policy.md).
    #[arg(long, env = "MIAAS_POLICY", value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Seconds that a node token is valid.
    #[arg(long, default_value_t = 3600, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(10..=86_400))]
    node_token_ttl: u64,
    /// Log as JSON.
    #[arg(long)]
    log_json: bool,
}

/// Read later, because clap repeats a value that its parser refuses.
#[allow(clippy::unnecessary_wraps, reason = "clap wants a parser to return a Result")]
fn secret(text: &str) -> Result<Secret, String> {
    Ok(Secret::new(text))
}

impl Serve {
    fn config(self) -> Result<ServerConfig, PortError> {
        let mut config = ServerConfig::new(self.state_dir);
        config.store = self.store.map(|text| Location::read(text.expose())).transpose()?;
        config.listen = self.listen;
        config.insecure_http = self.insecure_http;
        config.catalogs = self.catalog;
        config.policy_file = self.policy;
        config.node_token_ttl = Duration::from_secs(self.node_token_ttl);
        config.api.public_url = self.public_url;
        Ok(config)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Openapi) => say(&openapi()),
        Some(Command::Serve(serve)) => run(serve),
        None => run(cli.serve),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be closed; the exit code says it all the same.
            writeln!(io::stderr(), "error: {}", error.chain()).ok();
            if let Some(hint) = error.hint() {
                writeln!(io::stderr(), "hint: {hint}").ok();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(serve_args: Serve) -> Result<(), PortError> {
    log(serve_args.log_json);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| PortError::internal("server", "the runtime does not start").with_source(e))?;
    runtime.block_on(async {
        let ended = ended()?;
        let config = serve_args.config()?;
        let state_dir = config.state_dir.clone();
        let server = serve(config, ended).await?;
        say(&format!("listening on {}\n", server.url()))?;
        if let Some(key) = &server.admin_key {
            let file = state_dir.join("admin.key");
            say(&format!("admin key, shown only now (also in {}): {}\n", file.display(), key.expose()))?;
        }
        server.wait().await
    })
}

/// Done when the process is asked to end.
fn ended() -> Result<impl Future<Output = ()> + Send + 'static, PortError> {
    let listen =
        |kind| signal(kind).map_err(|e| PortError::internal("server", "signals cannot be received").with_source(e));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn log(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if json { builder.json().init() } else { builder.init() }
}

fn say(text: &str) -> Result<(), PortError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| PortError::internal("server", "cannot write to standard output").with_source(e))
}
