//! The files of one template directory, wherever they come from.

use std::collections::BTreeMap;

use miaas_core::spec::Issue;

/// Longest file of a template, in bytes.
pub(super) const MAX_FILE: usize = 1 << 20;

/// Contents by path from the directory of the template, with `/` between the parts.
#[derive(Debug, Default)]
pub(super) struct Files(pub(super) BTreeMap<String, Vec<u8>>);

impl Files {
    /// The text of a file; none when there is no such file.
    pub(super) fn text(&self, origin: &str, name: &str) -> Result<Option<String>, Vec<Issue>> {
        let Some(bytes) = self.0.get(name) else { return Ok(None) };
        let wrong = |why: String| vec![Issue::new("", format!("{origin}/{name}: {why}"))];
        if bytes.len() > MAX_FILE {
            return Err(wrong(format!("the file is longer than {} KiB", MAX_FILE / 1024)));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(e) => Err(wrong(format!("the file is not UTF-8 from byte {} on", e.valid_up_to()))),
        }
    }

    /// The text of a file that has to be there.
    pub(super) fn needed(&self, origin: &str, name: &str) -> Result<String, Vec<Issue>> {
        self.text(origin, name)?.ok_or_else(|| vec![Issue::new("", format!("{origin}/{name}: the file is missing"))])
    }

    /// The texts of `examples/NAME.yaml`, by name.
    pub(super) fn examples(&self, origin: &str) -> Result<BTreeMap<String, String>, Vec<Issue>> {
        let mut out = BTreeMap::new();
        for path in self.0.keys() {
            let name = path.strip_prefix("examples/").and_then(|rest| rest.strip_suffix(".yaml"));
            if let Some(name) = name.filter(|n| !n.contains('/'))
                && let Some(text) = self.text(origin, path)?
            {
                out.insert(name.to_owned(), text);
            }
        }
        Ok(out)
    }
}
