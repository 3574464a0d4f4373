//! The agent of a node.
#![allow(clippy::print_stderr, reason = "a command tells its user what is wrong")]

use std::{net::IpAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use miaas_agent_lib::{
    agent::{self, AgentConfig, ExecutorChoice},
    executor::docker::DockerOptions,
    guard,
};
use miaas_core::{PortError, name::NodeName, secret::Secret};
use miaas_tls::CaPin;
use tokio::signal::unix::{SignalKind, signal};

/// Runs what a MIaaS server places on this machine.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Address of the server, for example https://10.0.0.5:7070. Kept after the first registration.
    #[arg(long, env = "MIAAS_SERVER", value_name = "URL")]
    server: Option<String>,
    /// By which the authority of the server is known, sha256:…, as the server and `miaas token create` print it. Kept after the
    /// first registration.
    #[arg(long, env = "MIAAS_CA_PIN", value_name = "PIN")]
    ca_pin: Option<CaPin>,
    /// Join token, needed for the first registration (`miaas token create`). Better given in the environment, where other
    /// users do not see it.
    #[arg(long, env = "MIAAS_JOIN_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    join_token: Option<String>,
    /// Ask to be let in without a join token, and wait until an operator accepts this node (`miaas node approve`).
    #[arg(long, env = "MIAAS_REQUEST_APPROVAL")]
    request_approval: bool,
    /// Run containers on the Docker or Podman engine behind this socket.
    #[arg(long, env = "MIAAS_DOCKER", value_name = "SOCKET", num_args = 0..=1, require_equals = true,
          default_missing_value = DockerOptions::DEFAULT_SOCKET)]
    docker: Option<PathBuf>,
    /// Run local processes.
    #[arg(long)]
    process: bool,
    /// Name of the node; the host name by default.
    #[arg(long, env = "MIAAS_NODE_NAME")]
    name: Option<NodeName>,
    /// Where the agent keeps its identity, its target and its processes.
    #[arg(long, env = "MIAAS_STATE_DIR", value_name = "FOLDER", default_value = "/var/lib/miaas-agent")]
    state_dir: PathBuf,
    /// Address that others reach this machine by; the one on the way to the server by default.
    #[arg(long, env = "MIAAS_NODE_IP")]
    ip: Option<IpAddr>,
    /// Be the guard of the agent that runs with the other arguments; started by it.
    #[arg(long, hide = true)]
    guard: bool,
    /// What to log, for example `debug` or `miaas_agent_lib=debug`.
    #[arg(long, env = "MIAAS_LOG", default_value = "info")]
    log: String,
}

impl Arguments {
    fn config(self) -> AgentConfig {
        let docker = self.docker.map(|socket| ExecutorChoice::Docker { socket });
        let process = self.process.then_some(ExecutorChoice::Process);
        let mut config = AgentConfig::new(self.state_dir, docker.into_iter().chain(process).collect());
        config.server_url = self.server;
        config.ca_pin = self.ca_pin;
        config.join_token = self.join_token.map(Secret::new);
        config.request_approval = self.request_approval;
        config.name = self.name;
        config.ip = self.ip;
        config.guard = agent::guard_command();
        config
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = match arguments.log.parse::<tracing_subscriber::EnvFilter>() {
        Ok(filter) => filter,
        Err(e) => {
            eprintln!("error: --log {:?} is no filter: {e}\nhint: try `info` or `debug`", arguments.log);
            return ExitCode::from(2);
        }
    };
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    let is_guard = arguments.guard;
    match serve(arguments.config(), is_guard) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {}", e.chain());
            if let Some(hint) = e.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}

fn serve(config: AgentConfig, is_guard: bool) -> Result<(), PortError> {
    let start = |e| PortError::internal("agent.start", "the runtime does not start").with_source(e);
    // One thread: the agent waits most of the time, and memory is for the workloads.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(start)?;
    runtime.block_on(async {
        if is_guard {
            return guard::watch(config, tokio::io::stdin()).await;
        }
        let mut terminate = signal(SignalKind::terminate()).map_err(start)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(start)?;
        agent::run(config, async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
        .await
    })
}
