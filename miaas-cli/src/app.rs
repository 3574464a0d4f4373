//! What every command needs: the connection, the output, and a voice.

use miaas_client::Client;
use miaas_core::{engine::SystemClock, port::Clock as _, time::Timestamp};

use crate::{cli::Global, connection, output::Output, progress::Progress};

/// What every command needs.
#[derive(Debug)]
pub(crate) struct App {
    /// The global options.
    pub(crate) global: Global,
    /// Standard output.
    pub(crate) out: Output,
    /// Standard error.
    pub(crate) say: Progress,
}

impl App {
    pub(crate) fn new(global: Global) -> Self {
        let out = Output::new(global.output);
        Self { global, out, say: Progress::new() }
    }

    /// A client for the server that the options name.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        let found = connection::find(&self.global)?;
        Ok(Client::trusting(&found.url, found.key, self.global.ca_pin)?)
    }

    /// The time, for ages and time spans.
    pub(crate) fn now(&self) -> Timestamp {
        SystemClock.now()
    }
}
