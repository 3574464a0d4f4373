use std::time::Duration;

/// What can be chosen about a [`PostgresStore`](super::PostgresStore).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct PostgresOptions {
    pub(super) keep_revisions: u64,
    pub(super) readers: u32,
    pub(super) patience: Duration,
    pub(super) poll: Duration,
}

impl Default for PostgresOptions {
    /// 10,000 revisions, 4 readers, 10 seconds of patience, a look at the database every 2 seconds.
    fn default() -> Self {
        Self { keep_revisions: 10_000, readers: 4, patience: Duration::from_secs(10), poll: Duration::from_secs(2) }
    }
}

impl PostgresOptions {
    /// How many of the last revisions can be watched; at least 1. Of several processes on one database the one that keeps
    /// least decides.
    #[must_use]
    pub fn with_keep_revisions(mut self, revisions: u64) -> Self {
        self.keep_revisions = revisions.max(1);
        self
    }

    /// How many reads run at the same time; at least 1. A store needs two connections more.
    #[must_use]
    pub fn with_readers(mut self, readers: u32) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// How long a read or commit waits for a database that does not answer before it fails with `Unavailable`.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How often watchers ask the database although it announced nothing, in case that an announcement was lost.
    #[must_use]
    pub fn with_poll(mut self, poll: Duration) -> Self {
        self.poll = poll;
        self
    }
}
