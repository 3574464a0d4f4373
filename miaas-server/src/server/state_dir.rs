//! The directory with the state of a server.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::Path,
};

use miaas_core::PortError;

/// Creates the directory for this user only. One that is there already keeps its permissions, with a warning when others
/// can look into it.
pub(crate) fn create(path: &Path) -> Result<(), PortError> {
    let failed = |error| {
        PortError::unavailable("server.state_dir", format!("cannot create the state directory {}", path.display()))
            .with_source(error)
            .with_hint("choose another one with --state-dir")
    };
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "others can read the state directory, which holds secrets: chmod 700 it");
    }
    Ok(())
}
