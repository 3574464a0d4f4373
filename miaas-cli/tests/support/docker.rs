//! The Docker engine of this machine.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::process::Command;

/// The prefix of the test images; none when there is no engine here, which the runner says loudly.
pub fn registry() -> Option<String> {
    if std::env::var_os("MIAAS_TEST_NO_DOCKER").is_some() {
        return None;
    }
    let set = std::env::var_os("MIAAS_TEST_REGISTRY").map(|v| v.to_string_lossy().into_owned());
    Some(set.unwrap_or_else(|| "127.0.0.1:5555/library".to_owned()))
}

/// What a command of the engine prints; it must succeed.
pub fn docker(args: &[&str]) -> String {
    let output = Command::new("docker").args(args).output().expect("docker runs");
    assert!(output.status.success(), "docker {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
