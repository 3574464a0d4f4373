//! `miaas server`: the control plane.

use std::{
    io::{self, IsTerminal as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueEnum};
use miaas_core::engine::leader::LeaderTerms;
use miaas_core::secret::Secret;
use miaas_server::{
    CaPin, CatalogSource, DEFAULT_LISTEN, IpNet, Registration, Seat, ServerConfig, TlsSource, serve, serve_replica,
};
use miaas_store::{Location, MasterKeySource};

use super::server_oidc::OidcOptions;
use crate::{app::App, cli::secret, dev::signal::Stop, exit::Exit, logging, seconds};

/// Where the state lies unless told otherwise.
const STATE_DIR: &str = "/var/lib/miaas";

/// Options of `miaas server`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas server --state-dir /var/lib/miaas --listen 127.0.0.1:7070
  miaas server --store @/etc/miaas/store        # the file holds postgres://miaas:PASSWORD@db.example/miaas

With PostgreSQL any number of servers may share the database: one leads, the others forward to it and take over when it is
gone. Without --state-dir the state lies in /var/lib/miaas. The first start makes an API key: a terminal is shown it, once,
and admin.key in the state folder holds it.")]
pub(crate) struct Options {
    /// The database with the state: sqlite:PATH, postgres://USER@HOST/DATABASE, or @FILE for a file that holds one of them;
    /// without it miaas.db in the state folder. Other users of this machine can see a password here, so prefer the file or
    /// the variable
    #[arg(long, env = "MIAAS_STORE", hide_env_values = true, value_name = "LOCATION", value_parser = secret)]
    store: Option<Secret>,
    /// The master key that opens the database, 64 hexadecimal digits. Best given as a variable; without it and the next two the
    /// file master.key in the state folder, which the first start makes
    #[arg(long, env = "MIAAS_MASTER_KEY", hide_env_values = true, value_name = "KEY", value_parser = secret)]
    master_key: Option<Secret>,
    /// The file with the master key, readable by its owner only; made when missing and the database is new
    #[arg(
        long,
        env = "MIAAS_MASTER_KEY_FILE",
        hide_env_values = true,
        value_name = "FILE",
        conflicts_with = "master_key"
    )]
    master_key_file: Option<PathBuf>,
    /// A command of the shell that prints the master key, for example a client of a key service
    #[arg(long, env = "MIAAS_MASTER_KEY_COMMAND", hide_env_values = true, value_name = "COMMAND",
        conflicts_with_all = ["master_key", "master_key_file"])]
    master_key_command: Option<String>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "MIAAS_LISTEN", hide_env_values = true, default_value_t = DEFAULT_LISTEN, value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Speak TLS on loopback as well; elsewhere that is so anyhow
    #[arg(long)]
    tls: bool,
    /// A further name or address for the certificate of the server; given as often as needed. Nodes and this program do not look
    /// at names, browsers do
    #[arg(long, value_name = "NAME", conflicts_with = "tls_cert")]
    tls_name: Vec<String>,
    /// A certificate of your own with its chain, as PEM; the file may be replaced while the server runs
    #[arg(long, env = "MIAAS_TLS_CERT", hide_env_values = true, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key of that certificate, as PEM
    #[arg(long, env = "MIAAS_TLS_KEY", hide_env_values = true, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Let in only nodes that show their key in the TLS handshake: a token that was stolen is worth nothing elsewhere then
    #[arg(long, env = "MIAAS_MUTUAL_TLS", hide_env_values = true)]
    mutual_tls: bool,
    /// Who may register a machine as a node: holders of a join token; with `approval` also others, which wait until an operator
    /// accepts them (`miaas node approve`); with `open` everybody at once
    #[arg(
        long,
        env = "MIAAS_REGISTRATION",
        hide_env_values = true,
        value_enum,
        default_value_t,
        value_name = "POLICY"
    )]
    registration: Policy,
    /// Accept `--registration open` also where other machines reach the server
    #[arg(long)]
    open_to_all: bool,
    /// Serve plain HTTP also on addresses that other machines reach
    #[arg(long)]
    insecure_http: bool,
    /// The address that nodes and users reach this server under; none takes what they asked for
    #[arg(long, env = "MIAAS_PUBLIC_URL", hide_env_values = true, value_name = "URL")]
    public_url: Option<String>,
    #[command(flatten)]
    oidc: OidcOptions,
    /// With PostgreSQL: the address under which the other replicas reach this one [default: the address it listens on]
    #[arg(long, env = "MIAAS_ADVERTISE_URL", hide_env_values = true, value_name = "URL")]
    advertise_url: Option<String>,
    /// Further templates: a folder, git+https://HOST/REPO.git//FOLDER#TAG, or https://HOST/index.json@sha256:DIGEST; given as
    /// often as there are catalogues
    #[arg(
        long,
        alias = "templates",
        env = "MIAAS_CATALOG",
        hide_env_values = true,
        value_name = "SOURCE",
        value_delimiter = ' '
    )]
    catalog: Vec<CatalogSource>,
    /// A file that allows workloads what is refused by default (docs/policy.md)
    #[arg(long, env = "MIAAS_POLICY", hide_env_values = true, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A network that webhooks may send to although it is not public, for example 10.0.0.0/8; given as often as needed
    #[arg(long, env = "MIAAS_WEBHOOK_ALLOW", hide_env_values = true, value_name = "NETWORK", value_delimiter = ' ')]
    webhook_allow: Vec<IpNet>,
    /// Silence after which a node is unreachable and gets no new work
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = seconds::parse)]
    suspect_after: Duration,
    /// Silence after which a node is lost and its work is placed elsewhere
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = seconds::parse)]
    lost_after: Duration,
    /// Seconds that a node token is valid
    #[arg(long, default_value_t = 3600, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(10..=86_400))]
    node_token_ttl: u64,
    /// What to log, for example debug or miaas_server=debug
    #[arg(long, env = "MIAAS_LOG", hide_env_values = true, default_value = "info", value_name = "FILTER")]
    log: String,
    /// Log as JSON
    #[arg(long)]
    log_json: bool,
}

/// Who may register a machine as a node.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Policy {
    #[default]
    Token,
    Approval,
    Open,
}

impl From<Policy> for Registration {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Token => Self::Token,
            Policy::Approval => Self::Approval,
            Policy::Open => Self::Open,
        }
    }
}

/// Runs it until it is told to stop.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    logging::start(app, &options.log, options.log_json)?;
    let mut stop = Stop::listen()?;
    let mut config = ServerConfig::new(app.global.state_dir.clone().unwrap_or_else(|| PathBuf::from(STATE_DIR)));
    config.store = options.store.map(|text| Location::read(text.expose())).transpose()?;
    config.master_key = match (options.master_key, options.master_key_file, options.master_key_command) {
        (Some(text), _, _) => Some(MasterKeySource::Text(text)),
        (_, Some(file), _) => Some(MasterKeySource::File(file)),
        (_, _, Some(command)) => Some(MasterKeySource::Command(command)),
        _ => None,
    };
    config.listen = options.listen;
    config.insecure_http = options.insecure_http;
    config.api.mutual_tls = options.mutual_tls;
    config.api.registration = options.registration.into();
    config.open_to_all = options.open_to_all;
    config.tls = match (options.tls_cert, options.tls_key) {
        (Some(chain), Some(key)) => Some(TlsSource::Files { chain, key }),
        _ if options.tls || !options.tls_name.is_empty() => Some(TlsSource::Own(options.tls_name)),
        _ => None,
    };
    config.catalogs = options.catalog;
    config.engine.patience.suspect_after = options.suspect_after;
    config.engine.patience.lost_after = options.lost_after;
    config.policy_file = options.policy;
    config.webhooks.allow = options.webhook_allow;
    config.node_token_ttl = Duration::from_secs(options.node_token_ttl);
    config.api.oidc = options.oidc.read(options.public_url.is_some())?;
    config.api.public_url = options.public_url;
    let key_file = crate::paths::key_file(&config.state_dir);
    if matches!(config.store, Some(Location::Postgres(_))) {
        return replica(app, config, options.advertise_url, stop).await;
    }
    let server = serve(config, async move { stop.wait().await }).await?;
    app.out.text(&format!("listening on {}", server.url()))?;
    show_pin(app, server.ca_pin)?;
    if let Some(key) = &server.admin_key {
        show_key(app, key, &key_file)?;
    }
    server.wait().await?;
    Ok(Exit::Done)
}

/// What nodes and users need to know the server again.
fn show_pin(app: &App, pin: Option<CaPin>) -> anyhow::Result<()> {
    match pin {
        Some(pin) => app.out.text(&format!("authority of its certificate, for --ca-pin or MIAAS_CA_PIN: {pin}")),
        None => Ok(()),
    }
}

/// The first API key, for whoever sits there. What a service prints is kept in a journal, where it does not belong.
fn show_key(app: &App, key: &Secret, file: &Path) -> anyhow::Result<()> {
    let file = file.display();
    match io::stdout().is_terminal() {
        true => app.out.text(&format!("admin key, shown only now (also in {file}): {}", key.expose())),
        false => app.out.text(&format!("the admin key is in {file}")),
    }
}

/// One of several servers on one database.
async fn replica(app: &App, config: ServerConfig, advertise: Option<String>, mut stop: Stop) -> anyhow::Result<Exit> {
    let key_file = crate::paths::key_file(&config.state_dir);
    let mut server = serve_replica(config, advertise, LeaderTerms::default(), async move { stop.wait().await }).await?;
    let url = server.url();
    let seat = server.seated().await;
    app.out.text(&format!("listening on {url}"))?;
    show_pin(app, server.ca_pin)?;
    match seat {
        Seat::Leads(Some(key)) => show_key(app, &key, &key_file)?,
        Seat::Leads(None) => app.out.text("this replica leads")?,
        Seat::Follows(leader) => {
            app.out.text(&format!("the replica at {leader} leads; requests are forwarded to it"))?;
        }
        Seat::Waiting => {}
    }
    server.wait().await?;
    Ok(Exit::Done)
}
