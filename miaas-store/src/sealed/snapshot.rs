//! Sealing what is to be a new database.

use miaas_core::{PortError, port::Change};

use super::{MasterKeySource, ring::Ring, ring_key};
use crate::snapshot::Snapshot;

/// A snapshot in clear as it lies in a sealed store, with a ring of its own.
pub(crate) async fn seal_snapshot(clear: &Snapshot, source: &MasterKeySource) -> Result<Snapshot, PortError> {
    let master = source.find_or_create().await?;
    let ring = Ring::new(false)?;
    let seal = |object: &Change| {
        let value = object.value.as_ref().map(|value| ring.seal_value(&object.key, value)).transpose()?;
        Ok(Change { revision: object.revision, key: object.key.clone(), value })
    };
    let mut objects = clear.objects.iter().map(seal).collect::<Result<Vec<_>, PortError>>()?;
    let ring = Change { revision: clear.revision, key: ring_key(), value: Some(ring.seal(&master)?.write()?) };
    objects.push(ring);
    Ok(Snapshot { revision: clear.revision, objects })
}
