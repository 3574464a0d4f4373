//! `miaas user …`: people who sign in at the web page with a name and a password.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use miaas_core::{
    api::v1::{CreateUser, UpdateUser},
    id::base32,
    name::LabelKey,
    secret::Secret,
};

use super::backup::phrase;
use crate::{
    app::App,
    exit::Exit,
    output::{Table, or_dash},
    pairs,
    role::{self, RoleName},
};

/// Options of `miaas user`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a user; without a file a password is made and shown, once
    #[command(after_help = "\
Examples:
  miaas user create alice --role operator
  miaas user create bob --scope team=search --password-file bob.password

A viewer looks at everything but passwords, an operator also deploys, changes and removes, an administrator also lets nodes and
people in. With --scope a user reaches the deployments with these labels only, and nothing else of the fleet.")]
    Create(Create),
    /// List users
    #[command(after_help = "Example:\n  miaas user ls", visible_alias = "list")]
    Ls,
    /// Change what a user may do, or the password, or keep a user out
    #[command(after_help = "\
Examples:
  miaas user set alice --role admin
  miaas user set alice --new-password      # signs alice out wherever she is signed in
  miaas user set alice --disable")]
    Set(Set),
    /// Remove a user, who is signed out by that
    #[command(after_help = "Example:\n  miaas user rm alice")]
    Rm {
        /// Name of the user
        name: String,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// What they sign in with
    name: String,
    /// What they may do
    #[arg(long, value_enum, default_value_t, value_name = "ROLE")]
    role: RoleName,
    /// Only deployments with this label; given as often as needed, all must match
    #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::label)]
    scope: Vec<(LabelKey, String)>,
    /// File with the password: 12 characters or more
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("change").required(true).multiple(true)))]
struct Set {
    /// Name of the user
    name: String,
    /// What they may do
    #[arg(long, value_enum, value_name = "ROLE", group = "change")]
    role: Option<RoleName>,
    /// Only deployments with this label; given as often as needed, all must match
    #[arg(long, value_name = "KEY=VALUE", value_parser = pairs::label, group = "change", conflicts_with = "no_scope")]
    scope: Vec<(LabelKey, String)>,
    /// Every deployment
    #[arg(long, group = "change")]
    no_scope: bool,
    /// Make another password and show it, once
    #[arg(long, group = "change", conflicts_with = "password_file")]
    new_password: bool,
    /// File with another password
    #[arg(long, value_name = "FILE", group = "change")]
    password_file: Option<PathBuf>,
    /// Keep them out
    #[arg(long, group = "change", conflicts_with = "enable")]
    disable: bool,
    /// Let them in again
    #[arg(long, group = "change")]
    enable: bool,
}

/// Does it.
pub(crate) async fn run(app: &App, options: Options) -> anyhow::Result<Exit> {
    match options.command {
        Command::Create(create) => make(app, create).await?,
        Command::Set(set) => change(app, set).await?,
        Command::Ls => list(app).await?,
        Command::Rm { name } => {
            app.client()?.remove_user(&name).await?;
            app.say.line(&format!("user {name} is gone"));
        }
    }
    Ok(Exit::Done)
}

async fn make(app: &App, create: Create) -> anyhow::Result<()> {
    let (password, made) = match &create.password_file {
        Some(file) => (phrase(file)?, false),
        None => (password()?, true),
    };
    let body = CreateUser {
        name: create.name,
        password: password.clone(),
        role: create.role.into(),
        scope: create.scope.into_iter().map(|(k, v)| (k.to_string(), v)).collect(),
    };
    let user = app.client()?.create_user(&body).await?;
    app.say.line(&format!("user {} is {}", user.name, user.role.as_str()));
    tell(app, made.then_some(&password))
}

async fn change(app: &App, set: Set) -> anyhow::Result<()> {
    let password = match (&set.password_file, set.new_password) {
        (Some(file), _) => Some(phrase(file)?),
        (None, true) => Some(password()?),
        (None, false) => None,
    };
    let scope = set.scope.into_iter().map(|(k, v)| (k.to_string(), v)).collect();
    let body = UpdateUser {
        password: password.clone(),
        role: set.role.map(Into::into),
        scope: Some(scope).filter(|scope: &std::collections::BTreeMap<_, _>| set.no_scope || !scope.is_empty()),
        disabled: (set.disable || set.enable).then_some(set.disable),
    };
    let user = app.client()?.update_user(&set.name, &body).await?;
    let out = if user.disabled { ", and kept out" } else { "" };
    app.say.line(&format!("user {} is {}{out}", user.name, user.role.as_str()));
    tell(app, password.as_ref().filter(|_| set.new_password))
}

/// Shows a password that was made here.
fn tell(app: &App, password: Option<&Secret>) -> anyhow::Result<()> {
    let Some(password) = password else { return Ok(()) };
    app.out.show(&serde_json::json!({"password": password}), || password.expose().to_owned())?;
    app.say.line("the password is shown only now");
    Ok(())
}

/// A password of 128 random bits.
fn password() -> anyhow::Result<Secret> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("the operating system gives no random numbers")?;
    let (high, low) = bytes.split_at(8);
    let text = [high, low].map(|half| base32(half.iter().fold(0, |n, b| (n << 8) | u64::from(*b))));
    Ok(Secret::new(text.join("-")))
}

async fn list(app: &App) -> anyhow::Result<()> {
    let users = app.client()?.users().await?;
    if users.is_empty() && app.out.for_people() {
        app.say.line("no users; `miaas user create` makes one");
    }
    app.out.show(&users, || {
        let mut table = Table::new(["NAME", "ROLE", "SCOPE", "STATE", "LAST SIGN-IN"]);
        for user in &users {
            table.row([
                user.name.to_string(),
                user.role.as_str().to_owned(),
                or_dash(role::scope(&user.scope)),
                if user.disabled { "kept out" } else { "let in" }.to_owned(),
                or_dash(user.last_sign_in_at.map(|at| at.to_string()).unwrap_or_default()),
            ]);
        }
        table.text()
    })
}
