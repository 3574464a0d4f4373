//! Which executor `miaas dev` offers.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use miaas_agent_lib::executor::docker::{DockerExecutor, DockerOptions};
use miaas_core::model::ExecutorKind;

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

/// The executor, and the socket of the engine for containers.
pub(crate) async fn choose(app: &App, choice: Choice, socket: &Path) -> anyhow::Result<(ExecutorKind, Option<PathBuf>)> {
    let process = (ExecutorKind::Process, None);
    if choice == Choice::Process {
        return Ok(process);
    }
    let why = match DockerExecutor::connect(DockerOptions::new(socket.to_string_lossy())).await {
        Ok(_) => return Ok((ExecutorKind::Docker, Some(socket.to_owned()))),
        Err(e) => e.chain(),
    };
    if choice == Choice::Docker {
        let hint = "start it, name its socket with --docker-socket, or use --executor process";
        return Err(fail(format!("no Docker engine answers at {}: {why}", socket.display()), hint));
    }
    app.say.warning(&format!("no Docker engine answers at {} ({why}): local processes run instead", socket.display()));
    Ok(process)
}
