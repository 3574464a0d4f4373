//! The rules of ARCHITECTURE.md that need their own guard. One file per rule; each is a pure function from what was read
//! to a list of complaints, so that its test can plant a violation and see it reported.

mod layers;
mod leftovers;
mod links;
mod pure_trees;
mod purity;
mod sizes;
mod snippets;
mod source;
mod tree_lists;

use std::path::Path;

use anyhow::{Result, bail};

/// Checks the repository at `root`. Fails with every complaint, one a line.
pub(crate) fn run(root: &Path) -> Result<String> {
    let sources = source::rust_files(root)?;
    let mut complaints = Vec::new();
    complaints.extend(sizes::check(&sources));
    complaints.extend(purity::check(&sources));
    complaints.extend(leftovers::check(&sources));
    let documents = source::markdown_files(root)?;
    complaints.extend(links::check(&documents, |path| root.join(path).exists()));
    complaints.extend(snippets::check(&documents));
    complaints.extend(layers::check(&layers::workspace(root)?));
    complaints.extend(pure_trees::check_workspace(root)?);
    complaints.extend(tree_lists::check_workspace(root)?);
    if complaints.is_empty() {
        return Ok(format!("tidy: {}", sizes::summary(&sources)));
    }
    bail!("{} complaints\n{}", complaints.len(), complaints.join("\n"))
}

/// Writes what is compared with.
pub(crate) fn bless(root: &Path) -> Result<String> {
    tree_lists::bless(root)
}
