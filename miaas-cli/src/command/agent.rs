//! `miaas agent`: makes this machine a node.

use std::{net::IpAddr, path::PathBuf};

use clap::Args;
use miaas_agent_lib::{
    agent::{self, AgentConfig, ExecutorChoice},
    executor::docker::DockerOptions,
    guard,
};
use miaas_core::{name::NodeName, secret::Secret};

use crate::{app::App, cli::secret, connection, dev::signal::Stop, exit::Exit, logging};

/// Where the state lies unless told otherwise.
const STATE_DIR: &str = "/var/lib/miaas-agent";

/// Options of `miaas agent`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  miaas agent --server https://10.0.0.5:7070 --ca-pin sha256:… --join-token miaas_join_… --docker

With several servers on one database, --server may name all of them, separated by commas.
`miaas token create` makes the join token; it is needed the first time only. Without --state-dir the state lies in
/var/lib/miaas-agent.")]
pub(crate) struct Options {
    /// Join token; better given in the environment, where other users do not see it
    #[arg(long, alias = "token", env = "MIAAS_JOIN_TOKEN", hide_env_values = true, value_name = "TOKEN", value_parser = secret)]
    join_token: Option<Secret>,
    /// Ask to be let in without a join token, and wait until an operator accepts this node (`miaas node approve`)
    #[arg(long, env = "MIAAS_REQUEST_APPROVAL", hide_env_values = true)]
    request_approval: bool,
    /// Run containers on the Docker or Podman engine behind this socket [default: /var/run/docker.sock]
    #[arg(long, env = "MIAAS_DOCKER", hide_env_values = true, value_name = "SOCKET", num_args = 0..=1, require_equals = true,
          default_missing_value = DockerOptions::DEFAULT_SOCKET)]
    docker: Option<PathBuf>,
    /// Run local processes
    #[arg(long)]
    process: bool,
    /// Name of the node [default: the host name]
    #[arg(long, env = "MIAAS_NODE_NAME", hide_env_values = true, value_name = "NAME")]
    name: Option<NodeName>,
    /// Address that others reach this machine by [default: the one on the way to the server]
    #[arg(long, env = "MIAAS_NODE_IP", hide_env_values = true, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// Be the guard of the agent that runs with the other arguments; started by it
    #[arg(long, hide = true)]
    guard: bool,
    /// What to log, for example debug or miaas_agent_lib=debug
    #[arg(long, env = "MIAAS_LOG", hide_env_values = true, default_value = "info", value_name = "FILTER")]
    log: String,
}

/// Runs it until it is told to stop; workloads keep running.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    logging::start(app, &options.log, false)?;
    let mut stop = Stop::listen()?;
    let docker = options.docker.map(|socket| ExecutorChoice::Docker { socket });
    let process = options.process.then_some(ExecutorChoice::Process);
    let state = app.global.state_dir.clone().unwrap_or_else(|| PathBuf::from(STATE_DIR));
    let mut config = AgentConfig::new(state, docker.into_iter().chain(process).collect());
    config.server_url = app.global.server.as_deref().map(|text| connection::urls(text, app.global.ca_pin.is_some()));
    config.ca_pin = app.global.ca_pin;
    config.join_token = options.join_token;
    config.request_approval = options.request_approval;
    config.name = options.name;
    config.ip = options.ip;
    if options.guard {
        guard::watch(config, tokio::io::stdin()).await?;
        return Ok(Exit::Done);
    }
    config.guard = agent::guard_command();
    agent::run(config, async move { stop.wait().await }).await?;
    Ok(Exit::Done)
}
