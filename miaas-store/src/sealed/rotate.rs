//! New keys while the store is in use, and sealing what was stored in clear.

use std::{
    fs,
    sync::{Arc, PoisonError},
};

use miaas_core::{
    ErrorKind, PortError,
    port::{Key, Kind, Op, Value, When, Write},
};

use super::{
    AT_ONCE, Keys, MasterKey, MasterKeySource, OPERATION, Sealed,
    master::{self, next},
    ring::Ring,
    ring_key,
};

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The root key that seals from now on.
    pub root_key: String,
    /// Fingerprint of the master key, the old or a new one.
    pub master_key: String,
    /// How many objects were sealed anew.
    pub objects: usize,
}

impl Sealed {
    /// Makes a new root key, seals every object with it and forgets the old ones, while others read and write. With `master`
    /// that file gets a new master key as well.
    ///
    /// # Errors
    /// `Conflict` while another rotation is under way; `Invalid` when the master key is not from a file; the store's. What was
    /// sealed anew by then stays so, and another call goes on with the rest.
    pub async fn rotate(&self, master: Option<&MasterKeySource>) -> Result<Rotated, PortError> {
        let Ok(_alone) = self.0.rotation.try_lock() else {
            return Err(PortError::new(ErrorKind::Conflict, OPERATION, "keys are being rotated already"));
        };
        if let Some(source) = master {
            self.rotate_master(source).await?;
        }
        self.write_ring(Ring::add).await?;
        let objects = self.seal_all().await?;
        self.write_ring(|ring| {
            ring.forget_old();
            Ok(())
        })
        .await?;
        let keys = self.keys();
        Ok(Rotated { root_key: keys.ring.newest().to_owned(), master_key: keys.master.fingerprint(), objects })
    }

    /// The new key is on disk before the store knows of it, and takes its name afterwards: either start finds the right one.
    async fn rotate_master(&self, source: &MasterKeySource) -> Result<(), PortError> {
        let MasterKeySource::File(path) = source else {
            let message = "only a master key from a file can be renewed here";
            return Err(
                PortError::new(ErrorKind::Invalid, OPERATION, message).with_hint("rotate without a new master key")
            );
        };
        let new = MasterKey::random()?;
        master::write(&next(path), &new)?;
        self.write_sealed_ring(new, |_| Ok(())).await?;
        fs::rename(next(path), path).map_err(|e| {
            let message = format!("cannot rename {} to {}", next(path).display(), path.display());
            PortError::internal(OPERATION, message).with_source(e)
        })
    }

    pub(super) async fn write_ring(
        &self,
        change: impl FnOnce(&mut Ring) -> Result<(), PortError>,
    ) -> Result<(), PortError> {
        self.write_sealed_ring(self.keys().master, change).await
    }

    async fn write_sealed_ring(
        &self,
        master: MasterKey,
        change: impl FnOnce(&mut Ring) -> Result<(), PortError>,
    ) -> Result<(), PortError> {
        let now = self.keys();
        let mut ring = (*now.ring).clone();
        change(&mut ring)?;
        let record = ring.seal(&master)?;
        let write =
            Write { key: ring_key(), op: Op::Put(record.write()?), when: now.revision.map_or(When::Absent, When::At) };
        let revision = self.0.store.commit(vec![write]).await.map_err(|e| match e.kind() {
            ErrorKind::Conflict => {
                PortError::new(ErrorKind::Conflict, OPERATION, "another process changed the key ring")
                    .with_hint("try again")
            }
            _ => e,
        })?;
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) =
            Keys { master, ring: Arc::new(ring), revision: Some(revision) };
        Ok(())
    }

    /// Seals with the newest root key what is not yet. Whoever writes meanwhile seals with it as well; one that does not know it
    /// yet is met by the next look.
    pub(super) async fn seal_all(&self) -> Result<usize, PortError> {
        let mut sealed = 0;
        for kind in Kind::ALL {
            loop {
                let ring = self.keys().ring;
                let listing = self.0.store.list(kind).await?;
                let old =
                    listing.items.into_iter().filter(|(key, o)| !super::is_ring(key) && !ring.is_newest(&o.value));
                let old: Vec<(Key, Value, u64)> = old.map(|(key, o)| (key, o.value, o.revision)).collect();
                if old.is_empty() {
                    break;
                }
                for some in old.chunks(AT_ONCE) {
                    sealed += self.seal_anew(&ring, some).await?;
                }
            }
        }
        Ok(sealed)
    }

    async fn seal_anew(&self, ring: &Ring, objects: &[(Key, Value, u64)]) -> Result<usize, PortError> {
        let write = |(key, value, revision): &(Key, Value, u64)| {
            let clear = ring.open_value(key, value)?;
            let op = Op::Put(ring.seal_value(key, &clear)?);
            Ok(Write { key: key.clone(), op, when: When::At(*revision) })
        };
        let writes = objects.iter().map(write).collect::<Result<Vec<_>, PortError>>()?;
        match self.0.store.commit(writes.clone()).await {
            Ok(_) => return Ok(writes.len()),
            Err(e) if e.kind() == ErrorKind::Conflict => {}
            Err(e) => return Err(e),
        }
        // One of them was written meanwhile: the others one by one.
        let mut sealed = 0;
        for write in writes {
            match self.0.store.commit(vec![write]).await {
                Ok(_) => sealed += 1,
                Err(e) if e.kind() == ErrorKind::Conflict => {}
                Err(e) => return Err(e),
            }
        }
        Ok(sealed)
    }
}
