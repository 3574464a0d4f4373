//! The built-in templates, embedded when this crate is compiled: every directory of `templates/`, which is a link to that of the
//! repository, so that they are in the package of this crate.

use std::collections::BTreeMap;

use rust_embed::RustEmbed;

use super::files::Files;

#[derive(RustEmbed)]
#[folder = "templates"]
struct Embedded;

/// The files of each directory, by its name.
pub(super) fn directories() -> BTreeMap<String, Files> {
    let mut out: BTreeMap<String, Files> = BTreeMap::new();
    for path in Embedded::iter() {
        if let Some((dir, rest)) = path.split_once('/')
            && let Some(file) = Embedded::get(&path)
        {
            out.entry(dir.to_owned()).or_default().0.insert(rest.to_owned(), file.data.into_owned());
        }
    }
    out
}
