//! Licence, links, rules and what goes with a template.

use std::collections::BTreeSet;

use miaas_core::name::Name;

use super::{super::Manifest, Found};
use crate::render;

pub(super) fn check(m: &Manifest, say: &mut Found<'_>) {
    if let Some(license) = &m.license
        && let Err(e) = spdx::Expression::parse(license)
    {
        say.with_hint(
            "/license",
            format!("{license:?} is no SPDX expression: {}", e.reason),
            "write for example Apache-2.0, or LicenseRef-NAME for a licence that SPDX does not list",
        );
    }
    for (name, link) in
        [("website", &m.links.website), ("documentation", &m.links.documentation), ("source", &m.links.source)]
    {
        let Some(url) = link else { continue };
        let good =
            |rest: &str| !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(|c| c.is_ascii_graphic());
        if !url.strip_prefix("https://").is_some_and(good) {
            say.that(format!("/links/{name}"), format!("{url:?} is no address that starts with https://"));
        }
    }
    for (i, rule) in m.rules.iter().enumerate() {
        self::rule(m, &rule.check, &rule.parameters, &format!("/rules/{i}"), say);
        if rule.message.trim().is_empty() {
            say.that(format!("/rules/{i}/message"), "the message is empty");
        }
    }
    say.names("requires", "requirement", m.requires.iter().map(|r| r.name.as_str()));
    for (i, requirement) in m.requires.iter().enumerate() {
        if requirement.templates.is_empty() {
            say.that(format!("/requires/{i}/templates"), "no template is named");
        }
        for (j, template) in requirement.templates.iter().enumerate() {
            if let Err(e) = Name::parse(template) {
                say.that(format!("/requires/{i}/templates/{j}"), e.to_string());
            }
        }
        if let Some(name) = &requirement.parameter {
            parameter(m, name, format!("/requires/{i}/parameter"), say);
        }
    }
    for (name, output) in &m.outputs {
        if !super::is_identifier(name) {
            say.that(format!("/outputs/{name}"), format!("output name {name:?} {}", super::IDENTIFIER));
        }
        if output.value.trim().is_empty() {
            say.that(format!("/outputs/{name}"), format!("output {name:?} is empty"));
        }
    }
}

fn rule(m: &Manifest, check: &str, listed: &[String], path: &str, say: &mut Found<'_>) {
    if listed.is_empty() {
        say.that(format!("{path}/parameters"), "the rule names no parameter");
    }
    for (i, name) in listed.iter().enumerate() {
        parameter(m, name, format!("{path}/parameters/{i}"), say);
    }
    let used = match render::variables(check) {
        Ok(used) => used,
        Err(e) => return say.that(format!("{path}/check"), format!("the check {check:?} cannot be read: {e}")),
    };
    let listed: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    for name in used {
        match name.strip_prefix("params.") {
            Some(name) if listed.contains(name) => {}
            Some(name) => {
                say.that(
                    format!("{path}/parameters"),
                    format!("the check uses parameter {name:?}, which is not listed"),
                );
            }
            None => {
                say.that(format!("{path}/check"), format!("the check uses {name:?}: a rule knows only params.NAME"));
            }
        }
    }
}

fn parameter(m: &Manifest, name: &str, path: String, say: &mut Found<'_>) {
    if m.parameter(name).is_none() {
        say.unknown(path, format!("parameter {name:?} does not exist"), m.parameters.iter().map(|p| p.name.as_str()));
    }
}
