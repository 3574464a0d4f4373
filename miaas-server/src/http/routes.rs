//! Builds the router from groups. Each route is added to a group, and the guard of the group stands before it.

use std::collections::BTreeMap;

use axum::{
    Router,
    handler::Handler,
    middleware,
    routing::{MethodFilter, on},
};

use crate::{
    auth::{Group, guard},
    state::AppState,
};

/// The methods that routes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Patch,
    Put,
    Delete,
}

impl Verb {
    const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Put => MethodFilter::PUT,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Routes by group, and the list of them.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    groups: BTreeMap<Group, Router<AppState>>,
    list: Vec<(Group, Verb, &'static str)>,
}

impl Routes {
    pub(super) fn add<H, T>(mut self, group: Group, verb: Verb, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let routes = self.groups.remove(&group).unwrap_or_default().route(path, on(verb.filter(), handler));
        self.groups.insert(group, routes);
        self.list.push((group, verb, path));
        self
    }

    pub(super) fn list(&self) -> &[(Group, Verb, &'static str)] {
        &self.list
    }

    pub(super) fn into_router(self, state: &AppState) -> Router<AppState> {
        self.groups.into_iter().fold(Router::new(), |all, (group, routes)| {
            all.merge(routes.route_layer(middleware::from_fn_with_state((state.clone(), group), guard)))
        })
    }
}
