//! `miaas whoami`: whose API key is used, and what it may do.

use clap::Args;

use crate::{app::App, exit::Exit, role};

/// Options of `miaas whoami`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  miaas whoami")]
pub(crate) struct Options {}

/// Shows.
pub(crate) async fn run(app: &App, _: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let who = client.whoami().await?;
    app.out.show(&who, || {
        let reach = if who.scope.is_empty() { "everything".to_owned() } else { role::scope(&who.scope) };
        format!("server  {}\nwho     {}\nrole    {}\nscope   {reach}", client.url(), who.user, who.role.as_str())
    })?;
    Ok(Exit::Done)
}
