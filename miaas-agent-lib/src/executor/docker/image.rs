//! Pulling images, with progress.

use std::{collections::BTreeMap, time::Duration};

use bollard::{models::CreateImageInfo, query_parameters::CreateImageOptions};
use futures_util::StreamExt as _;
use miaas_core::{ErrorKind, PortError, model::PullProgress, port::Progress};
use tokio::time::{Instant, timeout};

use super::{engine::Engine, error};

const OPERATION: &str = "docker.pull";
/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Pulls the image unless the engine has it. `about` names the workload and the service.
pub(super) async fn ensure(
    engine: &Engine,
    about: &str,
    image: &str,
    progress: &dyn Progress,
) -> Result<(), PortError> {
    let client = engine.client(OPERATION, about).await?;
    match client.inspect_image(image).await {
        Ok(_) => return Ok(()),
        Err(e) if error::status(&e) == Some(404) => {}
        Err(e) => return Err(engine.failed(OPERATION, &format!("{about}: image {image}"), e)),
    }
    let about = format!("{about}: cannot pull image {image}");
    let options = CreateImageOptions { from_image: Some(tagged(image)), ..CreateImageOptions::default() };
    let stall = engine.options.pull_stall;
    // A registry may take long to answer; the stream is what is watched for progress.
    let mut messages = engine.patient(&client, stall).create_image(Some(options), None, None);
    let (mut layers, mut told) = (Layers::default(), None);
    loop {
        let message = timeout(stall, messages.next()).await.map_err(|_| {
            let message = format!("{about}: nothing came from the registry for {} s", stall.as_secs());
            PortError::new(ErrorKind::Timeout, OPERATION, message)
        })?;
        let Some(message) = message else { break };
        layers.add(message.map_err(|e| engine.failed(OPERATION, &about, e))?);
        let now = Instant::now();
        if told.is_none_or(|told| now - told >= TELL_EVERY) {
            progress.pulled(&layers.progress(image));
            told = Some(now);
        }
    }
    progress.pulled(&layers.progress(image));
    Ok(())
}

/// The reference with a tag: without one the engine would pull every tag there is.
fn tagged(image: &str) -> String {
    let name = image.rsplit_once('/').map_or(image, |(_, name)| name);
    if name.contains([':', '@']) { image.to_owned() } else { format!("{image}:latest") }
}

/// The layers of an image, as far as the engine has told of them: bytes done and bytes in all.
#[derive(Debug, Default)]
struct Layers(BTreeMap<String, (u64, u64)>);

impl Layers {
    fn add(&mut self, message: CreateImageInfo) {
        let Some(layer) = message.id else { return };
        let status = message.status.unwrap_or_default();
        let detail = message.progress_detail.unwrap_or_default();
        let bytes = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or_default();
        match status.as_str() {
            "Downloading" => {
                let (done, total) = self.0.entry(layer).or_default();
                *done = bytes(detail.current).max(*done);
                *total = bytes(detail.total).max(*total).max(*done);
            }
            // Small layers are told of only when they are complete.
            "Download complete" | "Pull complete" | "Extracting" => {
                let (done, total) = self.0.entry(layer).or_default();
                *total = bytes(detail.total).max(*total);
                *done = *total;
            }
            _ => {}
        }
    }

    fn progress(&self, image: &str) -> PullProgress {
        let sum = |of: fn(&(u64, u64)) -> u64| self.0.values().map(of).sum();
        PullProgress { image: image.to_owned(), done_bytes: sum(|l| l.0), total_bytes: sum(|l| l.1) }
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::ProgressDetail;

    use super::*;

    #[test]
    fn a_reference_always_names_one_image() {
        let table = [
            ("redis", "redis:latest"),
            ("redis:7", "redis:7"),
            ("127.0.0.1:5000/redis", "127.0.0.1:5000/redis:latest"),
            ("127.0.0.1:5000/x/redis:7", "127.0.0.1:5000/x/redis:7"),
            ("redis@sha256:00", "redis@sha256:00"),
        ];
        for (given, pulled) in table {
            assert_eq!(tagged(given), pulled);
        }
    }

    #[test]
    fn layers_add_up_and_never_go_back() {
        let message = |layer: &str, status: &str, current, total| CreateImageInfo {
            id: Some(layer.into()),
            status: Some(status.into()),
            progress_detail: Some(ProgressDetail { current, total }),
            ..CreateImageInfo::default()
        };
        let mut layers = Layers::default();
        let mut last = 0;
        for (m, done, total) in [
            (message("7.4", "Pulling from library/redis", None, None), 0, 0),
            (message("a", "Downloading", Some(10), Some(100)), 10, 100),
            (message("b", "Downloading", Some(5), Some(50)), 15, 150),
            (message("a", "Download complete", None, None), 105, 150),
            (message("a", "Extracting", Some(3), Some(100)), 105, 150),
            (message("b", "Pull complete", None, None), 150, 150),
            (message("c", "Already exists", None, None), 150, 150),
        ] {
            layers.add(m);
            let seen = layers.progress("redis:7");
            assert_eq!((seen.done_bytes, seen.total_bytes), (done, total));
            assert!(seen.done_bytes >= last);
            last = seen.done_bytes;
        }
    }
}
