//! `extends`: a service that starts from another one, of the same document or of another.

use miaas_core::spec::nearest;

use super::{Env, Loader, merge};
use crate::{
    compose::{
        cursor::{Cursor, join},
        files::{directory, resolve},
        short, support,
    },
    yaml::{Node, Value},
};

/// A document that services are looked up in.
#[derive(Clone, Copy)]
struct Source<'n> {
    root: &'n Node,
    path: &'n str,
}

/// How we got to a service: files and names.
type Chain = Vec<(String, String)>;

impl Loader<'_, '_> {
    /// Resolves `extends` of every service of the document at `path`.
    pub(super) fn extend_services(&mut self, root: &mut Node, path: &str, env: &Env) -> Option<()> {
        let Some(services) = root.get("services") else { return Some(()) };
        let Value::Map(entries) = &services.value else { return Some(()) };
        let extending = |n: &Node| n.get("extends").is_some();
        if !entries.iter().any(|(_, n)| extending(n)) {
            return Some(());
        }
        let mut resolved = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            let node = if extending(node) {
                self.resolved(Source { root, path }, &key.text, env, &mut Chain::new())?
            } else {
                node.clone()
            };
            resolved.push((key.clone(), node));
        }
        if let Value::Map(top) = &mut root.value
            && let Some((_, services)) = top.iter_mut().find(|(k, _)| k.text == "services")
        {
            services.value = Value::Map(resolved);
        }
        Some(())
    }

    /// The service of a document with what it extends.
    fn resolved(&mut self, of: Source<'_>, name: &str, env: &Env, chain: &mut Chain) -> Option<Node> {
        let Source { root, path } = of;
        let mut service = root.get("services")?.get(name)?.clone();
        let Some(extends) = service.get("extends").cloned() else { return Some(service) };
        let at =
            Cursor { path: format!("{}/extends", join("/services", name)), pos: extends.pos, value: &extends.value };
        let here = (path.to_owned(), name.to_owned());
        if let Some(start) = chain.iter().position(|link| *link == here) {
            let circle: Vec<String> =
                chain[start..].iter().chain([&here]).map(|(file, service)| format!("{service} ({file})")).collect();
            self.report.issue(&at, format!("services extend each other: {}", circle.join(" → ")));
            return None;
        }
        chain.push(here);
        if let Value::Map(entries) = &mut service.value {
            entries.retain(|(key, _)| key.text != "extends");
        }
        let (file, base) = match &extends.value {
            Value::Scalar(text) => (None, text.clone()),
            _ => {
                let fields = at.fields(support::EXTENDS, self.report);
                let Some(service_at) = fields.get("service") else {
                    self.report.issue(&at, "`extends` names no `service`");
                    return None;
                };
                let file = match fields.get("file") {
                    Some(at) => Some(resolve(&self.report.directory(at.pos), at.text(self.report)?)),
                    None => None,
                };
                (file, service_at.text(self.report)?.to_owned())
            }
        };
        let base = match file.filter(|f| f != path) {
            None => self.base(of, &base, env, &at, chain)?,
            Some(file) => {
                let other = self.read(&file, directory(&file), env, Some(&at))?;
                self.base(Source { root: &other, path: &file }, &base, env, &at, chain)?
            }
        };
        chain.pop();
        Some(merge::service(base, service, name, self.report))
    }

    fn base(&mut self, of: Source<'_>, name: &str, env: &Env, at: &Cursor<'_>, chain: &mut Chain) -> Option<Node> {
        let Source { root, path } = of;
        let services = root.get("services");
        if services.and_then(|s| s.get(name)).is_none() {
            let text = format!("the service {:?} that is extended is not in {path}", short(name));
            let names = match services.map(|s| &s.value) {
                Some(Value::Map(entries)) => entries.iter().map(|(k, _)| k.text.as_str()).collect(),
                _ => Vec::new(),
            };
            match nearest(name, names) {
                Some(near) => self.report.issue_hint(at, text, format!("did you mean {near:?}?")),
                None => self.report.issue(at, text),
            }
            return None;
        }
        self.resolved(of, name, env, chain)
    }
}
