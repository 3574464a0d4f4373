use crate::testing::simulator::Snapshot;

/// What users want is what they last asked for.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    for d in s.world.deployments().values().map(|d| &d.value).filter(|d| d.deleted_at.is_none()) {
        let Some(wanted) = s.wanted.get(d.name.as_str()) else { continue };
        let shown = (d.spec.replicas, d.spec.state);
        if !wanted.contains(&shown) {
            return Err(format!("{} is {shown:?}, asked for was {wanted:?}", d.name));
        }
    }
    Ok(())
}
