//! Every route of the server, in one table.

use super::{
    audit, backup, deployments, events, health, heartbeat, keys, logs, metrics, nodes, oidc, plan, proof, rebalance,
    register, root,
    routes::{Routes, Verb::*},
    seal, secrets, session, sign_in, site, stacks, status, templates, tokens, users, webhooks, what_if,
};
use crate::auth::Group::{self, Join, Node, Proof, Public, Scoped, User};
use miaas_core::api::v1::Role::{self, Admin, Operator, Viewer};

/// A route as others see it: for documentation and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// Method in capitals.
    pub method: &'static str,
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Holders of an API key, and users who are signed in, with at least this role.
    Role {
        /// The least role.
        role: Role,
        /// Also keys and users that are limited to some deployments, for these.
        scoped: bool,
    },
    /// The node that the path names.
    Node,
    /// Holders of a join token; everybody, where the registration policy says so.
    Join,
    /// Whoever proves in the body who they are: the node that the path names, or a user.
    Proof,
}

impl From<Group> for Access {
    fn from(group: Group) -> Self {
        match group {
            Public => Self::Public,
            User(role) => Self::Role { role, scoped: false },
            Scoped(role) => Self::Role { role, scoped: true },
            Node => Self::Node,
            Join => Self::Join,
            Proof => Self::Proof,
        }
    }
}

/// Every route.
#[must_use]
pub fn route_table() -> Vec<RouteInfo> {
    let routes = routes();
    let info = routes.list().iter().map(|&(group, verb, path)| RouteInfo {
        method: verb.as_str(),
        path,
        access: group.into(),
    });
    info.collect()
}

pub(crate) fn routes() -> Routes {
    let routes = Routes::default()
        .add(Public, Get, "/", site::index)
        .add(Public, Get, "/assets/{file}", site::asset)
        .add(Public, Get, "/openapi.json", root::openapi)
        .add(Public, Get, "/ca.pem", root::ca)
        .add(Public, Get, "/healthz", health::healthz)
        .add(Public, Get, "/readyz", health::readyz)
        .add(Public, Get, "/api/v1/session/methods", sign_in::methods)
        .add(Proof, Post, "/api/v1/session", sign_in::create)
        .add(Public, Get, "/api/v1/session/oidc", oidc::begin)
        .add(Proof, Get, "/api/v1/session/oidc/callback", oidc::finish)
        .add(Join, Post, "/api/v1/nodes/register", register::register)
        .add(Proof, Post, "/api/v1/nodes/{id}/challenge", proof::challenge)
        .add(Proof, Post, "/api/v1/nodes/{id}/token", proof::token)
        .add(Node, Post, "/api/v1/nodes/{id}/heartbeat", heartbeat::heartbeat)
        .add(Node, Get, "/api/v1/nodes/{id}/session", session::session)
        .add(User(Viewer), Get, "/ws/logs", logs::socket)
        .add(User(Viewer), Get, "/metrics", metrics::metrics)
        .add(User(Viewer), Get, "/api/v1/status", status::show)
        .add(Scoped(Viewer), Post, "/api/v1/plan", plan::plan)
        .add(User(Viewer), Post, "/api/v1/placement/what-if", what_if::what_if)
        .add(User(Operator), Post, "/api/v1/placement/rebalance", rebalance::rebalance)
        .add(User(Viewer), Get, "/api/v1/events", events::events);
    catalogue(webhook_routes(access(node_routes(stack_routes(deployment_routes(routes))))))
}

fn deployment_routes(routes: Routes) -> Routes {
    routes
        .add(Scoped(Viewer), Get, "/api/v1/deployments", deployments::list)
        .add(Scoped(Operator), Post, "/api/v1/deployments", deployments::create)
        .add(Scoped(Viewer), Get, "/api/v1/deployments/{id}", deployments::show)
        .add(Scoped(Operator), Patch, "/api/v1/deployments/{id}", deployments::update)
        .add(Scoped(Operator), Delete, "/api/v1/deployments/{id}", deployments::remove)
        .add(Scoped(Viewer), Get, "/api/v1/deployments/{id}/logs", logs::lines)
        .add(Scoped(Viewer), Get, "/api/v1/deployments/{id}/outputs", deployments::outputs)
        .add(Scoped(Viewer), Get, "/api/v1/deployments/{id}/revisions", deployments::revisions)
        .add(Scoped(Operator), Post, "/api/v1/deployments/{id}/rollback", deployments::rollback)
}

fn stack_routes(routes: Routes) -> Routes {
    routes
        .add(User(Viewer), Get, "/api/v1/stacks", stacks::list)
        .add(User(Viewer), Get, "/api/v1/stacks/{name}", stacks::show)
        .add(User(Operator), Get, "/api/v1/stacks/{name}/file", stacks::file)
        .add(User(Operator), Put, "/api/v1/stacks/{name}", stacks::apply)
        .add(User(Operator), Delete, "/api/v1/stacks/{name}", stacks::remove)
        .add(User(Viewer), Get, "/api/v1/secrets", secrets::list)
        .add(User(Operator), Put, "/api/v1/secrets/{name}", secrets::put)
        .add(User(Operator), Delete, "/api/v1/secrets/{name}", secrets::remove)
}

fn node_routes(routes: Routes) -> Routes {
    routes
        .add(User(Viewer), Get, "/api/v1/nodes", nodes::list)
        .add(User(Viewer), Get, "/api/v1/nodes/{id}", nodes::show)
        .add(User(Admin), Delete, "/api/v1/nodes/{id}", nodes::remove)
        .add(User(Operator), Patch, "/api/v1/nodes/{id}/labels", nodes::label)
        .add(User(Operator), Post, "/api/v1/nodes/{id}/cordon", nodes::cordon)
        .add(User(Operator), Post, "/api/v1/nodes/{id}/uncordon", nodes::uncordon)
        .add(User(Operator), Post, "/api/v1/nodes/{id}/drain", nodes::drain)
        .add(User(Admin), Post, "/api/v1/nodes/{id}/approve", nodes::approve)
        .add(User(Admin), Post, "/api/v1/nodes/{id}/revoke", nodes::revoke)
        .add(User(Operator), Post, "/api/v1/nodes/{id}/deploy", nodes::deploy)
}

fn access(routes: Routes) -> Routes {
    routes
        .add(User(Admin), Get, "/api/v1/tokens", tokens::list)
        .add(User(Admin), Post, "/api/v1/tokens", tokens::create)
        .add(User(Admin), Delete, "/api/v1/tokens/{id}", tokens::remove)
        .add(User(Admin), Get, "/api/v1/keys", keys::list)
        .add(User(Admin), Post, "/api/v1/keys", keys::create)
        .add(User(Admin), Delete, "/api/v1/keys/{id}", keys::remove)
        .add(User(Admin), Get, "/api/v1/users", users::list)
        .add(User(Admin), Post, "/api/v1/users", users::create)
        .add(User(Admin), Patch, "/api/v1/users/{name}", users::update)
        .add(User(Admin), Delete, "/api/v1/users/{name}", users::remove)
        .add(Scoped(Viewer), Get, "/api/v1/session", sign_in::show)
        .add(Scoped(Viewer), Delete, "/api/v1/session", sign_in::remove)
        .add(Scoped(Viewer), Post, "/api/v1/session/password", sign_in::password)
        .add(Scoped(Viewer), Post, "/api/v1/session/link", sign_in::link)
        .add(Scoped(Viewer), Get, "/api/v1/sessions", sign_in::list)
        .add(Scoped(Viewer), Delete, "/api/v1/sessions/{session}", sign_in::end)
        .add(User(Admin), Post, "/api/v1/seal/rotate", seal::rotate)
        .add(User(Admin), Get, "/api/v1/audit", audit::list)
        .add(User(Admin), Post, "/api/v1/backup", backup::create)
}

fn webhook_routes(routes: Routes) -> Routes {
    routes
        .add(User(Admin), Get, "/api/v1/webhooks", webhooks::list)
        .add(User(Admin), Post, "/api/v1/webhooks", webhooks::create)
        .add(User(Admin), Get, "/api/v1/webhooks/{name}", webhooks::show)
        .add(User(Admin), Delete, "/api/v1/webhooks/{name}", webhooks::remove)
        .add(User(Admin), Post, "/api/v1/webhooks/{name}/test", webhooks::test)
        .add(User(Admin), Get, "/api/v1/webhooks/{name}/dead-letters", webhooks::dead)
        .add(User(Admin), Delete, "/api/v1/webhooks/{name}/dead-letters", webhooks::clear)
        .add(User(Admin), Post, "/api/v1/webhooks/{name}/dead-letters/redeliver", webhooks::redeliver)
}

fn catalogue(routes: Routes) -> Routes {
    routes
        .add(Scoped(Viewer), Get, "/api/v1/templates", templates::list)
        .add(Scoped(Viewer), Get, "/api/v1/templates/{name}", templates::show)
        .add(Scoped(Viewer), Post, "/api/v1/templates/{name}/render", templates::render)
}
