//! Which executor `miaas dev` offers.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use miaas_agent_lib::{
    agent::ExecutorChoice,
    executor::docker::{DockerExecutor, DockerOptions},
};

use crate::{app::App, failure::fail};

/// What the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Choice {
    /// Containers when an engine answers, else local processes
    #[default]
    Auto,
    /// Containers of a Docker-compatible engine
    Docker,
    /// Local processes
    Process,
}

/// What it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Executor {
    /// Containers of the engine behind this socket.
    Docker(PathBuf),
    /// Local processes.
    Process,
}

impl Executor {
    /// Its name.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Docker(_) => "docker",
            Self::Process => "process",
        }
    }

    /// As the agent wants it.
    pub(crate) fn choice(self) -> ExecutorChoice {
        match self {
            Self::Docker(socket) => ExecutorChoice::Docker { socket },
            Self::Process => ExecutorChoice::Process,
        }
    }
}

/// Chooses.
pub(crate) async fn choose(app: &App, choice: Choice, socket: &Path) -> anyhow::Result<Executor> {
    if choice == Choice::Process {
        return Ok(Executor::Process);
    }
    let why = match DockerExecutor::connect(DockerOptions::new(socket.to_string_lossy())).await {
        Ok(_) => return Ok(Executor::Docker(socket.to_owned())),
        Err(e) => e.chain(),
    };
    if choice == Choice::Docker {
        let hint = "start it, name its socket with --docker-socket, or use --executor process";
        return Err(fail(format!("no Docker engine answers at {}: {why}", socket.display()), hint));
    }
    app.say.warning(&format!("no Docker engine answers at {} ({why}): local processes run instead", socket.display()));
    Ok(Executor::Process)
}
