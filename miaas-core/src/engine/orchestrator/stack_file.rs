//! A stack as it could be applied, read back from what is stored (T8). What nobody may see is not told, and can still be kept.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Orchestrator, deployments::being_removed, stacks::members};
use crate::{
    api::v1::{ApplyStack, CreateDeployment, StackService},
    error::PortError,
    model::{
        Deployment, Reference, Source,
        reference::{STORED, is_only_a_reference},
    },
    name::Name,
    spec::Issue,
};

impl Orchestrator {
    /// The request that makes a stack what it is already. Passwords, variables and files of Compose documents are [`STORED`], unless
    /// they are a reference to what stands elsewhere.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name; `Conflict` once all of it is being removed.
    pub fn stack_file(&self, name: &str) -> Result<ApplyStack, PortError> {
        let found: Vec<_> = {
            let world = self.world();
            members(&world).filter(|(m, _)| m.stack.as_str() == name).map(|(_, d)| d.value.clone()).collect()
        };
        let Some(first) = found.first() else { return Err(self.no_stack(name)) };
        let kept = found.iter().filter(|d| d.deleted_at.is_none());
        let services: BTreeMap<String, StackService> = kept.filter_map(|d| self.service(d)).collect();
        if services.is_empty() { Err(being_removed(first)) } else { Ok(ApplyStack { services }) }
    }

    fn service(&self, d: &Deployment) -> Option<(String, StackService)> {
        let (spec, member) = (&d.spec, d.spec.stack.as_ref()?);
        // What it refers to it waits for anyway.
        let referred: Vec<Name> = self.ports.renderer.references(spec).into_iter().filter_map(|(r, _)| of(r)).collect();
        let after = member.after.iter().filter(|name| !referred.contains(name));
        let mut service = StackService {
            replicas: Some(spec.replicas).filter(|n| *n != 1),
            placement: spec.placement.clone(),
            priority: spec.priority,
            labels: spec.labels.0.iter().map(|(k, v)| (k.to_string(), v.clone())).collect(),
            update: spec.update.clone(),
            depends_on: after.map(ToString::to_string).collect(),
            ..StackService::default()
        };
        match &spec.source {
            Source::Template { name, params } => {
                service.template = Some(name.clone());
                service.params.clone_from(params);
                for secret in self.ports.renderer.secret_params(spec) {
                    if let Some(value) = service.params.get_mut(&secret)
                        && !value.as_str().is_some_and(is_only_a_reference)
                    {
                        *value = Value::from(STORED);
                    }
                }
            }
            Source::Compose(source) => {
                service.compose = Some(source.text.clone());
                service.env = hidden(&source.env);
                service.files = hidden(&source.files);
                service.overrides.clone_from(&source.overrides);
            }
        }
        Some((member.service.to_string(), service))
    }

    /// The body of a service with what is stored in place of each [`STORED`].
    ///
    /// # Errors
    /// `Invalid` with an issue for each that nothing is stored for.
    pub(super) fn with_stored(&self, stack: &Name, body: &CreateDeployment) -> Result<CreateDeployment, PortError> {
        let stored = body.name.as_deref().and_then(|name| Some(self.world().find_deployment(name)?.value.clone()));
        let stored = stored.filter(|d| d.spec.stack.as_ref().is_some_and(|m| m.stack == *stack));
        let (params, document) = match stored.as_ref().map(|d| &d.spec.source) {
            // Another template may show what this one hides.
            Some(Source::Template { name, params }) if body.template.as_ref() == Some(name) => (Some(params), None),
            Some(Source::Template { .. }) => (None, None),
            Some(Source::Compose(document)) => (None, Some(document)),
            None => (None, None),
        };
        let (mut body, mut issues) = (body.clone(), Vec::new());
        keep("params", &mut body.params, params, &mut issues);
        keep("env", &mut body.env, document.map(|d| &d.env), &mut issues);
        keep("files", &mut body.files, document.map(|d| &d.files), &mut issues);
        if issues.is_empty() { Ok(body) } else { Err(PortError::invalid("stack.apply", issues)) }
    }
}

fn of(reference: Reference) -> Option<Name> {
    match reference {
        Reference::Service { service, .. } => Some(service),
        Reference::Secret(_) => None,
    }
}

fn hidden(values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let shown = |value: &String| if is_only_a_reference(value) { value.clone() } else { STORED.to_owned() };
    values.iter().map(|(name, value)| (name.clone(), shown(value))).collect()
}

fn keep<V: PartialEq<str> + Clone>(
    part: &str,
    values: &mut BTreeMap<String, V>,
    stored: Option<&BTreeMap<String, V>>,
    issues: &mut Vec<Issue>,
) {
    for (name, value) in values.iter_mut().filter(|(_, value)| **value == *STORED) {
        match stored.and_then(|stored| stored.get(name)) {
            Some(kept) => value.clone_from(kept),
            None => {
                let path = format!("/{part}/{}", name.replace('~', "~0").replace('/', "~1"));
                let issue = Issue::new(path, format!("{STORED}: nothing is stored here that could stay"));
                issues.push(issue.with_hint("write the value itself, or leave it out"));
            }
        }
    }
}
