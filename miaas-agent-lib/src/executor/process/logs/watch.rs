//! Notices output as it is written, so that lines get their time at once and an idle node does nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem::MaybeUninit,
    os::fd::OwnedFd,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rustix::{fs::inotify, io::Errno};
use tokio::io::unix::AsyncFd;

use crate::fsutil::async_fd;

use super::{
    super::layout::{ServiceFiles, WorkloadDir},
    collect::collect,
};

/// Shortest time between two collections: bounds the cost of a service that writes without pause.
const PACE: Duration = Duration::from_millis(10);

/// Watches the raw output of all workloads.
#[derive(Debug)]
pub(in super::super) struct RawWatch {
    /// None where the kernel gave no watch: output is then collected when it is asked for and when a service ends.
    inotify: Option<AsyncFd<OwnedFd>>,
    folders: Mutex<BTreeMap<i32, WorkloadDir>>,
}

impl RawWatch {
    /// A watch on nothing so far. Needs a tokio runtime.
    pub(in super::super) fn new() -> Self {
        let flags = inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC;
        let made = inotify::init(flags).map_err(std::io::Error::from).and_then(async_fd);
        if let Err(e) = &made {
            tracing::warn!(error = %e, "no inotify: log lines get the time at which they are read");
        }
        Self { inotify: made.ok(), folders: Mutex::default() }
    }

    fn folders(&self) -> MutexGuard<'_, BTreeMap<i32, WorkloadDir>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches the output of a workload from now on.
    pub(in super::super) fn add(&self, dir: &WorkloadDir) {
        let Some(inotify) = &self.inotify else { return };
        // Held over the call, so that the first event finds its folder.
        let mut folders = self.folders();
        match inotify::add_watch(inotify.get_ref(), dir.raw_folder(), inotify::WatchFlags::MODIFY) {
            Ok(watch) => {
                folders.insert(watch, dir.clone());
            }
            Err(e) => tracing::warn!(path = %dir.path.display(), error = %e, "output is not watched"),
        }
    }

    /// Waits for output and takes it, once.
    pub(in super::super) async fn collect_next(&self) {
        let Some(inotify) = &self.inotify else { return std::future::pending().await };
        let written = match inotify.readable().await {
            Ok(mut ready) => {
                let written = self.events(inotify.get_ref());
                ready.clear_ready();
                written
            }
            Err(e) => {
                tracing::error!(error = %e, "the watch on output is broken");
                return std::future::pending().await;
            }
        };
        for files in written {
            if let Err(e) = collect(&files, false) {
                tracing::warn!(service = %files.name, error = %e, "output could not be taken");
            }
        }
        tokio::time::sleep(PACE).await;
    }

    /// The services that wrote. Reads all events: the kernel merges those of one writer, so they are few.
    fn events(&self, inotify: &OwnedFd) -> BTreeSet<ServiceFiles> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(inotify, &mut buffer);
        let mut written = BTreeSet::new();
        loop {
            let event = match reader.next() {
                Ok(event) => event,
                Err(Errno::INTR) => continue,
                Err(_) => return written,
            };
            let mut folders = self.folders();
            if event.events().contains(inotify::ReadFlags::IGNORED) {
                folders.remove(&event.wd());
                continue;
            }
            let name = event.file_name().and_then(|n| n.to_str().ok()).and_then(|n| n.rsplit_once('.'));
            if let (Some(dir), Some((service, _))) = (folders.get(&event.wd()), name) {
                written.insert(dir.service(service));
            }
        }
    }
}
