//! Waiting for what a service depends on.

use std::time::Duration;

use bollard::models::{ContainerStateStatusEnum as Status, HealthStatusEnum as Health};
use miaas_core::{ErrorKind, PortError, model::DependsOn};

use super::{describe, engine::Engine};

const OPERATION: &str = "executor.start";
/// Between two looks at a dependency: short at first, since most are ready soon.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LAST_LOOK: Duration = Duration::from_millis(500);

/// Waits until the container `id` of the service `needs` is what is asked of it. `about` names who waits.
pub(super) async fn until(
    engine: &Engine,
    about: &str,
    needs: &str,
    id: &str,
    condition: DependsOn,
) -> Result<(), PortError> {
    if condition == DependsOn::ServiceStarted {
        return Ok(());
    }
    let about = format!("{about}: waiting for {needs}");
    let mut pause = FIRST_LOOK;
    loop {
        let client = engine.client(OPERATION, &about).await?;
        let seen = client.inspect_container(id, None).await;
        let state = seen.map_err(|e| engine.failed(OPERATION, &about, e))?.state.unwrap_or_default();
        let health = state.health.as_ref().and_then(|h| h.status);
        let ended = matches!(state.status, Some(Status::EXITED | Status::DEAD));
        let code = state.exit_code.unwrap_or_default();
        let failure = match condition {
            DependsOn::ServiceStarted => return Ok(()),
            DependsOn::ServiceHealthy if ended => Some(format!("it ended with exit code {code}")),
            DependsOn::ServiceHealthy if health == Some(Health::UNHEALTHY) => Some("it is unhealthy".to_owned()),
            DependsOn::ServiceHealthy
                if matches!(health, None | Some(Health::EMPTY | Health::NONE | Health::HEALTHY)) =>
            {
                return Ok(());
            }
            DependsOn::ServiceCompletedSuccessfully if ended && code == 0 => return Ok(()),
            DependsOn::ServiceCompletedSuccessfully if ended => Some(format!("it ended with exit code {code}")),
            DependsOn::ServiceHealthy | DependsOn::ServiceCompletedSuccessfully => None,
        };
        if let Some(failure) = failure {
            let output = describe::output(engine, OPERATION, &about, id).await?;
            let message = format!("{about}: {failure}{}{output}", if output.is_empty() { "" } else { ": " });
            return Err(PortError::new(ErrorKind::Unavailable, OPERATION, message)
                .with_hint(format!("look at the logs of service {needs}")));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LAST_LOOK);
    }
}
