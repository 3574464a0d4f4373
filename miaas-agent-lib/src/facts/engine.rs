//! Container engines behind a socket.

use std::{path::Path, time::Duration};

use bollard::{API_DEFAULT_VERSION, Docker, query_parameters::ListImagesOptions};
use miaas_core::model::EngineFacts;

/// An engine that does not answer in this time is not available.
const LIMIT: Duration = Duration::from_secs(5);

/// What the engine behind `socket` says of itself, and names of the images that it has; why it does not, otherwise.
pub(super) async fn engine_facts(socket: &Path) -> (EngineFacts, Vec<String>) {
    match tokio::time::timeout(LIMIT, ask(socket)).await {
        Ok(Ok(facts)) => facts,
        Ok(Err(e)) => (unavailable(format!("{}: {e}", socket.display())), Vec::new()),
        Err(_) => (unavailable(format!("{}: no answer in {} s", socket.display(), LIMIT.as_secs())), Vec::new()),
    }
}

async fn ask(socket: &Path) -> Result<(EngineFacts, Vec<String>), bollard::errors::Error> {
    let path = socket.to_string_lossy();
    let docker = Docker::connect_with_unix(&path, LIMIT.as_secs(), API_DEFAULT_VERSION)?;
    // The default API version is newer than what older engines speak.
    let docker = docker.negotiate_version().await?;
    let version = docker.version().await?;
    // Podman does not tell its runtimes in every version: none is no failure.
    let info = docker.info().await.ok();
    let mut runtimes: Vec<String> = info.and_then(|i| i.runtimes).into_iter().flatten().map(|(name, _)| name).collect();
    runtimes.sort();
    // Images only make a node more attractive: an engine that does not list them is none the worse.
    let images = docker.list_images(None::<ListImagesOptions>).await.unwrap_or_default();
    let facts = EngineFacts {
        available: true,
        version: version.version.unwrap_or_default(),
        api_version: docker.client_version().to_string(),
        runtimes,
        error: None,
    };
    // An image without a name has the tag `<none>:<none>`.
    let names = images.into_iter().flat_map(|i| i.repo_tags).filter(|n| !n.contains('<')).collect();
    Ok((facts, names))
}

fn unavailable(why: String) -> EngineFacts {
    EngineFacts { available: false, error: Some(why), ..EngineFacts::default() }
}
