//! Runs the real binary, away from the settings of whoever runs the tests.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::{
    path::Path,
    process::{Command, Output},
};

pub mod dev;
pub mod docker;
pub mod fleet;
pub mod podman;
pub mod proc;

/// The binary with a state folder of its own and nothing from the environment.
pub fn miaas(state: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_miaas"));
    for name in ["MIAAS_SERVER", "MIAAS_API_KEY", "MIAAS_API_KEY_FILE", "MIAAS_STATE_DIR", "MIAAS_STORE", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.env("HOME", state).env("MIAAS_STATE_DIR", state);
    command
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// Runs it to its end.
pub fn run(state: &Path, args: &[&str]) -> Said {
    miaas(state).args(args).output().expect("the binary runs").into()
}
