//! Secrets that operators store, for deployments to refer to (S3). Values go in and never come out again.

use super::{Orchestrator, lookup::missing};
use crate::{
    api::v1::{PutSecret, SecretItem},
    error::{ErrorKind, PortError},
    model::{Deployment, Reference, Severity, StoredSecret, Subject},
    name::Name,
    port::{Key, Kind, Op, Stored as _, When, Write},
    spec::{Issue, nearest},
    time::Timestamp,
};

/// Longest value in bytes.
const MAX_VALUE: usize = 64 * 1024;

impl Orchestrator {
    /// All secrets, without their values.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretItem> {
        let world = self.world();
        world.secrets().values().map(|s| item(&s.value, self.users_of(&world, &s.value.name))).collect()
    }

    /// Stores a secret, or gives an existing one a new value; what refers to it is rendered again.
    ///
    /// # Errors
    /// `Invalid` for a name or value that cannot be; the store's.
    pub async fn put_secret(&self, name: &str, body: PutSecret) -> Result<SecretItem, PortError> {
        let name = check(name, &body)?;
        loop {
            let now = self.now();
            let old = self.world().secrets().get(&name).cloned();
            if let Some(old) = old.as_ref().filter(|old| old.value.value == body.value) {
                return Ok(item(&old.value, self.users_of(&self.world(), &name)));
            }
            let when = old.as_ref().map_or(When::Absent, |old| When::At(old.revision));
            let new = given(old.as_ref().map(|old| &*old.value), &name, &body, now);
            let text = format!("version {}", new.version);
            let event = self.event(Severity::Info, "secret.set", about(&name), text)?;
            match self.commit(vec![new.put(when)?, event]).await {
                Ok(_) => {
                    self.wake.notify_one();
                    return Ok(item(&new, self.users_of(&self.world(), &name)));
                }
                Err(e) if e.kind() == ErrorKind::Conflict => self.after_conflict().await?,
                Err(e) => return Err(e),
            }
        }
    }

    /// Removes a secret that nothing refers to.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name; `Conflict` while a deployment refers to it; the store's.
    pub async fn delete_secret(&self, name: &str) -> Result<(), PortError> {
        let (revision, users) = {
            let world = self.world();
            let found = world.secrets().iter().find(|(known, _)| known.as_str() == name).ok_or_else(|| {
                let names = world.secrets().keys().map(Name::as_str);
                missing("secret", name, nearest(name, names), "`miaas secret ls` lists the secrets")
            })?;
            (found.1.revision, self.users_of(&world, found.0))
        };
        if !users.is_empty() {
            let users = users.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
            return Err(PortError::new(
                ErrorKind::Conflict,
                "secret.delete",
                format!("secret {name} is used by {users}"),
            )
            .with_hint("change or remove these deployments first"));
        }
        let delete = Write { key: Key::new(Kind::Secret, name), op: Op::Delete, when: When::At(revision) };
        let subject = Subject { kind: "secret".into(), id: name.to_owned(), name: name.to_owned(), deployment: None };
        let event = self.event(Severity::Info, "secret.deleted", subject, "gone")?;
        self.commit(vec![delete, event]).await.map(drop)
    }

    fn users_of(&self, world: &crate::world::World, name: &Name) -> Vec<Name> {
        let refers = |d: &Deployment| {
            let references = self.ports.renderer.references(&d.spec);
            references.iter().any(|(r, _)| matches!(r, Reference::Secret(used) if used == name))
        };
        let all = world.deployments().values().map(|d| &d.value).filter(|d| d.deleted_at.is_none());
        all.filter(|d| refers(d)).map(|d| d.name.clone()).collect()
    }
}

pub(super) fn check(name: &str, body: &PutSecret) -> Result<Name, PortError> {
    let mut issues = Vec::new();
    let parsed = Name::parse(name).map_err(|e| issues.push(Issue::new("/name", e.to_string())));
    match body.value.expose().len() {
        0 => issues.push(Issue::new("/value", "it is empty").with_hint("to take the secret away, remove it")),
        n if n > MAX_VALUE => {
            let issue = Issue::new("/value", format!("{n} bytes are more than {MAX_VALUE}"));
            issues.push(issue.with_hint("put large files into a volume or an image"));
        }
        _ => {}
    }
    match parsed {
        Ok(name) if issues.is_empty() => Ok(name),
        _ => Err(PortError::invalid("secret.put", issues)),
    }
}

/// The secret with its next value.
pub(super) fn given(old: Option<&StoredSecret>, name: &Name, body: &PutSecret, now: Timestamp) -> StoredSecret {
    StoredSecret {
        name: name.clone(),
        value: body.value.clone(),
        version: old.map_or(1, |old| old.version + 1),
        created_at: old.map_or(now, |old| old.created_at),
        updated_at: now,
    }
}

fn item(secret: &StoredSecret, used_by: Vec<Name>) -> SecretItem {
    SecretItem {
        name: secret.name.clone(),
        version: secret.version,
        created_at: secret.created_at,
        updated_at: secret.updated_at,
        used_by,
    }
}

fn about(name: &Name) -> Subject {
    Subject { kind: "secret".into(), id: name.to_string(), name: name.to_string(), deployment: None }
}
