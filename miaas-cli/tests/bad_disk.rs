//! A disk that fails under a running server: the kernel makes its file system read-only (D7).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use support::fleet::Fleet;

/// Runs a command of the system; what it printed, or why it failed.
fn system(command: &[&str]) -> Result<String, String> {
    let done = Command::new(command[0]).args(&command[1..]).output().map_err(|e| format!("{command:?}: {e}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if done.status.success() { Ok(text(&done.stdout)) } else { Err(format!("{command:?}: {}", text(&done.stderr))) }
}

/// A file system on a disk that stops taking writes when it is told to: its blocks are those of a file that lies where
/// there is little room.
struct BadDisk {
    room: PathBuf,
    device: String,
    at: PathBuf,
}

impl BadDisk {
    /// None where no such thing can be had.
    fn mount(at: &Path, room: &Path) -> Option<Self> {
        match Self::try_mount(at, room) {
            Ok(disk) => Some(disk),
            Err(why) => {
                eprintln!("skipped: a disk that fails cannot be had here: {why}");
                None
            }
        }
    }

    fn try_mount(at: &Path, room: &Path) -> Result<Self, String> {
        fs::create_dir_all(at).unwrap();
        fs::create_dir_all(room).unwrap();
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        system(&["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", &text(room)])?;
        let mut disk = Self { room: room.to_owned(), device: String::new(), at: at.to_owned() };
        let file = text(&room.join("disk"));
        system(&["truncate", "-s", "96m", &file])?;
        system(&["mkfs.ext4", "-q", "-E", "lazy_itable_init=1,lazy_journal_init=1", &file])?;
        disk.device = system(&["losetup", "-f", "--show", &file])?;
        disk.attach()?;
        fs::set_permissions(at, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        Ok(disk)
    }

    fn attach(&self) -> Result<String, String> {
        system(&["mount", "-o", "errors=remount-ro", &self.device, self.at.to_str().unwrap()])
    }

    /// From now on no new block is taken.
    fn fail(&self) {
        let mut file = fs::File::create(self.room.join("filler")).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    /// What an operator does: checks the file system and mounts it again.
    fn repair(&self) {
        fs::remove_file(self.room.join("filler")).unwrap();
        system(&["umount", self.at.to_str().unwrap()]).unwrap();
        // It answers 1 for what it has mended.
        Command::new("fsck.ext4").args(["-p", &self.device]).output().unwrap();
        self.attach().unwrap();
    }
}

impl Drop for BadDisk {
    fn drop(&mut self) {
        system(&["umount", "-l", self.at.to_str().unwrap()]).ok();
        system(&["losetup", "-d", &self.device]).ok();
        system(&["umount", "-l", self.room.to_str().unwrap()]).ok();
    }
}

#[test]
fn d7_a_disk_that_becomes_read_only_is_named_and_nothing_that_was_acknowledged_is_lost() {
    let fleet = Fleet::new();
    let Some(disk) = BadDisk::mount(&fleet.path("server"), &fleet.path("room")) else { return };
    let server = fleet.server();
    let agent = fleet.agent("alpha", Some(&fleet.token(1)));
    fleet.until_online(1);
    let deploy = |name: &str| {
        let file = fleet.path(&format!("{name}.yaml"));
        let limits = "{resources: {limits: {cpus: '0.001', memory: 1m}}}";
        let text = format!("services: {{main: {{image: none:1, x-process: [sleep, '90000'], deploy: {limits}}}}}");
        fs::write(&file, text).unwrap();
        fleet.cli(&["deploy", name, "-f", file.to_str().unwrap(), "--no-wait"])
    };
    assert_eq!(deploy("first").code, Some(0));
    fleet.until("it is ready", || fleet.json(&["get", "first"])["status"] == "ready");
    disk.fail();
    let mut acknowledged = vec!["first".to_owned()];
    let mut refusals = Vec::new();
    for i in 0..400 {
        let said = deploy(&format!("s{i}"));
        match said.code {
            Some(0) => acknowledged.push(format!("s{i}")),
            _ => refusals.push(said.err),
        }
        if refusals.len() >= 3
            && fs::File::create(fleet.path("server/probe")).is_err_and(|e| e.raw_os_error() == Some(30))
        {
            break;
        }
    }
    let last = deploy("after");
    assert_eq!(last.code, Some(1), "{last:?}");
    assert!(last.err.contains("read-only") || last.err.contains("readonly"), "{last:?}\n{refusals:?}");
    assert_eq!(fleet.cli(&["get"]).code, Some(0), "reading goes on");
    assert_eq!(fleet.json(&["get", "first"])["status"], "ready", "what runs is left alone");
    drop(server);
    disk.repair();
    let server = fleet.server();
    let there: Vec<String> = fleet.json(&["get"]).as_array().unwrap().iter().map(name_of).collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|name| !there.contains(name)).collect();
    eprintln!(
        "{} acknowledged, {} refused, {} there after the repair",
        acknowledged.len(),
        refusals.len(),
        there.len()
    );
    assert!(lost.is_empty(), "acknowledged and gone: {lost:?}");
    fleet.until("everything is ready", || {
        fleet.json(&["get"]).as_array().unwrap().iter().all(|d| d["status"] == "ready")
    });
    drop((agent, server));
}

fn name_of(deployment: &Value) -> String {
    deployment["name"].as_str().unwrap().to_owned()
}
