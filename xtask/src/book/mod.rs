//! The book: its pages are all over the repository, so that each reads well where it is. `cargo xtask book` puts copies of them
//! together, lets mdBook build them, and follows every link of what came out.

mod html;
mod routes;
mod stage;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// Where the pages are put together, and the book is built, from the root.
const FOLDER: &str = "target/book";

/// Builds the book of the repository at `root`. Fails with every link that leads nowhere.
pub(crate) fn run(root: &Path) -> Result<String> {
    let folder = root.join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let staged = stage::stage(&repository(root)?, "docs/SUMMARY.md")?;
    for (path, text) in &staged.files {
        write(&folder.join("src").join(path), text)?;
    }
    for picture in &staged.pictures {
        copy(&root.join(picture), &folder.join("src").join(picture))?;
    }
    for file in ["book.toml", "book.css"] {
        write(&folder.join(file), &read(root, &format!("docs/{file}"))?)?;
    }
    mdbook(&folder)?;
    let pages = html::read(&folder.join("book"))?;
    let dead = html::check(&pages);
    if !dead.is_empty() {
        bail!("{} links of the book lead nowhere\n{}", dead.len(), dead.join("\n"));
    }
    let index = folder.join("book/index.html");
    Ok(format!("book: {} pages, every link leads somewhere: {}", staged.pages, index.display()))
}

/// Reads files of the repository by their path from its root; none for what is no file.
fn repository(root: &Path) -> Result<impl Fn(&str) -> Option<String>> {
    let routes = routes::markdown(&read(root, "docs/openapi.json")?)?;
    let root = root.to_owned();
    Ok(move |path: &str| Some(fs::read_to_string(root.join(path)).ok()?.replace("{{routes}}", &routes)))
}

fn read(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))
}

fn write(path: &PathBuf, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

fn mdbook(folder: &Path) -> Result<()> {
    let output = Command::new("mdbook")
        .arg("build")
        .arg(folder)
        .output()
        .context("cannot run mdbook: scripts/install-tools book installs it")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    // What is missing in an include is a warning to mdBook, and a hole in the page.
    if !output.status.success() || said.contains("ERROR") || said.contains("WARN") {
        bail!("mdbook does not build the book:\n{said}");
    }
    Ok(())
}
