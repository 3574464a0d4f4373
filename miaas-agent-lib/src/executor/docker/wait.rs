//! Waiting for what a service depends on.

use std::time::Duration;

use bollard::models::{ContainerConfig, ContainerStateStatusEnum as Status, HealthStatusEnum as Health};
use miaas_core::{ErrorKind, PortError, id::WorkloadId, model::DependsOn};

use super::{describe, engine::Engine, labels, podman};

const OPERATION: &str = "executor.start";
/// Between two looks at a dependency: short at first, since most are ready soon.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LAST_LOOK: Duration = Duration::from_millis(500);

/// The health of a container that the agent asks for its health; none when the engine does.
async fn probed(
    engine: &Engine,
    about: &str,
    id: &str,
    config: ContainerConfig,
) -> Result<Option<Option<bool>>, PortError> {
    let labels = config.labels.unwrap_or_default();
    if !labels.contains_key(labels::PROBE) {
        return Ok(None);
    }
    let workload = labels.get(labels::WORKLOAD).and_then(|id| WorkloadId::parse(id).ok());
    let all = engine.containers(OPERATION, workload.as_ref()).await?;
    let found = all.into_iter().find(|found| found.id == id);
    found
        .map(|found| Some(found.healthy))
        .ok_or_else(|| PortError::new(ErrorKind::Unavailable, OPERATION, format!("{about}: its container is gone")))
}

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
        let seen = podman::read(client.inspect_container(id, None).await, podman::inspected);
        let seen = seen.map_err(|e| engine.failed(OPERATION, &about, e))?;
        let state = seen.state.unwrap_or_default();
        let health = match probed(engine, &about, id, seen.config.unwrap_or_default()).await? {
            Some(healthy) => {
                healthy.map(|yes| if yes { Health::HEALTHY } else { Health::UNHEALTHY }).or(Some(Health::STARTING))
            }
            None => state.health.as_ref().and_then(|h| h.status),
        };
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
