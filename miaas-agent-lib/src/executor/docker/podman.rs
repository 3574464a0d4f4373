//! Where Podman's answers are other than Docker's.

use bollard::{
    errors::Error,
    models::{ContainerState, HealthStatusEnum as Health, SystemVersion},
};
use miaas_core::model::{RenderedWorkload, Service};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A container that has ended and was not cleaned up yet. Docker has no such state, and its types cannot be read with it.
const STOPPED: &str = "stopped";
/// What Docker calls it.
const EXITED: &str = "exited";

/// Whether an engine is Podman.
pub(super) fn is(version: &SystemVersion) -> bool {
    version.components.iter().flatten().any(|part| part.name.starts_with("Podman"))
}

/// What a workload asks for that Podman takes and leaves out: it would run, slowly, without what it has a claim to.
pub(super) fn lacks(w: &RenderedWorkload) -> Option<String> {
    let asks = |service: &Service| service.gpus.iter().any(|id| !id.starts_with("AMD-"));
    let (name, _) = w.spec.services.iter().find(|(_, service)| asks(service))?;
    Some(format!("service {name}: Podman gives no GPUs of NVIDIA to containers that are made over this interface"))
}

/// An answer, also one that has to be put right first to be read.
pub(super) fn read<T: DeserializeOwned>(answer: Result<T, Error>, mend: fn(&mut Value)) -> Result<T, Error> {
    let Err(Error::JsonDataError { contents, .. }) = &answer else { return answer };
    let Ok(mut value) = serde_json::from_str(contents) else { return answer };
    mend(&mut value);
    T::deserialize(value).or(answer)
}

/// Puts a list of containers right.
pub(super) fn listed(list: &mut Value) {
    list.as_array_mut().into_iter().flatten().for_each(|container| exited(&mut container["State"]));
}

/// Puts what is told of one container right.
pub(super) fn inspected(container: &mut Value) {
    exited(&mut container["State"]["Status"]);
}

fn exited(state: &mut Value) {
    if state == STOPPED {
        *state = EXITED.into();
    }
}

/// The health of a container: the list of Podman does not tell it.
pub(super) fn health(state: &ContainerState) -> Option<bool> {
    match state.health.as_ref()?.status? {
        Health::HEALTHY => Some(true),
        Health::UNHEALTHY => Some(false),
        Health::EMPTY | Health::NONE | Health::STARTING => None,
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::{
        ContainerInspectResponse, ContainerStateStatusEnum, ContainerSummary, ContainerSummaryStateEnum,
    };

    use super::*;
    use crate::executor::docker::fixtures::workload;

    #[test]
    fn gpus_that_would_be_left_out_are_refused() {
        let with = |id: &str| Service { gpus: vec![id.to_owned()], ..Service::default() };
        let lack = lacks(&workload([("web", Service::default()), ("model", with("GPU-1"))])).unwrap();
        assert!(lack.starts_with("service model: Podman gives no GPUs of NVIDIA"), "{lack}");
        assert_eq!(lacks(&workload([("model", with("AMD-1"))])), None);
    }

    /// As the library answers: with what it could not read.
    fn answer<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|e: serde_json::Error| Error::JsonDataError {
            message: e.to_string(),
            contents: text.to_owned(),
            column: e.column(),
        })
    }

    #[test]
    fn a_container_that_was_not_cleaned_up_yet_has_ended() {
        let text = r#"[{"Id": "a", "State": "running"}, {"Id": "b", "State": "stopped", "Labels": {"is": "stopped"}}]"#;
        assert!(answer::<Vec<ContainerSummary>>(text).is_err(), "the library reads it by itself: this is not needed");
        let list: Vec<ContainerSummary> = read(answer(text), listed).unwrap();
        assert_eq!(list[1].state, Some(ContainerSummaryStateEnum::EXITED));
        assert_eq!(list[1].labels.as_ref().unwrap()["is"], "stopped");
        let seen: ContainerInspectResponse = read(answer(r#"{"State": {"Status": "stopped"}}"#), inspected).unwrap();
        assert_eq!(seen.state.unwrap().status, Some(ContainerStateStatusEnum::EXITED));
    }

    #[test]
    fn what_cannot_be_put_right_stays_an_error() {
        for text in [r#"[{"State": "unheard of"}]"#, "[", "{}"] {
            assert!(read(answer::<Vec<ContainerSummary>>(text), listed).is_err(), "{text}");
        }
    }
}
