//! Where a catalogue comes from.

use std::{
    fmt,
    path::{Component, Path, PathBuf},
    str::FromStr,
};

use miaas_core::{ErrorKind, PortError};

/// A source of templates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatalogSource {
    /// A folder of template directories on this machine.
    Folder(PathBuf),
    /// A git repository: `git+https://host/repo`, or an address that ends with `.git`; with `//folder` inside of it and
    /// `#branch`, `#tag` or `#commit`.
    Git(GitSource),
    /// A document on the web that lists archives, pinned with `@sha256:…`.
    Index(IndexSource),
}

/// A git repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitSource {
    pub(super) url: String,
    pub(super) folder: Option<PathBuf>,
    pub(super) reference: Option<String>,
}

/// A list of archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSource {
    pub(super) url: String,
    pub(super) sha256: Option<String>,
}

impl FromStr for CatalogSource {
    type Err = PortError;

    fn from_str(text: &str) -> Result<Self, PortError> {
        let invalid = |why: &str| {
            PortError::new(ErrorKind::Invalid, "catalog.source", format!("{text:?} is no catalogue: {why}"))
                .with_hint("give a folder, git+https://host/repo.git//folder#tag, or https://host/index.json@sha256:…")
        };
        let (main, reference) = match text.split_once('#') {
            Some((main, reference)) => (main, Some(reference)),
            None => (text, None),
        };
        // The folder stands behind the second `//`: the first belongs to the scheme.
        let start = main.find("://").map_or(0, |i| i + 3);
        let (address, folder) = match main[start..].find("//") {
            Some(i) => (&main[..start + i], Some(&main[start + i + 2..])),
            None => (main, None),
        };
        if let Some(url) = address.strip_prefix("git+").or_else(|| address.ends_with(".git").then_some(address)) {
            if url.starts_with('-') || url.is_empty() {
                return Err(invalid("the repository has no address"));
            }
            let plain = |r: &str| !r.is_empty() && !r.starts_with('-') && r.chars().all(|c| c.is_ascii_graphic());
            if reference.is_some_and(|r| !plain(r)) {
                return Err(invalid("behind # stands a branch, a tag or a commit"));
            }
            let below = |p: &str| Path::new(p).components().all(|c| matches!(c, Component::Normal(_)));
            if folder.is_some_and(|f| f.is_empty() || !below(f)) {
                return Err(invalid("behind // stands a folder of the repository"));
            }
            return Ok(Self::Git(GitSource {
                url: url.to_owned(),
                folder: folder.map(PathBuf::from),
                reference: reference.map(str::to_owned),
            }));
        }
        if !text.starts_with("https://") && !text.starts_with("http://") {
            return Ok(Self::Folder(PathBuf::from(text)));
        }
        let (url, sha256) = match text.rsplit_once("@sha256:") {
            Some((url, digest)) => (url, Some(digest.to_ascii_lowercase())),
            None => (text, None),
        };
        if sha256.as_ref().is_some_and(|d| d.len() != 64 || !d.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Err(invalid("a digest has 64 hexadecimal digits"));
        }
        if sha256.is_none() && url.starts_with("http://") {
            return Err(invalid("what comes over plain HTTP must be pinned with @sha256:…"));
        }
        Ok(Self::Index(IndexSource { url: url.to_owned(), sha256 }))
    }
}

impl fmt::Display for CatalogSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Git(git) => {
                write!(f, "git+{}", git.url)?;
                if let Some(folder) = &git.folder {
                    write!(f, "//{}", folder.display())?;
                }
                git.reference.as_ref().map_or(Ok(()), |r| write!(f, "#{r}"))
            }
            Self::Index(index) => {
                f.write_str(&index.url)?;
                index.sha256.as_ref().map_or(Ok(()), |d| write!(f, "@sha256:{d}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t7_sources_are_read_and_shown() {
        let digest = "a".repeat(64);
        for (text, shown) in [
            ("./templates", "./templates"),
            ("git+https://host/repo", "git+https://host/repo"),
            ("https://host/repo.git//a/b#v1.2", "git+https://host/repo.git//a/b#v1.2"),
            ("/srv/repo.git", "git+/srv/repo.git"),
            ("git@host:me/repo.git#main", "git+git@host:me/repo.git#main"),
            (&format!("http://host/index.json@sha256:{digest}"), &format!("http://host/index.json@sha256:{digest}")),
            ("https://host/index.json", "https://host/index.json"),
        ] {
            assert_eq!(text.parse::<CatalogSource>().unwrap().to_string(), shown);
        }
        for text in [
            "http://host/index.json",
            "https://host/i@sha256:abc",
            "git+",
            "git+--upload-pack=x",
            "git+https://host/r#--x",
            "https://host/r.git//../x",
            "https://host/r.git//",
        ] {
            assert!(text.parse::<CatalogSource>().unwrap_err().hint().is_some(), "{text}");
        }
    }
}
