//! `--cleanup`: nothing of this state folder stays on the machine.

use std::time::Duration;

use miaas_client::{Client, ErrorKind};
use tokio::time::Instant;

use crate::{app::App, failure::fail};

/// Longest time that the removal of everything may take.
const LIMIT: Duration = Duration::from_secs(120);
/// Time between two looks.
const LOOK: Duration = Duration::from_millis(200);

/// Removes every deployment and waits until the node has let go of all of them.
pub(crate) async fn remove_all(app: &App, client: &Client) -> anyhow::Result<()> {
    let start = Instant::now();
    let mut told = usize::MAX;
    loop {
        let items = client.deployments().await?;
        if items.is_empty() {
            return Ok(());
        }
        if items.len() != told {
            told = items.len();
            app.say.line(&format!("removing {told} deployments"));
        }
        for item in &items {
            // Asking again is harmless: what is being removed stays so.
            match client.delete(item.id.as_str()).await {
                Err(e) if !matches!(e.kind(), ErrorKind::NotFound | ErrorKind::Conflict) => return Err(e.into()),
                _ => {}
            }
        }
        if start.elapsed() >= LIMIT {
            let names: Vec<String> = items.iter().map(|i| i.name.to_string()).collect();
            let hint = "`miaas dev --cleanup` with the same state folder goes on with it";
            return Err(fail(format!("still there after {LIMIT:?}: {}", names.join(", ")), hint));
        }
        tokio::time::sleep(LOOK).await;
    }
}
