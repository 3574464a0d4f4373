//! Container engines behind a socket.

use std::{path::Path, time::Duration};

use bollard::{API_DEFAULT_VERSION, Docker};
use miaas_core::model::EngineFacts;

/// An engine that does not answer in this time is not available.
const LIMIT: Duration = Duration::from_secs(5);

/// What the engine behind `socket` says of itself; why it does not, otherwise.
pub(super) async fn engine_facts(socket: &Path) -> EngineFacts {
    match tokio::time::timeout(LIMIT, ask(socket)).await {
        Ok(Ok(facts)) => facts,
        Ok(Err(e)) => unavailable(format!("{}: {e}", socket.display())),
        Err(_) => unavailable(format!("{}: no answer in {} s", socket.display(), LIMIT.as_secs())),
    }
}

async fn ask(socket: &Path) -> Result<EngineFacts, bollard::errors::Error> {
    let path = socket.to_string_lossy();
    let docker = Docker::connect_with_unix(&path, LIMIT.as_secs(), API_DEFAULT_VERSION)?;
    // The default API version is newer than what older engines speak.
    let docker = docker.negotiate_version().await?;
    let version = docker.version().await?;
    // Podman does not tell its runtimes in every version: none is no failure.
    let info = docker.info().await.ok();
    let mut runtimes: Vec<String> = info.and_then(|i| i.runtimes).into_iter().flatten().map(|(name, _)| name).collect();
    runtimes.sort();
    Ok(EngineFacts {
        available: true,
        version: version.version.unwrap_or_default(),
        api_version: docker.client_version().to_string(),
        runtimes,
        error: None,
    })
}

fn unavailable(why: String) -> EngineFacts {
    EngineFacts { available: false, error: Some(why), ..EngineFacts::default() }
}
