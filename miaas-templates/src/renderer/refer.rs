//! What a deployment refers to, and what takes its place.

use std::collections::BTreeMap;

use miaas_core::{
    model::{Params, Reference, Source, Values, reference},
    name::Name,
    port::RenderError,
    spec::Issue,
};

use crate::{
    catalog::Catalog,
    manifest::{Manifest, ParamType},
    params::Resolved,
};

/// Every reference of the source with the path of the value that it is in. Malformed ones are left to validation.
pub(super) fn of(source: &Source, catalog: &Catalog) -> Vec<(Reference, String)> {
    match source {
        Source::Template { name, params } => {
            let manifest = catalog.get(name).ok().map(|entry| &entry.manifest);
            of_params(manifest, params)
        }
        Source::Compose(source) => source
            .env
            .iter()
            .flat_map(|(name, text)| in_text(text, &format!("/source/env/{}", escaped(name))))
            .collect(),
    }
}

fn of_params(manifest: Option<&Manifest>, params: &Params) -> Vec<(Reference, String)> {
    let texts = params.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    let found = texts.flat_map(|(name, text)| {
        let path = format!("/source/params/{}", escaped(name));
        match (manifest.and_then(|m| m.parameter(name)), Name::parse(text)) {
            (Some(p), Ok(secret)) if p.kind == ParamType::Secret => vec![(Reference::Secret(secret), path)],
            (Some(p), _) if !p.refers() => Vec::new(),
            _ => in_text(text, &path),
        }
    });
    found.collect()
}

fn in_text(text: &str, path: &str) -> Vec<(Reference, String)> {
    let found = reference::references(text).unwrap_or_default();
    found.into_iter().map(|r| (r, path.to_owned())).collect()
}

/// The issues of references that are malformed.
pub(super) fn issues(env: &BTreeMap<String, String>) -> Vec<Issue> {
    let wrong = env.iter().filter_map(|(name, text)| {
        let issue = reference::references(text).err()?;
        Some(Issue { path: format!("/source/env/{}", escaped(name)), ..issue })
    });
    wrong.collect()
}

/// The parameters with values in place of references, checked as if they had been given like that.
pub(super) fn filled(manifest: &Manifest, params: &Resolved, values: &Values) -> Result<Resolved, RenderError> {
    params.filled(manifest, values).map_err(super::one)
}

/// The variables of a document with values in place of references.
pub(super) fn filled_env(
    env: &BTreeMap<String, String>,
    values: &Values,
) -> Result<BTreeMap<String, String>, RenderError> {
    let fill = |(name, text): (&String, &String)| {
        let text = reference::substitute(text, values).map_err(|i| super::one([i]))?;
        Ok((name.clone(), text))
    };
    env.iter().map(fill).collect()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
