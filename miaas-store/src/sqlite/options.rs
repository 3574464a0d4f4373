use std::time::Duration;

/// What can be chosen about a [`SqliteStore`](super::SqliteStore).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SqliteOptions {
    pub(super) keep_revisions: u64,
    pub(super) keep_events: usize,
    pub(super) readers: u32,
    pub(super) max_bytes: Option<u64>,
    pub(super) busy_timeout: Duration,
}

impl Default for SqliteOptions {
    /// 10,000 revisions, 10,000 events, 4 readers, no limit of size, 5 seconds of patience with other users of the file.
    fn default() -> Self {
        Self {
            keep_revisions: 10_000,
            keep_events: 10_000,
            readers: 4,
            max_bytes: None,
            busy_timeout: Duration::from_secs(5),
        }
    }
}

impl SqliteOptions {
    /// How many of the last revisions can be watched; at least 1.
    #[must_use]
    pub fn with_keep_revisions(mut self, revisions: u64) -> Self {
        self.keep_revisions = revisions.max(1);
        self
    }

    /// How many events are kept. When a tenth more are there, the oldest are deleted by a commit of the store itself, which
    /// takes a revision and is seen by watchers like any other.
    #[must_use]
    pub fn with_keep_events(mut self, events: usize) -> Self {
        self.keep_events = events;
        self
    }

    /// How many reads run at the same time; at least 1.
    #[must_use]
    pub fn with_readers(mut self, readers: u32) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// The size in bytes over which the database does not grow; commits that need more fail with `Unavailable`.
    #[must_use]
    pub fn with_max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// How long a commit waits while another program, for example the `sqlite3` shell, writes to the file.
    #[must_use]
    pub fn with_busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }
}
