use crate::testing::simulator::{SECRET, Snapshot};

/// A secret parameter is in no event and in no answer of the API.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    for (_, event) in s.events {
        if event.message.contains(SECRET) {
            return Err(format!("event {} tells a secret: {}", event.id, event.reason));
        }
    }
    for d in s.deployments {
        if serde_json::to_string(d).is_ok_and(|text| text.contains(SECRET)) {
            return Err(format!("the answer about {} tells a secret", d.name));
        }
    }
    Ok(())
}
