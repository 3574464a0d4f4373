//! TCP ports on which some process of the node listens, from procfs: no privilege and no helper program is needed.

use std::{collections::BTreeSet, fs, path::Path};

/// State `TCP_LISTEN` in the fourth column.
const LISTEN: &str = "0A";

/// The listening ports of IPv4 and IPv6, sorted, each once.
pub(super) fn listening(proc_root: &Path) -> Vec<u16> {
    let tables = ["net/tcp", "net/tcp6"].map(|name| fs::read_to_string(proc_root.join(name)).unwrap_or_default());
    let all: BTreeSet<u16> = tables.iter().flat_map(|table| parse_listening(table)).collect();
    all.into_iter().collect()
}

/// The listening ports in a table as `/proc/net/tcp` and `/proc/net/tcp6` show it. Lines that are no entries are skipped.
pub fn parse_listening(table: &str) -> Vec<u16> {
    table
        .lines()
        .filter_map(|line| {
            let mut columns = line.split_ascii_whitespace();
            let (local, state) = (columns.nth(1)?, columns.nth(1)?);
            if state != LISTEN {
                return None;
            }
            u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()
        })
        .collect()
}
