//! Users: each signs in with a name and a password, has a role, and may be limited to some deployments.

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{CreateUser, Role, UpdateUser, UserItem},
    name::{Labels, UserName},
    port::{Key, Kind, Op, StoreExt as _, Stored, Versioned, When, Write},
    secret::Secret,
    spec::Issue,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{
    access::{Actor, Caller, parse_scope},
    keys::shown,
    passwords::flaw,
    service::Auth,
    unauthenticated,
};

/// What is stored of a user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) name: UserName,
    role: Role,
    scope: Labels,
    disabled: bool,
    created_at: Timestamp,
    last_sign_in_at: Option<Timestamp>,
    password: String,
}

impl Stored for User {
    const KIND: Kind = Kind::User;
    fn name(&self) -> &str {
        self.name.as_str()
    }
}

impl Auth {
    /// Makes a user.
    ///
    /// # Errors
    /// `Invalid` with every issue; `AlreadyExists`; the store's.
    pub async fn create_user(&self, body: CreateUser, now: Timestamp) -> Result<UserItem, PortError> {
        let mut issues = Vec::new();
        let name = UserName::parse(&body.name).map_err(|e| issues.push(Issue::new("/name", e.to_string()))).ok();
        issues.extend(flaw("/password", &body.name, &body.password));
        let scope = parse_scope(&body.scope, body.role, &mut issues);
        let Some(name) = name.filter(|_| issues.is_empty()) else {
            return Err(PortError::invalid("user.create", issues));
        };
        let password = self.passwords().hash(&body.password).await?;
        let user =
            User { name, role: body.role, scope, disabled: false, created_at: now, last_sign_in_at: None, password };
        match self.store().commit(vec![user.put(When::Absent)?]).await {
            Err(e) if e.kind() == ErrorKind::Conflict => {
                let message = format!("there is a user {} already", user.name);
                Err(PortError::new(ErrorKind::AlreadyExists, "user.create", message)
                    .with_hint("choose another name, or change that user"))
            }
            Err(e) => Err(e),
            Ok(_) => Ok(user.show()),
        }
    }

    /// All users by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn users(&self) -> Result<Vec<UserItem>, PortError> {
        Ok(self.store().read_all::<User>().await?.iter().map(|v| v.value.show()).collect())
    }

    /// Changes a user. What they may do counts from the next request on; another password ends their sessions.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with every issue; `Conflict` when somebody else changed the user meanwhile; the store's.
    pub async fn update_user(&self, name: &str, body: UpdateUser) -> Result<UserItem, PortError> {
        let Versioned { value: mut user, revision } = self.user(name).await?;
        let mut issues = Vec::new();
        user.role = body.role.unwrap_or(user.role);
        let given =
            body.scope.unwrap_or_else(|| user.scope.0.iter().map(|(k, v)| (k.to_string(), v.clone())).collect());
        user.scope = parse_scope(&given, user.role, &mut issues);
        user.disabled = body.disabled.unwrap_or(user.disabled);
        issues.extend(body.password.as_ref().and_then(|p| flaw("/password", user.name.as_str(), p)));
        if !issues.is_empty() {
            return Err(PortError::invalid("user.update", issues));
        }
        let mut writes = Vec::new();
        if let Some(password) = &body.password {
            user.password = self.passwords().hash(password).await?;
            writes = self.ending_sessions(&Actor::User(user.name.clone()), None).await?;
        }
        writes.push(user.put(When::At(revision))?);
        self.store().commit(writes).await?;
        Ok(user.show())
    }

    /// Removes a user, who is signed out by that.
    ///
    /// # Errors
    /// `NotFound`; the store's.
    pub async fn delete_user(&self, name: &str) -> Result<(), PortError> {
        let Versioned { value: user, revision } = self.user(name).await?;
        let mut writes = self.ending_sessions(&Actor::User(user.name.clone()), None).await?;
        writes.push(Write { key: Key::new(Kind::User, name), op: Op::Delete, when: When::At(revision) });
        self.store().commit(writes).await.map(drop)
    }

    /// Gives the caller another password. Their other sessions end.
    ///
    /// # Errors
    /// `Forbidden` for callers without a password, and when the old one is wrong; `Invalid`; the store's.
    pub async fn change_password(&self, caller: &Caller, old: &Secret, new: &Secret) -> Result<(), PortError> {
        let forbidden = |message: &str| PortError::new(ErrorKind::Forbidden, "user.password", message);
        let Actor::User(name) = &caller.actor else {
            return Err(forbidden("only users of this server have a password here"));
        };
        let Versioned { value: mut user, revision } = self.user(name.as_str()).await?;
        if !self.passwords().matches(Some(&user.password), old).await? {
            return Err(forbidden("the old password is wrong"));
        }
        if let Some(issue) = flaw("/new", name.as_str(), new) {
            return Err(PortError::invalid("user.password", vec![issue]));
        }
        user.password = self.passwords().hash(new).await?;
        let mut writes = self.ending_sessions(&caller.actor, caller.session.as_ref()).await?;
        writes.push(user.put(When::At(revision))?);
        self.store().commit(writes).await.map(drop)
    }

    /// The user with this password, and what notes the sign-in on the condition that they are as they were.
    pub(super) async fn prove_user(
        &self,
        name: &str,
        password: &Secret,
        now: Timestamp,
    ) -> Result<(Caller, Write), PortError> {
        let refused = || unauthenticated("there is no user with this name and this password");
        let found = match UserName::parse(name) {
            Ok(name) => self.store().read::<User>(name.as_str()).await?,
            Err(_) => None,
        };
        let stored = found.as_ref().map(|v| v.value.password.as_str());
        let right = self.passwords().matches(stored, password).await?;
        let Versioned { value: user, revision } = found.filter(|_| right).ok_or_else(refused)?;
        let caller = user.caller()?;
        let noted = User { last_sign_in_at: Some(now), ..user }.put(When::At(revision))?;
        Ok((caller, noted))
    }

    /// A user who has proved to be that before.
    pub(super) async fn user_by_name(&self, name: &UserName) -> Result<Caller, PortError> {
        let found = self.store().read::<User>(name.as_str()).await?;
        found.ok_or_else(|| unauthenticated("the user was removed"))?.value.caller()
    }

    async fn user(&self, name: &str) -> Result<Versioned<User>, PortError> {
        let absent = || PortError::not_found("user", format!("user {:?}", shown(name)));
        match UserName::parse(name) {
            Ok(name) => self.store().read::<User>(name.as_str()).await?.ok_or_else(absent),
            Err(_) => Err(absent()),
        }
    }
}

impl User {
    fn caller(&self) -> Result<Caller, PortError> {
        if self.disabled {
            return Err(unauthenticated("this user is kept out").with_hint("ask an administrator"));
        }
        let actor = Actor::User(self.name.clone());
        Ok(Caller { actor, role: self.role, scope: self.scope.clone(), session: None })
    }

    fn show(&self) -> UserItem {
        UserItem {
            name: self.name.clone(),
            role: self.role,
            scope: self.scope.clone(),
            disabled: self.disabled,
            created_at: self.created_at,
            last_sign_in_at: self.last_sign_in_at,
        }
    }
}
