//! The OpenAPI document (U3), made from the handlers.

use miaas_core::api::v1::ErrorBody;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Ref, RefOr, Response,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::http::{
    Access, audit, backup, deployments, events, health, heartbeat, keys, logs, metrics, nodes, oidc, plan, proof,
    rebalance, register, root, route_table, seal, secrets, session, sign_in, site, stacks, status, templates, tokens,
    users, webhooks, what_if,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "MIaaS",
        description = "The control plane: nodes, deployments, templates, events. Every error has the envelope `ErrorBody`."
    ),
    paths(
        site::index, site::asset, root::openapi, root::ca, health::healthz, health::readyz, status::show, metrics::metrics, plan::plan, what_if::what_if,
        rebalance::rebalance,
        webhooks::list, webhooks::create, webhooks::show, webhooks::remove, webhooks::test, webhooks::dead, webhooks::clear,
        webhooks::redeliver,
        register::register, proof::challenge, proof::token, heartbeat::heartbeat, session::session,
        nodes::list, nodes::show, nodes::remove, nodes::label, nodes::cordon, nodes::uncordon, nodes::drain,
        nodes::approve, nodes::revoke, nodes::deploy,
        deployments::list, deployments::create, deployments::show, deployments::update, deployments::remove,
        stacks::list, stacks::show, stacks::file, stacks::apply, stacks::remove, secrets::list, secrets::put, secrets::remove,
        deployments::outputs, deployments::revisions, deployments::rollback, logs::lines, logs::socket, events::events,
        templates::list, templates::show, templates::render,
        tokens::list, tokens::create, tokens::remove, keys::list, keys::create, keys::remove, users::list,
        users::create, users::update, users::remove, sign_in::methods, sign_in::create, sign_in::show, sign_in::remove, sign_in::password, sign_in::link,
        sign_in::list, sign_in::end, oidc::begin, oidc::finish, seal::rotate, audit::list, backup::create,
    ),
    components(schemas(ErrorBody)),
    modifiers(&Common)
)]
struct Document;

/// What every operation shares: the error envelope, and credentials unless it is public.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "An API key; for `register` a join token, for `heartbeat` and the node's `session` the node's token. The page of this server \
                 uses the cookie of a session instead.",
            ))
            .build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        let routes = route_table();
        for (path, item) in &mut document.paths.paths {
            let public = routes.iter().any(|r| r.path == path && matches!(r.access, Access::Public | Access::Proof));
            let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().filter_map(Option::as_mut) {
                complete(operation, public);
            }
        }
    }
}

fn complete(operation: &mut Operation, public: bool) {
    let envelope = Content::new(Some(RefOr::Ref(Ref::from_schema_name("ErrorBody"))));
    let mut error = Response::new("Any error");
    error.content.insert("application/json".to_owned(), RefOr::T(envelope));
    operation.responses.responses.insert("default".to_owned(), RefOr::T(error));
    // Handlers are named alike in each group; code generators want one name for the whole document.
    if let (Some(tag), Some(id)) = (operation.tags.as_ref().and_then(|t| t.first()), &operation.operation_id) {
        operation.operation_id = Some(format!("{tag}_{id}"));
    }
    if !public {
        operation.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    }
}

/// The OpenAPI 3.1 document as indented JSON, with a line end.
#[must_use]
pub fn openapi() -> String {
    match Document::openapi().to_pretty_json() {
        Ok(text) => text + "\n",
        Err(error) => {
            tracing::error!(%error, "the OpenAPI document does not serialise");
            "{}\n".to_owned()
        }
    }
}
