//! Published ports: a template declares them, and takes what the placement gave.

use miaas_core::spec::Issue;
use serde_json::{Value as Json, json};

use super::variables::{Piece, Variables, pieces};
use crate::yaml::{Node, Value};

/// A port of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Port {
    pub(super) name: String,
    /// The parameter that chooses the port of the host.
    parameter: String,
    pub(super) default: u16,
    pub(super) container: u16,
    pub(super) udp: bool,
    /// Address of the host, when the document names one.
    pub(super) host_ip: Option<String>,
    pub(super) service: String,
}

impl Port {
    pub(super) fn manifest(&self) -> Json {
        let mut out = json!({
            "name": self.name,
            "container": self.container,
            "host": format!("{{{{ params.{} }}}}", self.parameter),
            "purpose": format!("Port {} of {}", self.container, self.service),
        });
        if self.udp {
            out["protocol"] = "udp".into();
        }
        out
    }
}

/// Takes the ports out of the services.
pub(super) fn take(root: &mut Node, variables: &mut Variables, issues: &mut Vec<Issue>) -> Vec<Port> {
    let mut out = Vec::new();
    let Value::Map(top) = &mut root.value else { return out };
    let Some((_, services)) = top.iter_mut().find(|(k, _)| k.text == "services") else { return out };
    let Value::Map(services) = &mut services.value else { return out };
    for (service, node) in services {
        let Value::Map(fields) = &mut node.value else { continue };
        let Some(at) = fields.iter().position(|(k, _)| k.text == "ports") else { continue };
        let (_, ports) = fields.remove(at);
        let Value::Seq(items) = ports.value else { continue };
        for item in &items {
            match read(item, variables) {
                Ok(found) => {
                    let name = name(&service.text, found.container, &out);
                    let parameter = match &found.variable {
                        Some(v) => variables.is_port(v).unwrap_or_default(),
                        None => variables.add_port(&format!("{name}_port"), found.host),
                    };
                    out.push(Port {
                        name,
                        parameter,
                        default: found.host,
                        container: found.container,
                        udp: found.udp,
                        host_ip: found.host_ip,
                        service: service.text.clone(),
                    });
                }
                Err(why) => issues.push(Issue::new(
                    format!("/services/{}/ports", service.text),
                    format!("line {}: {why}", item.pos.line),
                )),
            }
        }
    }
    out
}

fn name(service: &str, container: u16, taken: &[Port]) -> String {
    let base = super::slug(service).replace('-', "_");
    let free = |n: &str| taken.iter().all(|p| p.name != n);
    if free(&base) { base } else { format!("{base}_{container}") }
}

struct Found {
    host: u16,
    /// The variable that is the whole port of the host.
    variable: Option<String>,
    container: u16,
    udp: bool,
    host_ip: Option<String>,
}

fn read(item: &Node, variables: &Variables) -> Result<Found, String> {
    let (ip, host, container, protocol) = match &item.value {
        Value::Scalar(text) => short(text),
        Value::Map(_) => {
            let get = |name: &str| item.get(name).and_then(Node::text).unwrap_or_default().to_owned();
            (get("host_ip"), get("published"), get("target"), get("protocol"))
        }
        Value::Null | Value::Seq(_) => return Err("it is no port".to_owned()),
    };
    let number = |text: &str, what: &str| {
        let plain = variables.plain(text);
        plain.parse::<u16>().map_err(|_| match plain.contains('-') {
            true => format!("{text:?}: a template publishes single ports: write one entry for each"),
            false => format!("{text:?} is no {what}"),
        })
    };
    let variable = match pieces(&host).as_slice() {
        [Piece::Text(""), Piece::Variable { name, operator }, Piece::Text("")]
            if operator.is_none_or(|(op, _)| op.ends_with('-')) =>
        {
            Some((*name).to_owned()).filter(|_| variables.plain(&host).parse::<u16>().is_ok())
        }
        _ => None,
    };
    Ok(Found {
        host: if host.is_empty() { 0 } else { number(&host, "port of the host")? },
        variable,
        container: number(&container, "port of the container")?,
        udp: protocol == "udp",
        host_ip: Some(variables.plain(&ip)).filter(|ip| !ip.is_empty()),
    })
}

/// `[ip:][host:]container[/protocol]`, with variables anywhere.
fn short(text: &str) -> (String, String, String, String) {
    let mut parts = vec![String::new()];
    let (mut depth, mut protocol) = (0_u32, None);
    for c in text.chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            '/' if depth == 0 => {
                protocol = Some(String::new());
                continue;
            }
            _ => {}
        }
        let at = protocol.as_mut().or(parts.last_mut());
        at.into_iter().for_each(|part| part.push(c));
    }
    let container = parts.pop().unwrap_or_default();
    let host = parts.pop().unwrap_or_default();
    let ip = parts.join(":").trim_matches(['[', ']']).to_owned();
    (ip, host, container, protocol.unwrap_or_default())
}
