//! Every route of the server, in one table.

use super::{
    deployments, events, health, heartbeat, keys, logs, metrics, nodes, plan, rebalance, register, root,
    routes::{Routes, Verb::*},
    secrets, session, stacks, status, templates, tokens, webhooks, what_if,
};
use crate::auth::Group::{Join, Node, Public, User};

/// A route as others see it: for documentation and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// Method in capitals.
    pub method: &'static str,
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// Whether it can be called without credentials.
    pub public: bool,
}

/// Every route.
#[must_use]
pub fn route_table() -> Vec<RouteInfo> {
    let routes = routes();
    let info = routes.list().iter().map(|&(group, verb, path)| RouteInfo {
        method: verb.as_str(),
        path,
        public: group == Public,
    });
    info.collect()
}

pub(crate) fn routes() -> Routes {
    let routes = Routes::default()
        .add(Public, Get, "/", root::page)
        .add(Public, Get, "/openapi.json", root::openapi)
        .add(Public, Get, "/healthz", health::healthz)
        .add(Public, Get, "/readyz", health::readyz)
        .add(Join, Post, "/api/v1/nodes/register", register::register)
        .add(Node, Post, "/api/v1/nodes/{id}/heartbeat", heartbeat::heartbeat)
        .add(Node, Get, "/api/v1/nodes/{id}/session", session::session)
        .add(User, Get, "/ws/logs", logs::socket)
        .add(User, Get, "/metrics", metrics::metrics)
        .add(User, Get, "/api/v1/status", status::show)
        .add(User, Post, "/api/v1/plan", plan::plan)
        .add(User, Post, "/api/v1/placement/what-if", what_if::what_if)
        .add(User, Post, "/api/v1/placement/rebalance", rebalance::rebalance)
        .add(User, Get, "/api/v1/events", events::events);
    catalogue(webhook_routes(access(node_routes(stack_routes(deployment_routes(routes))))))
}

fn deployment_routes(routes: Routes) -> Routes {
    routes
        .add(User, Get, "/api/v1/deployments", deployments::list)
        .add(User, Post, "/api/v1/deployments", deployments::create)
        .add(User, Get, "/api/v1/deployments/{id}", deployments::show)
        .add(User, Patch, "/api/v1/deployments/{id}", deployments::update)
        .add(User, Delete, "/api/v1/deployments/{id}", deployments::remove)
        .add(User, Get, "/api/v1/deployments/{id}/logs", logs::lines)
        .add(User, Get, "/api/v1/deployments/{id}/outputs", deployments::outputs)
        .add(User, Get, "/api/v1/deployments/{id}/revisions", deployments::revisions)
        .add(User, Post, "/api/v1/deployments/{id}/rollback", deployments::rollback)
}

fn stack_routes(routes: Routes) -> Routes {
    routes
        .add(User, Get, "/api/v1/stacks", stacks::list)
        .add(User, Get, "/api/v1/stacks/{name}", stacks::show)
        .add(User, Put, "/api/v1/stacks/{name}", stacks::apply)
        .add(User, Delete, "/api/v1/stacks/{name}", stacks::remove)
        .add(User, Get, "/api/v1/secrets", secrets::list)
        .add(User, Put, "/api/v1/secrets/{name}", secrets::put)
        .add(User, Delete, "/api/v1/secrets/{name}", secrets::remove)
}

fn node_routes(routes: Routes) -> Routes {
    routes
        .add(User, Get, "/api/v1/nodes", nodes::list)
        .add(User, Get, "/api/v1/nodes/{id}", nodes::show)
        .add(User, Delete, "/api/v1/nodes/{id}", nodes::remove)
        .add(User, Patch, "/api/v1/nodes/{id}/labels", nodes::label)
        .add(User, Post, "/api/v1/nodes/{id}/cordon", nodes::cordon)
        .add(User, Post, "/api/v1/nodes/{id}/uncordon", nodes::uncordon)
        .add(User, Post, "/api/v1/nodes/{id}/drain", nodes::drain)
        .add(User, Post, "/api/v1/nodes/{id}/revoke", nodes::revoke)
        .add(User, Post, "/api/v1/nodes/{id}/deploy", nodes::deploy)
}

fn access(routes: Routes) -> Routes {
    routes
        .add(User, Get, "/api/v1/tokens", tokens::list)
        .add(User, Post, "/api/v1/tokens", tokens::create)
        .add(User, Delete, "/api/v1/tokens/{id}", tokens::remove)
        .add(User, Get, "/api/v1/keys", keys::list)
        .add(User, Post, "/api/v1/keys", keys::create)
        .add(User, Delete, "/api/v1/keys/{id}", keys::remove)
}

fn webhook_routes(routes: Routes) -> Routes {
    routes
        .add(User, Get, "/api/v1/webhooks", webhooks::list)
        .add(User, Post, "/api/v1/webhooks", webhooks::create)
        .add(User, Get, "/api/v1/webhooks/{name}", webhooks::show)
        .add(User, Delete, "/api/v1/webhooks/{name}", webhooks::remove)
        .add(User, Post, "/api/v1/webhooks/{name}/test", webhooks::test)
        .add(User, Get, "/api/v1/webhooks/{name}/dead-letters", webhooks::dead)
        .add(User, Delete, "/api/v1/webhooks/{name}/dead-letters", webhooks::clear)
        .add(User, Post, "/api/v1/webhooks/{name}/dead-letters/redeliver", webhooks::redeliver)
}

fn catalogue(routes: Routes) -> Routes {
    routes
        .add(User, Get, "/api/v1/templates", templates::list)
        .add(User, Get, "/api/v1/templates/{name}", templates::show)
        .add(User, Post, "/api/v1/templates/{name}/render", templates::render)
}
