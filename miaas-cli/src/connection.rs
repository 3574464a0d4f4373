//! Which server is meant, and which key opens it: options first, then what `miaas dev` left in its state folder.

use std::{fs, io, path::Path};

use anyhow::Context as _;
use miaas_core::secret::Secret;

use crate::{cli::Global, failure::fail, paths};

/// Where `miaas server` listens unless told otherwise.
pub(crate) const DEFAULT_SERVER: &str = "http://127.0.0.1:7070";

/// A server and the key for it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) url: String,
    pub(crate) key: Secret,
}

/// Finds both.
pub(crate) fn find(global: &Global) -> anyhow::Result<Connection> {
    let state = global.state_dir();
    let dev = read(&paths::address_file(&state))?.map(|text| url(&text, false));
    let url = match &global.server {
        Some(server) => url(server, global.ca_pin.is_some()),
        None => dev.clone().unwrap_or_else(|| DEFAULT_SERVER.to_owned()),
    };
    let key = match (&global.api_key, &global.api_key_file) {
        (Some(key), _) => Some(key.expose().trim().to_owned()),
        (None, Some(file)) => {
            let text = read(file)?.with_context(|| format!("the API key file {} does not exist", file.display()))?;
            Some(text.trim().to_owned())
        }
        // The key of `miaas dev` goes to `miaas dev` only, never to another server.
        (None, None) if dev.as_ref() == Some(&url) => read(&paths::key_file(&state))?.map(|t| t.trim().to_owned()),
        (None, None) => None,
    };
    match key {
        Some(key) if !key.is_empty() => Ok(Connection { url, key: Secret::new(key) }),
        _ if global.server.is_none() && dev.is_none() => Err(fail(
            format!("no server is known: there is no {}", paths::address_file(&state).display()),
            "is the server running? `miaas dev` starts one that is found without options; else give --server and --api-key-file",
        )),
        _ => Err(fail(
            format!("no API key for {url}"),
            "give --api-key-file, --api-key or MIAAS_API_KEY; the first start of the server wrote one to admin.key in its state folder",
        )),
    }
}

/// Several addresses, separated by commas, as URLs.
pub(crate) fn urls(text: &str, pinned: bool) -> String {
    text.split(',').map(|one| url(one, pinned)).collect::<Vec<_>>().join(",")
}

/// An address as a URL: the scheme may be left out, and is `https` where there is a pin.
pub(crate) fn url(text: &str, pinned: bool) -> String {
    let text = text.trim().trim_end_matches('/');
    match (text.contains("://"), pinned) {
        (true, _) => text.to_owned(),
        (false, true) => format!("https://{text}"),
        (false, false) => format!("http://{text}"),
    }
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global(state: &Path) -> Global {
        Global { state_dir: Some(state.to_owned()), ..Global::default() }
    }

    #[test]
    fn what_dev_left_is_found_but_never_sent_elsewhere() {
        let state = tempfile::tempdir().unwrap();
        let error = find(&global(state.path())).unwrap_err();
        assert!(error.to_string().starts_with("no server is known"), "{error}");

        fs::write(state.path().join("address"), "http://127.0.0.1:1234\n").unwrap();
        fs::write(state.path().join("admin.key"), "mia_dev\n").unwrap();
        let found = find(&global(state.path())).unwrap();
        assert_eq!((found.url.as_str(), found.key.expose()), ("http://127.0.0.1:1234", "mia_dev"));

        let same = Global { server: Some("127.0.0.1:1234/".to_owned()), ..global(state.path()) };
        assert_eq!(find(&same).unwrap().key.expose(), "mia_dev");
        let other = Global { server: Some("http://example.org".to_owned()), ..global(state.path()) };
        assert_eq!(find(&other).unwrap_err().to_string(), "no API key for http://example.org");

        let own = Global { api_key: Some(Secret::new("mia_own")), ..other };
        assert_eq!(find(&own).unwrap().key.expose(), "mia_own");
    }
}
