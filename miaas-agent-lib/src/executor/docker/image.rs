//! Pulling images, with progress.

use std::{collections::BTreeMap, time::Duration};

use bollard::{
    models::{CreateImageInfo, ImageInspect},
    query_parameters::CreateImageOptions,
};
use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind, PortError,
    engine::SystemClock,
    model::{Millis, PullPolicy, PullProgress, Service},
    port::{Clock as _, Progress},
    time::Timestamp,
};
use tokio::time::{Instant, timeout};

use super::{engine::Engine, error, logs};

const OPERATION: &str = "docker.pull";
/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// An image that services of a workload need, and when it is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted<'a> {
    image: &'a str,
    platform: Option<&'a str>,
    policy: PullPolicy,
}

impl<'a> Wanted<'a> {
    /// An image that is pulled when the node does not have it.
    pub(super) const fn named(image: &'a str) -> Self {
        Self { image, platform: None, policy: PullPolicy::Missing }
    }

    pub(super) fn of(service: &'a Service) -> Self {
        Self { image: &service.image, platform: service.platform.as_deref(), policy: service.pull_policy }
    }
}

/// Pulls the image when its policy says so. `about` names the workload and the service.
pub(super) async fn ensure(
    engine: &Engine,
    about: &str,
    wanted: Wanted<'_>,
    progress: &dyn Progress,
) -> Result<(), PortError> {
    let image = wanted.image;
    if wanted.policy == PullPolicy::Always {
        return pull(engine, about, wanted, progress).await;
    }
    let client = engine.client(OPERATION, about).await?;
    let there = match client.inspect_image(image).await {
        Ok(seen) => Some(seen).filter(|seen| is_for(seen, wanted.platform)),
        Err(e) if error::status(&e) == Some(404) => None,
        Err(e) => return Err(engine.failed(OPERATION, &format!("{about}: image {image}"), e)),
    };
    match (there, wanted.policy) {
        (Some(seen), PullPolicy::Every(pause)) if is_older(&seen, SystemClock.now(), pause) => {
            pull(engine, about, wanted, progress).await
        }
        (Some(_), _) => Ok(()),
        (None, PullPolicy::Never) => {
            let platform = wanted.platform.map(|p| format!(" for {p}")).unwrap_or_default();
            let message = format!("{about}: the node has no image {image}{platform}, and its pull policy is `never`");
            Err(PortError::new(ErrorKind::NotFound, OPERATION, message)
                .with_hint("load it on the node with `docker load` or `docker pull`, or allow pulling"))
        }
        (None, _) => pull(engine, about, wanted, progress).await,
    }
}

/// Whether an image is for a platform such as `linux/arm64/v8`. What the engine does not tell is not compared.
fn is_for(seen: &ImageInspect, platform: Option<&str>) -> bool {
    let is = [&seen.os, &seen.architecture, &seen.variant];
    let parts = platform.into_iter().flat_map(|p| p.split('/')).zip(is);
    parts.into_iter().all(|(wanted, is)| is.as_ref().is_none_or(|is| is.is_empty() || is == wanted))
}

/// Whether the last pull is longer ago than this. The engine notes when an image got its name; one that it does not know
/// this of was not pulled.
fn is_older(seen: &ImageInspect, now: Timestamp, pause: Millis) -> bool {
    let tagged = seen.metadata.as_ref().and_then(|m| logs::millis(m.last_tag_time.as_ref()?));
    tagged.is_none_or(|at| now.since(Timestamp::from_millis(at)) > pause.duration())
}

async fn pull(engine: &Engine, about: &str, wanted: Wanted<'_>, progress: &dyn Progress) -> Result<(), PortError> {
    let image = wanted.image;
    let client = engine.client(OPERATION, about).await?;
    let about = format!("{about}: cannot pull image {image}");
    let options = CreateImageOptions {
        from_image: Some(tagged(image)),
        platform: wanted.platform.unwrap_or_default().to_owned(),
        ..CreateImageOptions::default()
    };
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
    use bollard::models::{ImageInspectMetadata, ProgressDetail};

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
    fn an_image_is_pulled_again_for_another_platform_and_when_it_is_old() {
        let arm = ImageInspect {
            os: Some("linux".into()),
            architecture: Some("arm64".into()),
            metadata: Some(ImageInspectMetadata { last_tag_time: Some("2026-01-01T00:00:00.5+00:00".into()) }),
            ..ImageInspect::default()
        };
        for (platform, wanted) in [
            (None, true),
            (Some("linux"), true),
            (Some("linux/arm64"), true),
            (Some("linux/arm64/v8"), true),
            (Some("linux/amd64"), false),
        ] {
            assert_eq!(is_for(&arm, platform), wanted, "{platform:?}");
        }
        let tagged = Timestamp::from_millis(logs::millis("2026-01-01T00:00:00.5Z").unwrap());
        let older = |after| is_older(&arm, tagged.plus(Duration::from_secs(after)), Millis(60_000));
        assert!(!older(60) && older(61));
        assert!(is_older(&ImageInspect::default(), tagged, Millis(60_000)));
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
