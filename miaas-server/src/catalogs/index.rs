//! An index on the web: a document that names archives with their digests.

use std::path::Path;

use miaas_core::{ErrorKind, PortError, hash::sha256_hex, name::Name};
use serde::Deserialize;
use url::Url;

use super::{fetch::Web, source::IndexSource, unpack::unpack};

const OPERATION: &str = "catalog.index";
/// Largest index, in bytes.
const LARGEST_INDEX: usize = 1024 * 1024;
/// Largest archive, in bytes.
const LARGEST_ARCHIVE: usize = 8 * 1024 * 1024;
/// Most templates of an index.
const MOST: usize = 1000;

/// The document.
#[derive(Debug, Deserialize)]
struct Index {
    templates: Vec<Item>,
}

/// One template.
#[derive(Debug, Deserialize)]
struct Item {
    name: Name,
    /// Address of a `.tar.gz`; relative ones count from the index.
    url: String,
    sha256: String,
}

/// Fetches every template of an index into a folder. One that cannot be had or is not what the index says is left out; none
/// at all is an error, and the copy from before stays.
pub(super) async fn fetch(source: &IndexSource, to: &Path) -> Result<(), PortError> {
    let wrong = |e: String| PortError::new(ErrorKind::Invalid, OPERATION, format!("{} is no index: {e}", source.url));
    let base = Url::parse(&source.url).map_err(|e| wrong(e.to_string()))?;
    let web = Web::new()?;
    let text = web.get(&base, LARGEST_INDEX).await?;
    let digest = sha256_hex(&text);
    match &source.sha256 {
        Some(wanted) if *wanted != digest => {
            let message = format!("{} has the digest {digest} and not {wanted}", source.url);
            return Err(PortError::new(ErrorKind::Invalid, OPERATION, message)
                .with_hint("look what has changed, then pin the new digest"));
        }
        Some(_) => {}
        None => tracing::warn!(url = source.url, digest, "this catalogue is not pinned: add @sha256: and the digest"),
    }
    let index: Index = serde_json::from_slice(&text).map_err(|e| wrong(e.to_string()))?;
    if index.templates.len() > MOST {
        return Err(wrong(format!("it names more than {MOST} templates")));
    }
    std::fs::create_dir_all(to).map_err(|e| super::fetch::failed("make", to, e))?;
    let mut last = None;
    let mut had = 0;
    for item in &index.templates {
        let one = async {
            let url = base.join(&item.url).map_err(|e| wrong(format!("{:?}: {e}", item.url)))?;
            let archive = web.get(&url, LARGEST_ARCHIVE).await?;
            let digest = sha256_hex(&archive);
            if !digest.eq_ignore_ascii_case(&item.sha256) {
                let message = format!("{url} has the digest {digest} and not {}", item.sha256);
                return Err(PortError::new(ErrorKind::Invalid, OPERATION, message));
            }
            unpack(&archive, &to.join(item.name.as_str()))
                .map_err(|why| PortError::new(ErrorKind::Invalid, OPERATION, format!("{url}: {why}")))
        };
        if let Err(e) = one.await {
            super::fetch::clear(&to.join(item.name.as_str()))?;
            tracing::warn!(template = %item.name, error = %e.chain(), "a template of the index is left out");
            last = Some(e);
        } else {
            had += 1;
        }
    }
    last.filter(|_| had == 0).map_or(Ok(()), Err)
}
