//! A whole state.

use miaas_core::{
    ErrorKind, PortError,
    port::{Change, Kind, Revision, Store},
};
use sha2::{Digest as _, Sha256};

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transferred {
    /// How many objects there are.
    pub objects: usize,
    /// The revision of the store.
    pub revision: Revision,
    /// SHA-256 over kind, name, revision and text of all objects, the same in both databases.
    pub digest: String,
}

/// All objects of a store at one revision.
pub(crate) struct Snapshot {
    pub(crate) revision: Revision,
    /// By kind and name; each has a value.
    pub(crate) objects: Vec<Change>,
}

impl Snapshot {
    pub(crate) async fn read(store: &dyn Store) -> Result<Self, PortError> {
        let mut objects = Vec::new();
        let mut revision = None;
        for kind in Kind::ALL {
            let listing = store.list(kind).await?;
            if revision.is_some_and(|before| before != listing.revision) {
                let message = "the state changed while it was read";
                return Err(PortError::new(ErrorKind::Conflict, "store.transfer", message)
                    .with_hint("stop every server that uses it, then try again"));
            }
            revision = Some(listing.revision);
            let changes = listing.items.into_iter().map(|(key, object)| Change {
                revision: object.revision,
                key,
                value: Some(object.value),
            });
            objects.extend(changes);
        }
        Ok(Self { revision: revision.unwrap_or_default(), objects })
    }

    pub(crate) fn transferred(&self) -> Transferred {
        let mut hasher = Sha256::new();
        for object in &self.objects {
            let text = object.value.as_ref().map_or("", |value| &*value.0);
            hasher.update(object.revision.to_be_bytes());
            for part in [object.key.kind.as_str(), &*object.key.name, text] {
                // With their lengths, so that no two states are written the same.
                hasher.update((part.len() as u64).to_be_bytes());
                hasher.update(part);
            }
        }
        let digest = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Transferred { objects: self.objects.len(), revision: self.revision, digest }
    }
}
