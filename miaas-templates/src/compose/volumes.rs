//! Named volumes of the document.

use std::collections::BTreeMap;

use miaas_core::model::Volume;

use super::{
    cursor::{Cursor, Report},
    mounts::is_volume_name,
    short, support,
};

/// The top-level `volumes`.
pub(super) fn read(at: &Cursor<'_>, report: &mut Report<'_>) -> BTreeMap<String, Volume> {
    let mut out = BTreeMap::new();
    for (key, entry) in at.entries(report) {
        if !is_volume_name(&key.text) {
            report.issue(&entry, format!("{:?} is no name of a volume", short(&key.text)));
            continue;
        }
        let fields = entry.fields(support::VOLUME, report);
        if let Some(driver) = fields.get("driver") {
            driver.parsed(report, |d| if d == "local" { Ok(()) } else { Err("is no supported driver: use local") });
        }
        let name = fields.get("name").and_then(|at| {
            at.parsed(report, |n| if is_volume_name(n) { Ok(n.to_owned()) } else { Err("is no name of a volume") })
        });
        let external = fields.get("external").and_then(|at| at.bool(report)).unwrap_or(false);
        let external_name = name.or_else(|| external.then(|| key.text.clone()));
        out.insert(key.text.clone(), Volume { external_name, external, ..Volume::default() });
    }
    out
}
