//! `miaas page`: opens the web page without typing a key.

use clap::Args;

use crate::{app::App, exit::Exit};

/// Options of `miaas page`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  miaas page
  xdg-open \"$(miaas page)\"

The link signs in as the holder of the API key that this command uses. It works once and for a minute.")]
pub(crate) struct Options {}

/// Prints the link.
pub(crate) async fn run(app: &App, _: Options) -> anyhow::Result<Exit> {
    let client = app.client()?;
    let link = client.sign_in_link().await?;
    let url = format!("{}/sign-in#code={}", client.url().trim_end_matches('/'), link.code.expose());
    app.out.show(&serde_json::json!({"url": url, "expires_at": link.expires_at}), || url.clone())?;
    Ok(Exit::Done)
}
