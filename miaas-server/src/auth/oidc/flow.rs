//! What a browser carries while somebody is at the provider, and what it comes back with.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use miaas_core::{ErrorKind, PortError, secret::constant_time_eq};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::OPERATION;
use crate::auth::random_bytes;

/// How long somebody may take at the provider.
pub(crate) const COOKIE_SECONDS: u64 = 600;
/// Longest page to come back to.
const MAX_PATH: usize = 500;

/// A sign-in that has begun. It lies in a cookie of the browser: none but that browser can finish it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// The page to come back to.
    pub(crate) to: String,
}

impl Pending {
    pub(super) fn new(to: String) -> Result<Self, PortError> {
        let random = || random_bytes().map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        Ok(Self { state: random()?, nonce: random()?, verifier: random()?, to })
    }

    /// The PKCE challenge, by the method S256.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// As the value of a cookie.
    pub(crate) fn write(&self) -> Result<String, PortError> {
        let failed = || PortError::internal(OPERATION, "a sign-in cannot be written down");
        serde_json::to_vec(self).map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|e| failed().with_source(e))
    }

    /// From the value of a cookie.
    pub(crate) fn read(cookie: Option<&str>) -> Result<Self, PortError> {
        let read = |text: &str| serde_json::from_slice::<Self>(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        cookie.and_then(read).filter(|pending| local(&pending.to)).ok_or_else(|| {
            PortError::new(ErrorKind::Invalid, OPERATION, "this browser began no sign-in, or long ago")
                .with_hint("sign in again")
        })
    }
}

/// Whether it is a page of this server: nobody is to be led elsewhere.
pub(crate) fn local(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    path.starts_with('/') && !path.starts_with("//") && path.len() <= MAX_PATH && path.chars().all(plain)
}

/// What the provider sent the browser back with.
#[derive(Debug, Default)]
pub(super) struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

impl Answer {
    pub(super) fn read(query: &str) -> Self {
        let mut answer = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "code" => answer.code = Some(value.into_owned()),
                "state" => answer.state = Some(value.into_owned()),
                "error" => answer.error = Some(value.chars().take(80).filter(char::is_ascii_graphic).collect()),
                _ => {}
            }
        }
        answer
    }

    /// The code, when this is the answer to that sign-in.
    pub(super) fn code(self, pending: &Pending) -> Result<String, PortError> {
        let refused =
            |message: String| PortError::new(ErrorKind::Unauthenticated, OPERATION, message).with_hint("sign in again");
        let state = self.state.unwrap_or_default();
        if !constant_time_eq(state.as_bytes(), pending.state.as_bytes()) {
            return Err(refused("the answer of the provider is for another sign-in".to_owned()));
        }
        if let Some(error) = self.error {
            return Err(refused(format!("the provider let nobody in: {error}")));
        }
        self.code.filter(|code| !code.is_empty()).ok_or_else(|| refused("the provider sent no code".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_only_pages_of_this_server_are_come_back_to() {
        for (path, fine) in [
            ("/", true),
            ("/deployments/web?tab=logs#x", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("", false),
            ("/a\nb", false),
        ] {
            assert_eq!(local(path), fine, "{path}");
            let pending = Pending::new(path.to_owned()).unwrap();
            assert_eq!(Pending::read(Some(&pending.write().unwrap())).is_ok(), fine, "{path}");
        }
        assert!(Pending::read(None).is_err() && Pending::read(Some("nonsense")).is_err());
    }

    #[test]
    fn s1_an_answer_counts_for_the_browser_that_asked() {
        let pending = Pending::new("/".to_owned()).unwrap();
        let (code, state) = ("a b", &pending.state);
        for (query, wanted) in [
            (format!("code=a+b&state={state}"), Some(code)),
            (format!("code=a+b&state={state}x"), None),
            ("code=a+b".to_owned(), None),
            (format!("code=a+b&state={state}&error=access_denied"), None),
            (format!("state={state}"), None),
        ] {
            assert_eq!(Answer::read(&query).code(&pending).ok().as_deref(), wanted, "{query}");
        }
    }
}
