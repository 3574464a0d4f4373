//! Passwords: checked against rules, hashed by Argon2id, and compared.
//!
//! The cost is that of the OWASP recommendation (19 MiB, two passes). Few are hashed at a time: whoever guesses shall not take the
//! memory and the cores of the server.

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString, rand_core::OsRng},
};
use miaas_core::{PortError, secret::Secret, spec::Issue};
use tokio::{sync::Semaphore, task::spawn_blocking};

const OPERATION: &str = "auth.password";
/// Shortest and longest password, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=1_000;
/// So many are hashed at a time.
const AT_ONCE: usize = 2;

/// Hashes and compares.
#[derive(Debug)]
pub(super) struct Passwords {
    turns: Semaphore,
    /// Compared with where there is no such user, so that this takes as long.
    decoy: String,
}

impl Passwords {
    pub(super) fn new() -> Result<Self, PortError> {
        Ok(Self { turns: Semaphore::new(AT_ONCE), decoy: hash("nobody has this password")? })
    }

    /// The hash to store.
    pub(super) async fn hash(&self, password: &Secret) -> Result<String, PortError> {
        let password = password.clone();
        self.work(move || hash(password.expose())).await?
    }

    /// Whether it is the password of this hash; it never is without one.
    pub(super) async fn matches(&self, stored: Option<&str>, password: &Secret) -> Result<bool, PortError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        let password = password.clone();
        let same = self.work(move || {
            let parsed = PasswordHash::new(&stored)
                .map_err(|e| PortError::internal(OPERATION, "a stored hash is damaged").with_source(e.to_string()))?;
            Ok::<_, PortError>(Argon2::default().verify_password(password.expose().as_bytes(), &parsed).is_ok())
        });
        Ok(same.await?? && known)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PortError> {
        let broken = || PortError::internal(OPERATION, "a password could not be computed");
        let _turn = self.turns.acquire().await.map_err(|e| broken().with_source(e))?;
        spawn_blocking(work).await.map_err(|e| broken().with_source(e))
    }
}

fn hash(password: &str) -> Result<String, PortError> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    let failed = |e: argon2::password_hash::Error| {
        PortError::internal(OPERATION, "a password could not be hashed").with_source(e.to_string())
    };
    hash.map(|hash| hash.to_string()).map_err(failed)
}

/// What is wrong with a new password.
pub(super) fn flaw(path: &str, user: &str, password: &Secret) -> Option<Issue> {
    let text = password.expose();
    if !LENGTH.contains(&text.chars().count()) {
        let message = format!("it must have {} to {} characters", LENGTH.start(), LENGTH.end());
        return Some(Issue::new(path, message).with_hint("several words that do not belong together are easy to keep"));
    }
    let simple = text.eq_ignore_ascii_case(user) || text.chars().all(|c| text.starts_with(c));
    simple.then(|| Issue::new(path, "it is the name of the user, or one character only"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn s1_a_password_is_hashed_by_argon2id_and_matches_itself_only() {
        let passwords = Passwords::new().unwrap();
        let stored = passwords.hash(&Secret::new("correct horse battery")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        for (hash, given, right) in [
            (Some(stored.as_str()), "correct horse battery", true),
            (Some(stored.as_str()), "correct horse batterz", false),
            (None, "nobody has this password", false),
        ] {
            assert_eq!(passwords.matches(hash, &Secret::new(given)).await.unwrap(), right, "{given}");
        }
        assert!(passwords.matches(Some("nonsense"), &Secret::new("x")).await.is_err());
    }

    #[test]
    fn weak_passwords_are_refused() {
        for (password, fine) in [
            ("correct horse battery", true),
            ("twelve chars", true),
            ("too short", false),
            ("aaaaaaaaaaaaaaaa", false),
            ("Administrator", false),
            (&"x1".repeat(501), false),
        ] {
            assert_eq!(flaw("/password", "administrator", &Secret::new(password)).is_none(), fine, "{password}");
        }
    }
}
