//! Where `miaas dev` keeps its state, and what lies there for the other commands.

use std::path::{Path, PathBuf};

/// The state folder of `miaas dev` unless told otherwise: `$XDG_STATE_HOME/miaas/dev`, usually `~/.local/state/miaas/dev`.
pub(crate) fn default_state_dir() -> PathBuf {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let xdg = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).and_then(absolute);
    let home = || std::env::home_dir().and_then(absolute).map(|home| home.join(".local/state"));
    xdg.or_else(home).unwrap_or_else(|| PathBuf::from(".miaas")).join("miaas/dev")
}

/// The file with the address of the running `miaas dev`.
pub(crate) fn address_file(state: &Path) -> PathBuf {
    state.join("address")
}

/// The file with its API key.
pub(crate) fn key_file(state: &Path) -> PathBuf {
    state.join("admin.key")
}
