//! One document over another, by the rules of the specification: mappings merge, lists grow, what has an identity is replaced
//! by it, and `!reset` and `!override` say otherwise.

use std::collections::BTreeMap;

use crate::{
    compose::cursor::{Cursor, Report, join},
    yaml::{Key, Mark, Node, Pos, Value},
};

/// `over` over `base`.
pub(super) fn documents(base: Node, over: Node, report: &mut Report) -> Node {
    Merge { report, path: Vec::new() }.node(base, over)
}

/// A service over the one that it extends.
pub(super) fn service(base: Node, over: Node, name: &str, report: &mut Report) -> Node {
    Merge { report, path: vec!["services".to_owned(), name.to_owned()] }.node(base, over)
}

/// Drops what was reset, and the marks.
pub(super) fn settle(node: &mut Node) {
    node.mark = None;
    match &mut node.value {
        Value::Map(entries) => {
            entries.retain(|(_, n)| n.mark != Some(Mark::Reset));
            entries.iter_mut().for_each(|(_, n)| settle(n));
        }
        Value::Seq(items) => {
            items.retain(|n| n.mark != Some(Mark::Reset));
            items.iter_mut().for_each(settle);
        }
        Value::Null | Value::Scalar(_) => {}
    }
}

/// How two values at one place come together.
enum Rule {
    /// By their kind.
    Kind,
    /// The later one wins.
    Replace,
    /// `KEY=VALUE` lists are mappings.
    Pairs,
    /// Lists of names are mappings.
    Names,
    /// One text is a list of one; each text stands once.
    Texts,
    /// Items with the same identity are replaced.
    Items(fn(&Node) -> Option<String>),
    /// Options belong to a driver.
    Logging,
}

fn rule(path: &[String]) -> Rule {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["services", _, "command" | "entrypoint"] | ["services", _, "healthcheck", "test"] => Rule::Replace,
        ["services", _, "ulimits", _] => Rule::Replace,
        ["services", _, "environment" | "labels" | "annotations" | "sysctls" | "storage_opt"]
        | ["services", _, "deploy", "labels"]
        | ["networks" | "volumes" | "configs" | "secrets", _, "labels"] => Rule::Pairs,
        ["services", _, "depends_on" | "networks"] => Rule::Names,
        ["services", _, "logging"] => Rule::Logging,
        [
            "services",
            _,
            "dns"
            | "dns_search"
            | "dns_opt"
            | "tmpfs"
            | "expose"
            | "cap_add"
            | "cap_drop"
            | "security_opt"
            | "group_add"
            | "device_cgroup_rules"
            | "volumes_from"
            | "links"
            | "external_links"
            | "profiles"
            | "extra_hosts"
            | "label_file",
        ] => Rule::Texts,
        ["services", _, "env_file"] => Rule::Items(|n| text_of(n, "path").or_else(|| n.text().map(str::to_owned))),
        ["services", _, "ports"] => Rule::Items(port),
        ["services", _, "volumes"] => Rule::Items(|n| target(n, 1)),
        ["services", _, "devices"] => Rule::Items(|n| target(n, 1)),
        ["services", _, "configs" | "secrets"] => Rule::Items(|n| target(n, 0).or_else(|| text_of(n, "source"))),
        ["services", _, "blkio_config", _] => Rule::Items(|n| text_of(n, "path")),
        ["networks", _, "ipam", "config"] => Rule::Items(|n| text_of(n, "subnet")),
        _ => Rule::Kind,
    }
}

struct Merge<'r> {
    report: &'r mut Report,
    path: Vec<String>,
}

impl Merge<'_> {
    fn node(&mut self, mut base: Node, mut over: Node) -> Node {
        if over.mark.is_some() || base.mark == Some(Mark::Reset) {
            return over;
        }
        if over.value == Value::Null {
            return base;
        }
        if base.value == Value::Null {
            return over;
        }
        match rule(&self.path) {
            Rule::Replace => return over,
            Rule::Pairs => (base.value, over.value) = (pairs(base.value), pairs(over.value)),
            Rule::Names => (base.value, over.value) = (names(base.value), names(over.value)),
            Rule::Texts => {
                (base.value, over.value) = (list(base.pos, base.value), list(over.pos, over.value));
                return items(base, over, |n| n.text().map(str::to_owned));
            }
            Rule::Items(identity) => {
                (base.value, over.value) = (list(base.pos, base.value), list(over.pos, over.value));
                return items(base, over, identity);
            }
            Rule::Logging => {
                let driver = |n: &Node| text_of(n, "driver");
                if driver(&over).is_some() && driver(&over) != driver(&base) {
                    return over;
                }
            }
            Rule::Kind => {}
        }
        let pos = over.pos;
        match (base.value, over.value) {
            (Value::Map(base), Value::Map(over)) => Node { pos, value: self.maps(base, over), mark: None },
            (Value::Seq(mut base), Value::Seq(over)) => {
                base.extend(over);
                Node { pos, value: Value::Seq(base), mark: None }
            }
            (Value::Scalar(_), value @ Value::Scalar(_)) => Node { pos, value, mark: None },
            (base, value) => {
                let path = self.path.iter().fold(String::new(), |p, part| join(&p, part));
                let text = format!("{} cannot be merged over {}", value.kind(), base.kind());
                self.report.issue_hint(
                    &Cursor { path, pos, value: &Value::Null },
                    text,
                    "write `!override` before the value to replace what was there",
                );
                Node { pos, value, mark: None }
            }
        }
    }

    fn maps(&mut self, base: Vec<(Key, Node)>, over: Vec<(Key, Node)>) -> Value {
        let mut out = base;
        let index: BTreeMap<String, usize> = out.iter().enumerate().map(|(i, (k, _))| (k.text.clone(), i)).collect();
        // A variable without a value is one of its own meaning, and replaces.
        let bare = matches!(rule(&self.path), Rule::Pairs);
        for (key, node) in over {
            let Some(&at) = index.get(&key.text) else {
                out.push((key, node));
                continue;
            };
            let (_, there) = &mut out[at];
            if bare {
                *there = node;
                continue;
            }
            let pos = there.pos;
            let old = std::mem::replace(there, Node { pos, value: Value::Null, mark: None });
            self.path.push(key.text.clone());
            let merged = self.node(old, node);
            self.path.pop();
            out[at] = (key, merged);
        }
        Value::Map(out)
    }
}

fn items(base: Node, over: Node, identity: impl Fn(&Node) -> Option<String>) -> Node {
    let (Value::Seq(mut out), pos) = (base.value, over.pos) else { return over };
    let Value::Seq(more) = over.value else { return Node { pos, value: Value::Seq(out), mark: None } };
    let mut index: BTreeMap<String, usize> =
        out.iter().enumerate().filter_map(|(i, n)| identity(n).map(|id| (id, i))).collect();
    for item in more {
        let id = identity(&item);
        match id.as_ref().and_then(|id| index.get(id)) {
            Some(&at) => out[at] = item,
            None => {
                if let Some(id) = id {
                    index.insert(id, out.len());
                }
                out.push(item);
            }
        }
    }
    Node { pos, value: Value::Seq(out), mark: None }
}

fn list(pos: Pos, value: Value) -> Value {
    match value {
        Value::Scalar(_) => Value::Seq(vec![Node { pos, value, mark: None }]),
        // `extra_hosts` as a mapping.
        Value::Map(entries) => Value::Seq(
            entries
                .into_iter()
                .map(|(key, node)| {
                    let value = Value::Scalar(format!("{}={}", key.text, node.text().unwrap_or_default()));
                    Node { pos: key.pos, value, mark: None }
                })
                .collect(),
        ),
        other => other,
    }
}

fn pairs(value: Value) -> Value {
    let Value::Seq(items) = value else { return value };
    let mut out: Vec<(Key, Node)> = Vec::with_capacity(items.len());
    let mut index = BTreeMap::new();
    for item in items {
        let text = item.text().unwrap_or_default();
        let (name, value) =
            text.split_once('=').map_or((text, Value::Null), |(name, value)| (name, Value::Scalar(value.to_owned())));
        let key = Key { text: name.to_owned(), pos: item.pos };
        let node = Node { pos: item.pos, value, mark: None };
        match index.get(&key.text) {
            Some(&at) => out[at] = (key, node),
            None => {
                index.insert(key.text.clone(), out.len());
                out.push((key, node));
            }
        }
    }
    Value::Map(out)
}

fn names(value: Value) -> Value {
    let Value::Seq(items) = value else { return value };
    let entry = |item: Node| {
        let key = Key { text: item.text().unwrap_or_default().to_owned(), pos: item.pos };
        (key, Node { pos: item.pos, value: Value::Null, mark: None })
    };
    Value::Map(items.into_iter().map(entry).collect())
}

fn text_of(node: &Node, field: &str) -> Option<String> {
    node.get(field).and_then(Node::text).map(str::to_owned)
}

/// The place inside the container: `target`, or the part of a short form at `index`.
fn target(node: &Node, index: usize) -> Option<String> {
    let text = match node.text() {
        Some(text) => text.split(':').nth(index).or_else(|| text.split(':').next())?.to_owned(),
        None => text_of(node, "target")?,
    };
    Some(if text.len() > 1 { text.trim_end_matches('/').to_owned() } else { text })
}

/// What is published where: a port with the same identity would be the same one.
fn port(node: &Node) -> Option<String> {
    if let Some(text) = node.text() {
        let (rest, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let (rest, target) = rest.rsplit_once(':').unwrap_or(("", rest));
        let (ip, published) = rest.rsplit_once(':').unwrap_or(("", rest));
        return Some(format!("{}|{published}|{target}|{protocol}", ip.trim_matches(['[', ']'])));
    }
    let part = |name| text_of(node, name).unwrap_or_default();
    let protocol = text_of(node, "protocol").unwrap_or_else(|| "tcp".to_owned());
    Some(format!("{}|{}|{}|{protocol}", part("host_ip"), part("published"), part("target")))
}
