//! Making a database of a backup.

use miaas_core::PortError;

use super::{Bundle, OPERATION};
use crate::{DurableStore, Location, MasterKeySource, Sealed, Transferred, sealed, snapshot::Snapshot};

impl Bundle {
    /// Fills an empty database with it, sealed with the master key of this source (a new one on a new machine), reads that back and
    /// compares.
    ///
    /// # Errors
    /// `AlreadyExists` when the database is not empty, `Internal` when it reads differently afterwards; the store's.
    pub async fn restore(&self, to: &Location, source: &MasterKeySource) -> Result<Transferred, PortError> {
        let locked = sealed::seal_snapshot(&self.snapshot, source).await?;
        to.restore(&locked).await?;
        let store = DurableStore::open(to).await?;
        let sealed = Sealed::open(store.shared(), source).await?;
        let written = Snapshot::read(&sealed).await;
        store.close().await;
        let (wanted, written) = (self.content(), written?.transferred());
        if wanted == written {
            return Ok(written);
        }
        let message = format!("what was restored to {to} differs: {wanted:?} became {written:?}");
        Err(PortError::internal(OPERATION, message).with_hint("do not use it; remove it and try again"))
    }
}
