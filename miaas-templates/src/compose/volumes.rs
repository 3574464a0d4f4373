//! Named volumes of the document.

use std::collections::BTreeMap;

use miaas_core::model::Volume;

use super::{
    cursor::{Cursor, Report},
    environment::{labels, options},
    mounts::is_volume_name,
    short, support,
};

/// The top-level `volumes`.
pub(super) fn read(at: &Cursor<'_>, report: &mut Report) -> BTreeMap<String, Volume> {
    let mut out = BTreeMap::new();
    for (key, entry) in at.parts(report) {
        if !is_volume_name(&key.text) {
            report.issue(&entry, format!("{:?} is no name of a volume", short(&key.text)));
            continue;
        }
        let fields = entry.fields(support::VOLUME, report);
        let name = fields.get("name").and_then(|at| {
            at.parsed(report, |n| if is_volume_name(n) { Ok(n.to_owned()) } else { Err("is no name of a volume") })
        });
        let external = fields.get("external").and_then(|at| at.bool(report)).unwrap_or(false);
        let external_name = name.or_else(|| external.then(|| key.text.clone()));
        if external && fields.keys().any(|f| !matches!(*f, "name" | "external")) {
            report.issue_hint(
                &entry,
                "an external volume is made by somebody else",
                "leave `external` out, or everything else than `name`",
            );
        }
        out.insert(
            key.text.clone(),
            Volume {
                external_name,
                external,
                // `local` is the engine's own, and what every volume was before.
                driver: fields.get("driver").and_then(|at| at.plain(report)).filter(|d| d != "local"),
                driver_opts: fields.get("driver_opts").map(|at| options(at, report)).unwrap_or_default(),
                labels: fields.get("labels").map(|at| labels(at, report)).unwrap_or_default(),
            },
        );
    }
    out
}
