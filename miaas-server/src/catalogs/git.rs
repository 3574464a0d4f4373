//! Repositories by the program `git`, without the settings, hooks and helpers of whoever runs the server.

use std::{path::Path, process::Stdio, time::Duration};

use miaas_core::{ErrorKind, PortError};
use tokio::{process::Command, time::timeout};

use super::{fetch::failed, source::GitSource};

const OPERATION: &str = "catalog.git";
const LIMIT: Duration = Duration::from_secs(120);

/// Fetches one commit into a folder.
pub(super) async fn fetch(source: &GitSource, to: &Path) -> Result<(), PortError> {
    std::fs::create_dir_all(to).map_err(|e| failed("make", to, e))?;
    let reference = source.reference.as_deref().unwrap_or("HEAD");
    run(to, &["init", "--quiet"]).await?;
    run(to, &["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", &source.url, reference])
        .await
        .map_err(|e| {
            e.with_hint("check the address and the branch, tag or whole commit behind #; private repositories need a key for ssh")
        })?;
    run(to, &["checkout", "--quiet", "--detach", "FETCH_HEAD"]).await?;
    // Someone who names a commit wants that one and no other.
    if reference.len() == 40 && reference.bytes().all(|b| b.is_ascii_hexdigit()) {
        let head = run(to, &["rev-parse", "HEAD"]).await?;
        if head.trim() != reference {
            let text = format!("{} gave commit {} and not {reference}", source.url, head.trim());
            return Err(PortError::unavailable(OPERATION, text));
        }
    }
    let git = to.join(".git");
    std::fs::remove_dir_all(&git).map_err(|e| failed("remove", &git, e))
}

async fn run(folder: &Path, arguments: &[&str]) -> Result<String, PortError> {
    let mut command = Command::new("git");
    command.current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    // Symbolic links could lead out of the folder, hooks could run anything, and nobody is there to type a password.
    for setting in
        ["core.symlinks=false", "core.hooksPath=/dev/null", "credential.helper=", "transfer.fsckObjects=true"]
    {
        command.args(["-c", setting]);
    }
    command.args(arguments);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_TERMINAL_PROMPT", "0");
    command.env("GIT_ALLOW_PROTOCOL", "https:ssh:file:http").env("GIT_LFS_SKIP_SMUDGE", "1");
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    let what = arguments.first().copied().unwrap_or_default();
    let output = match timeout(LIMIT, command.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(e)) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(PortError::new(ErrorKind::Unsupported, OPERATION, "the program git is not installed")
                .with_hint("install it, or give a folder that you update yourself"));
        }
        Ok(Err(e)) => return Err(PortError::unavailable(OPERATION, format!("git {what} does not run")).with_source(e)),
        Err(_) => return Err(PortError::unavailable(OPERATION, format!("git {what} took longer than {LIMIT:?}"))),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: String = said.trim().chars().take(400).collect();
        return Err(PortError::unavailable(OPERATION, format!("git {what} failed: {said}")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
