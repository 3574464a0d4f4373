//! Sessions of browsers. A session says who somebody is; what they may do is looked up for each request, so that a role that was
//! taken away, a user who is kept out and a key that was deleted count at once.

use std::time::Duration;

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{Role, SessionInfo, SessionItem, SignIn, SignInLink, SignedInBy},
    id::{KeyId, SessionId},
    name::{Labels, UserName},
    port::{Key, Kind, Op, Revision, StoreExt as _, Stored, Versioned, When, Write},
    secret::Secret,
    spec::Issue,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{
    access::{Actor, Caller},
    oidc::Named,
    opaque::{self, CredentialHash, SESSION_PREFIX},
    service::{Auth, Principal},
    unauthenticated,
};

/// A session ends after this, used or not.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// What a provider says of somebody is believed for this long.
const OIDC_LIFETIME: Duration = Duration::from_secs(12 * 3600);
/// A session that nobody uses ends after this.
const IDLE: Duration = Duration::from_secs(24 * 3600);
/// How exact it is known when a session was last used: each use would be a write otherwise.
const USED_AGAIN: Duration = Duration::from_secs(600);
/// Sessions of one user at a time; the oldest ones end.
const MOST: usize = 50;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Subject {
    Key(KeyId),
    User(UserName),
    /// Everything that the provider said, since it is not asked again.
    Oidc {
        subject: String,
        name: String,
        role: Role,
    },
}

/// What is stored of a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Session {
    id: SessionId,
    subject: Subject,
    address: String,
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
    sha256: CredentialHash,
}

impl Stored for Session {
    const KIND: Kind = Kind::Session;
    fn name(&self) -> &str {
        self.id.as_str()
    }
}

/// A session that has just begun.
#[derive(Debug)]
pub(crate) struct Begun {
    /// What the browser keeps.
    pub(crate) token: Secret,
    pub(crate) caller: Caller,
    pub(crate) lifetime: Duration,
    pub(crate) expires_at: Timestamp,
}

impl Auth {
    /// A link that signs the holder of a key in at a browser. A session makes none: it would outlive its own end by that.
    ///
    /// # Errors
    /// `Invalid` for a caller who is signed in already.
    pub(crate) fn link(&self, caller: &Caller, now: Timestamp) -> Result<SignInLink, PortError> {
        match (&caller.actor, &caller.session) {
            (Actor::Key(id), None) => self.links().make(id.clone(), now),
            _ => Err(PortError::new(ErrorKind::Invalid, "session.link", "a session makes no link to another one")
                .with_hint("call with an API key, as `miaas page` does")),
        }
    }

    /// What somebody may do at this moment.
    async fn as_they_are(&self, caller: &Caller, now: Timestamp) -> Result<Caller, PortError> {
        match &caller.actor {
            Actor::Key(id) => self.key_holder(id, now).await,
            Actor::User(name) => self.user_by_name(name).await,
            Actor::Oidc { .. } => Ok(caller.clone()),
        }
    }

    /// Signs somebody in who shows a password, an API key or the code of a link.
    pub(crate) async fn sign_in(&self, body: &SignIn, address: String, now: Timestamp) -> Result<Begun, PortError> {
        match (&body.user, &body.password, &body.key, &body.code) {
            (Some(user), Some(password), None, None) => {
                let (caller, noted) = self.prove_user(user, password, now).await?;
                let begun = self.begin(caller, address, now, vec![noted]).await;
                begun.map_err(|e| if e.kind() == ErrorKind::Conflict { changed(e) } else { e })
            }
            (None, None, None, Some(code)) => {
                // A key that was deleted meanwhile signs nobody in.
                let caller = self.key_holder(&self.links().spend(code, now)?, now).await?;
                self.begin(caller, address, now, Vec::new()).await
            }
            (None, None, Some(key), None) => match self.identify(key.expose(), now).await? {
                Principal::User(caller) if caller.session.is_none() => {
                    self.begin(caller, address, now, Vec::new()).await
                }
                _ => Err(unauthenticated("this is no API key")),
            },
            _ => {
                let issue = Issue::new("", "it must have `user` and `password`, or `key`, or `code`");
                Err(PortError::invalid("session.create", vec![issue]))
            }
        }
    }

    /// Signs somebody in whom a provider has named.
    pub(crate) async fn sign_in_over_oidc(
        &self,
        named: Named,
        address: String,
        now: Timestamp,
    ) -> Result<Begun, PortError> {
        let Named { subject, name, role } = named;
        let caller = Caller { actor: Actor::Oidc { subject, name }, role, scope: Labels::default(), session: None };
        self.begin(caller, address, now, Vec::new()).await
    }

    async fn begin(
        &self,
        caller: Caller,
        address: String,
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<Begun, PortError> {
        let id = SessionId::from_bits(self.next_id());
        let (token, sha256) = opaque::issue(SESSION_PREFIX, id.as_str())?;
        let (subject, lifetime) = match caller.actor.clone() {
            Actor::Key(id) => (Subject::Key(id), LIFETIME),
            Actor::User(name) => (Subject::User(name), LIFETIME),
            Actor::Oidc { subject, name } => (Subject::Oidc { subject, name, role: caller.role }, OIDC_LIFETIME),
        };
        let expires_at = now.plus(lifetime);
        let session =
            Session { id: id.clone(), subject, address, created_at: now, last_used_at: now, expires_at, sha256 };
        writes.push(session.put(When::Absent)?);
        self.store().commit(writes).await?;
        self.sweep(&caller.actor, now).await?;
        Ok(Begun { token, caller: Caller { session: Some(id), ..caller }, lifetime, expires_at })
    }

    /// Forgets sessions that have ended, and the oldest ones of whoever has too many.
    async fn sweep(&self, actor: &Actor, now: Timestamp) -> Result<(), PortError> {
        let (mut own, others): (Vec<_>, Vec<_>) =
            self.store().read_all::<Session>().await?.into_iter().partition(|s| s.value.subject.actor() == *actor);
        own.sort_by_key(|s| std::cmp::Reverse(s.value.created_at));
        let over = own.split_off(own.len().min(MOST));
        let ended = own.into_iter().chain(others).filter(|s| s.value.has_ended(now));
        for session in over.into_iter().chain(ended) {
            self.end(&session).await?;
        }
        Ok(())
    }

    async fn end(&self, session: &Versioned<Session>) -> Result<(), PortError> {
        match self.store().commit(vec![ending(session, When::At(session.revision))]).await {
            // It was used, or has ended, at this moment.
            Err(e) if e.kind() == ErrorKind::Conflict => Ok(()),
            done => done.map(drop),
        }
    }

    /// Who holds the token of a session.
    pub(super) async fn find_session(&self, token: &str, now: Timestamp) -> Result<Caller, PortError> {
        let refused = || unauthenticated("the session has ended").with_hint("sign in again");
        let id = opaque::id_of(SESSION_PREFIX, token).ok_or_else(refused)?;
        let Versioned { value: session, revision } = self.store().read::<Session>(id).await?.ok_or_else(refused)?;
        let same = session.sha256.matches(token);
        if !same || session.has_ended(now) {
            return Err(refused());
        }
        let role = if let Subject::Oidc { role, .. } = &session.subject { *role } else { Role::Viewer };
        let caller = Caller { actor: session.subject.actor(), role, scope: Labels::default(), session: None };
        let caller = Caller { session: Some(session.id.clone()), ..self.as_they_are(&caller, now).await? };
        if now.since(session.last_used_at) >= USED_AGAIN {
            self.note_session_use(Session { last_used_at: now, ..session }, revision).await;
        }
        Ok(caller)
    }

    /// A request is answered although its time cannot be noted.
    async fn note_session_use(&self, session: Session, revision: Revision) {
        let written = match session.put(When::At(revision)) {
            Ok(write) => self.store().commit(vec![write]).await.map(drop),
            Err(e) => Err(e),
        };
        match written {
            Err(e) if e.kind() != ErrorKind::Conflict => {
                tracing::warn!(session = %session.id, error = %e.chain(), "it could not be noted when a session was used");
            }
            _ => {}
        }
    }

    /// When the session of the caller ends, none without one.
    pub(crate) async fn session_end(&self, caller: &Caller) -> Result<Option<Timestamp>, PortError> {
        let Some(id) = &caller.session else { return Ok(None) };
        Ok(self.store().read::<Session>(id.as_str()).await?.map(|s| s.value.expires_at))
    }

    /// The sessions that the caller may see, the newest first: an administrator sees those of all.
    pub(crate) async fn sessions(&self, caller: &Caller, now: Timestamp) -> Result<Vec<SessionItem>, PortError> {
        let mut all: Vec<Session> = self.store().read_all::<Session>().await?.into_iter().map(|s| s.value).collect();
        all.retain(|s| !s.has_ended(now) && s.is_shown_to(caller));
        all.sort_by_key(|s| std::cmp::Reverse(s.created_at));
        Ok(all.into_iter().map(|s| s.show(caller)).collect())
    }

    /// Ends a session that the caller may see.
    pub(crate) async fn end_session(&self, caller: &Caller, id: &str) -> Result<(), PortError> {
        let absent = || PortError::not_found("session.delete", format!("session {:?}", super::keys::shown(id)));
        let found = match SessionId::parse(id) {
            Ok(id) => self.store().read::<Session>(id.as_str()).await?,
            Err(_) => None,
        };
        let session = found.filter(|s| s.value.is_shown_to(caller)).ok_or_else(absent)?;
        // Also when it is used at this moment.
        self.store().commit(vec![ending(&session, When::Any)]).await.map(drop)
    }

    /// What ends every session of somebody but one.
    pub(super) async fn ending_sessions(
        &self,
        actor: &Actor,
        but: Option<&SessionId>,
    ) -> Result<Vec<Write>, PortError> {
        let all = self.store().read_all::<Session>().await?;
        let own = all.iter().filter(|s| s.value.subject.actor() == *actor && Some(&s.value.id) != but);
        Ok(own.map(|s| ending(s, When::Any)).collect())
    }
}

fn ending(session: &Versioned<Session>, when: When) -> Write {
    Write { key: Key::new(Kind::Session, session.value.id.as_str()), op: Op::Delete, when }
}

fn changed(e: PortError) -> PortError {
    PortError::new(ErrorKind::Conflict, "session.create", "the user was changed at this moment")
        .with_hint("sign in again")
        .with_source(e)
}

impl Subject {
    fn actor(&self) -> Actor {
        match self {
            Self::Key(id) => Actor::Key(id.clone()),
            Self::User(name) => Actor::User(name.clone()),
            Self::Oidc { subject, name, .. } => Actor::Oidc { subject: subject.clone(), name: name.clone() },
        }
    }
}

impl Session {
    fn has_ended(&self, now: Timestamp) -> bool {
        now >= self.expires_at || now.since(self.last_used_at) >= IDLE
    }

    fn is_shown_to(&self, caller: &Caller) -> bool {
        caller.role == Role::Admin || self.subject.actor() == caller.actor
    }

    fn show(self, caller: &Caller) -> SessionItem {
        let (user, from) = told(&self.subject.actor());
        SessionItem {
            current: caller.session.as_ref() == Some(&self.id),
            id: self.id,
            user,
            from,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            address: self.address,
        }
    }
}

/// Who somebody is, as the API tells it.
fn told(actor: &Actor) -> (String, SignedInBy) {
    match actor {
        Actor::Key(id) => (id.to_string(), SignedInBy::Key),
        Actor::User(name) => (name.to_string(), SignedInBy::Password),
        Actor::Oidc { name, .. } => (name.clone(), SignedInBy::Oidc),
    }
}

/// Who calls, with what their browser shall send along.
pub(crate) fn info(caller: &Caller, csrf: Option<String>, expires_at: Option<Timestamp>) -> SessionInfo {
    let (user, from) = told(&caller.actor);
    SessionInfo { user, role: caller.role, scope: caller.scope.clone(), from, csrf, expires_at }
}
