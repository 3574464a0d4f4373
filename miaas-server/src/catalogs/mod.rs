//! Catalogues of the operator (T7): folders, git repositories, and indexes of archives on the web. What is not on this machine
//! is fetched at the start into the state directory; when that fails, the copy of the last time is used, and the log says so.
//! A template that is broken, or whose name is taken, is left out with a message, and the rest works.

mod fetch;
mod git;
mod index;
mod source;
mod unpack;

use std::path::{Path, PathBuf};

use miaas_core::{PortError, hash::sha256_hex};
use miaas_templates::Catalog;

pub use source::CatalogSource;

/// The built-in templates and those of the sources, in their order: the first has a name that several want.
///
/// # Errors
/// `NotFound` or `Unavailable` when a source cannot be had and there is no copy of it.
pub(crate) async fn load(sources: &[CatalogSource], state_dir: &Path) -> Result<Catalog, PortError> {
    let mut catalog = Catalog::builtin()?;
    for source in sources {
        catalog = catalog.with_dir(&folder(source, state_dir).await?)?;
    }
    for problem in catalog.problems() {
        let issues = problem.issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        tracing::warn!(directory = problem.origin, issues, "a template is left out of the catalogue");
    }
    Ok(catalog)
}

/// The folder with the templates of a source.
async fn folder(source: &CatalogSource, state_dir: &Path) -> Result<PathBuf, PortError> {
    let copy = |text: &str| state_dir.join("catalogs").join(&sha256_hex(text.as_bytes())[..16]);
    let (name, copy) = match source {
        CatalogSource::Folder(path) => return Ok(path.clone()),
        remote => (remote.to_string(), copy(&remote.to_string())),
    };
    let fresh = copy.with_extension("new");
    fetch::clear(&fresh)?;
    let fetched = match source {
        CatalogSource::Git(git) => git::fetch(git, &fresh).await,
        CatalogSource::Index(index) => index::fetch(index, &fresh).await,
        CatalogSource::Folder(_) => Ok(()),
    };
    match fetched {
        Ok(()) => {
            fetch::replace(&copy, &fresh)?;
            tracing::info!(catalogue = name, "fetched");
        }
        Err(e) if copy.is_dir() => {
            fetch::clear(&fresh)?;
            let hint = e.hint().unwrap_or_default().to_owned();
            tracing::warn!(catalogue = name, error = %e.chain(), hint, "not fetched: the copy of the last time is used");
        }
        Err(e) => {
            fetch::clear(&fresh)?;
            return Err(e);
        }
    }
    match source {
        CatalogSource::Git(git) => Ok(git.folder.as_ref().map_or_else(|| copy.clone(), |inside| copy.join(inside))),
        CatalogSource::Index(_) | CatalogSource::Folder(_) => Ok(copy),
    }
}
