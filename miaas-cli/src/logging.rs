//! Logs of the server and the agent on standard error.

use tracing_subscriber::EnvFilter;

use crate::{app::App, failure::fail};

/// Starts to log what `filter` lets through, for example `info` or `miaas_server=debug,warn`.
pub(crate) fn start(app: &App, filter: &str, json: bool) -> anyhow::Result<()> {
    let parsed: EnvFilter =
        filter.parse().map_err(|e| fail(format!("--log {filter:?} is no filter: {e}"), "try `info` or `debug`"))?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(parsed).with_writer(std::io::stderr).with_ansi(app.say.colour());
    let started = if json { builder.json().try_init() } else { builder.try_init() };
    started.map_err(|e| anyhow::anyhow!("logging does not start: {e}"))
}
