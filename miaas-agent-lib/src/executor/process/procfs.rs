//! What procfs says of processes. A process is known by its id *and* the time of its start: ids are used again.

use std::fs;

use rustix::process::{Pid, Signal};

/// One process, told apart from a later one with the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProcessId {
    /// Process id; also the id of its process group.
    pub pid: i32,
    /// Session that it was started in.
    pub session: i32,
    /// Start in clock ticks since boot.
    pub start: u64,
}

/// The columns of `/proc/<pid>/stat` that are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stat {
    pub state: String,
    pub parent: i32,
    pub group: i32,
    pub session: i32,
    pub start: u64,
}

impl Stat {
    fn lives(&self) -> bool {
        !matches!(self.state.as_str(), "Z" | "X")
    }
}

/// Parses `/proc/<pid>/stat`. The second column is the program's name, which may hold anything, also `)`.
pub(super) fn parse_stat(text: &str) -> Option<Stat> {
    let columns: Vec<&str> = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace().collect();
    // The first column here is the third of the file.
    let number = |column: usize| columns.get(column - 3);
    Some(Stat {
        state: (*number(3)?).to_owned(),
        parent: number(4)?.parse().ok()?,
        group: number(5)?.parse().ok()?,
        session: number(6)?.parse().ok()?,
        start: number(22)?.parse().ok()?,
    })
}

fn stat(pid: i32) -> Option<Stat> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

impl ProcessId {
    /// Parses what the wrapper of a service wrote: process id, session, start.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let id = Self {
            pid: words.next()?.parse().ok()?,
            session: words.next()?.parse().ok()?,
            start: words.next()?.parse().ok()?,
        };
        (id.pid > 1).then_some(id)
    }

    /// Whether exactly this process still runs. One that has ended but was not yet waited for does not.
    pub(super) fn lives(&self) -> bool {
        stat(self.pid).is_some_and(|s| s.start == self.start && s.lives())
    }

    /// Sends a signal to what the wrapper runs, as an engine does to the first process of a container: a shell that gets
    /// the signal together with its children would say that they were terminated.
    pub(super) fn signal_service(&self, signal: Signal) {
        for pid in processes().filter(|pid| stat(*pid).is_some_and(|s| s.parent == self.pid && s.start >= self.start)) {
            // Looked at last, so that the wrapper's children cannot be another process's.
            if self.lives()
                && let Some(pid) = Pid::from_raw(pid)
            {
                let _ = rustix::process::kill_process(pid, signal);
            }
        }
    }

    /// Sends a signal to its whole group; nothing happens when it does not live any more.
    pub(super) fn signal_group(&self, signal: Signal) {
        if self.lives()
            && let Some(pid) = Pid::from_raw(self.pid)
        {
            // The group may end between the look and the call: then there is nobody to tell.
            let _ = rustix::process::kill_process_group(pid, signal);
        }
    }
}

/// Kills what is left of a run: every process that carries its mark in the environment, or is in its group and session.
/// (A program may overwrite its environment, and may leave its group; doing both it hides.)
pub(super) fn kill_leftovers(mark: &str, leader: Option<ProcessId>) {
    // What is killed may have forked meanwhile: look again until nothing is found.
    for _ in 0..8 {
        let found: Vec<Pid> = processes().filter(|pid| belongs(*pid, mark, leader)).filter_map(Pid::from_raw).collect();
        if found.is_empty() {
            return;
        }
        for pid in found {
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
    }
}

fn belongs(pid: i32, mark: &str, leader: Option<ProcessId>) -> bool {
    let Some(stat) = stat(pid).filter(Stat::lives) else { return false };
    let in_group = leader.is_some_and(|l| stat.group == l.pid && stat.session == l.session && stat.start >= l.start);
    in_group
        || fs::read(format!("/proc/{pid}/environ")).is_ok_and(|e| e.split(|b| *b == 0).any(|v| v == mark.as_bytes()))
}

fn processes() -> impl Iterator<Item = i32> {
    let own = i32::try_from(std::process::id()).unwrap_or(0);
    let entries = fs::read_dir("/proc").into_iter().flatten();
    entries.filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok()).filter(move |pid| *pid != own)
}

/// Identity of this boot of the machine; empty where it cannot be read.
pub(super) fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|t| t.trim().to_owned()).unwrap_or_default()
}

/// A random identity from the kernel.
pub(super) fn random_id() -> std::io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/uuid")?.trim().to_owned())
}

/// The signal of this name (`SIGTERM`, `TERM`) or number.
pub(super) fn signal(name: &str) -> Option<Signal> {
    const KNOWN: [(&str, Signal); 8] = [
        ("HUP", Signal::HUP),
        ("INT", Signal::INT),
        ("QUIT", Signal::QUIT),
        ("KILL", Signal::KILL),
        ("USR1", Signal::USR1),
        ("USR2", Signal::USR2),
        ("TERM", Signal::TERM),
        ("WINCH", Signal::WINCH),
    ];
    let upper = name.trim().to_ascii_uppercase();
    let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
    KNOWN.into_iter().find(|(known, s)| *known == bare || s.as_raw().to_string() == bare).map(|(_, s)| s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stat_is_read_past_any_program_name() {
        let text = "4242 (a) b (c) S 1 4242 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2";
        let wanted = Stat { state: "S".into(), parent: 1, group: 4242, session: 77, start: 987_654 };
        assert_eq!(parse_stat(text), Some(wanted));
        for bad in ["", "1 (x", "1 (x) S 1", "no brackets at all"] {
            assert_eq!(parse_stat(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_process_id_that_was_used_again_is_another_process() {
        let own = i32::try_from(std::process::id()).unwrap();
        let stat = stat(own).unwrap();
        let id = ProcessId { pid: own, session: stat.session, start: stat.start };
        assert!(id.lives());
        assert!(!ProcessId { start: stat.start - 1, ..id }.lives());
        // Would end this test run if it reached the group.
        ProcessId { start: stat.start - 1, ..id }.signal_group(Signal::KILL);
    }

    #[test]
    fn only_whole_identities_are_parsed() {
        assert_eq!(ProcessId::parse("12 3 45\n"), Some(ProcessId { pid: 12, session: 3, start: 45 }));
        for bad in ["", "12", "12 3", "x y z", "0 0 0", "1 1 5", "-4 1 5"] {
            assert_eq!(ProcessId::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn signals_have_names_and_numbers() {
        for name in ["SIGTERM", "term", "15"] {
            assert_eq!(signal(name), Some(Signal::TERM), "{name}");
        }
        assert_eq!(signal("SIGNOPE"), None);
    }
}
