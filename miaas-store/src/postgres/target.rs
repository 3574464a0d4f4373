//! How connections are made, and how long one waits for them.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::{PostgresUrl, error::Failure, options::PostgresOptions};

/// Everything lies in a schema of this name, so that other programs may use the same database.
pub(super) const SCHEMA: &str = "miaas";
/// One attempt to connect, on a network that swallows packets.
const CONNECT: Duration = Duration::from_secs(5);

/// How long the server keeps the locks of a client that says nothing in the middle of a commit, because it was paused or cut
/// off. All other commits wait for that long, so it is far below the 10 s within which another server shall take over, and
/// far above what a busy machine needs between two statements. A client that was only slow tries again.
const STALL: Duration = Duration::from_secs(3);

/// A database and how it is used.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) url: PostgresUrl,
    pub(super) options: PostgresOptions,
}

impl Target {
    pub(super) fn failure(&self, error: &sqlx::Error) -> Failure {
        Failure::new(&self.url, error)
    }

    pub(super) fn silent(&self) -> Failure {
        Failure::silent(&self.url, self.options.patience.as_secs_f64())
    }

    pub(super) fn damaged(&self, what: &str) -> Failure {
        Failure::damaged(&self.url, what)
    }

    /// The options of every connection.
    pub(super) fn connect_options(&self) -> PgConnectOptions {
        let millis = |limit: Duration| limit.as_millis().max(1).to_string();
        let (patience, stall) = (millis(self.options.patience), millis(STALL.min(self.options.patience)));
        let options = self.url.connect_options();
        let options = match options.get_application_name() {
            Some(_) => options,
            None => options.application_name("miaas"),
        };
        options
            .options([
                ("search_path", SCHEMA),
                ("lock_timeout", patience.as_str()),
                ("idle_in_transaction_session_timeout", stall.as_str()),
                ("tcp_keepalives_idle", "10"),
                ("tcp_keepalives_interval", "5"),
                ("tcp_keepalives_count", "3"),
            ])
            .disable_statement_logging()
    }

    pub(super) async fn connect(&self) -> Result<PgConnection, Failure> {
        let limit = CONNECT.min(self.options.patience);
        match timeout(limit, self.connect_options().connect()).await {
            Ok(connected) => connected.map_err(|e| self.failure(&e)),
            Err(_) => Err(Failure::silent(&self.url, limit.as_secs_f64())),
        }
    }

    /// A connection whose commits are on the disk of the server when they return, whatever its configuration says.
    pub(super) async fn connect_writer(&self) -> Result<PgConnection, Failure> {
        let mut conn = self.connect().await?;
        let sql =
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";
        self.limit(sqlx::query(sql).execute(&mut conn)).await?;
        Ok(conn)
    }

    /// Waits for an answer of the database, as long as the patience lasts.
    pub(super) async fn limit<T>(&self, answer: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Failure> {
        match timeout(self.options.patience, answer).await {
            Ok(answer) => answer.map_err(|e| self.failure(&e)),
            Err(_) => Err(self.silent()),
        }
    }

    /// A read, tried again while the database is away and the patience lasts.
    pub(super) async fn patiently<T, Fut>(&self, read: impl Fn() -> Fut) -> Result<T, Failure>
    where
        Fut: Future<Output = Result<T, Failure>>,
    {
        let end = Instant::now() + self.options.patience;
        let mut delays = delays();
        let mut last = None;
        loop {
            let failure = match timeout_at(end, read()).await {
                Ok(Err(failure)) if failure.again => failure,
                Ok(done) => return done,
                Err(_) => return Err(last.unwrap_or_else(|| self.silent())),
            };
            let delay = delays.next().unwrap_or_default();
            if Instant::now() + delay >= end {
                return Err(failure);
            }
            last = Some(failure);
            sleep(delay).await;
        }
    }
}

/// Delays between attempts, without end: quick at first, so that a restart is over soon, then once a second, with jitter so
/// that several servers do not come at once.
pub(super) fn delays() -> impl Iterator<Item = Duration> + Send + Unpin {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(25))
        .with_max_delay(Duration::from_secs(1))
        .without_max_times()
        .with_jitter()
        .build()
}
