//! Published ports, short and long form.

use std::net::IpAddr;

use miaas_core::model::{Protocol, PublishedPort};

use super::{
    cursor::{Cursor, Report},
    short, support,
};
use crate::yaml::Value;

/// Where a port is published when the document does not say: everywhere, as Compose does it.
const ALL: &str = "0.0.0.0";

/// The `ports` of a service. Host port 0 stands for one that the placement chooses.
pub(super) fn read(at: &Cursor<'_>, report: &mut Report) -> Vec<PublishedPort> {
    let items = at.items(report);
    let mut out = Vec::new();
    for item in &items {
        if let Value::Map(_) = item.value {
            out.extend(long(item, report));
            continue;
        }
        let Some(text) = item.text(report) else { continue };
        match short_form(text) {
            Ok(ports) => out.extend(ports),
            Err(why) => {
                let hint = "write `[ip:][host:]container[/protocol]`, for example 127.0.0.1:8080:80/tcp";
                report.issue_hint(item, format!("{:?} is no port to publish: {why}", short(text)), hint);
            }
        }
    }
    out
}

/// `[ip:][host:]container[/protocol]`; an IPv6 address stands in brackets, and ports may be ranges of the same length.
fn short_form(text: &str) -> Result<Vec<PublishedPort>, String> {
    let (text, protocol) = match text.split_once('/') {
        Some((rest, name)) => (rest, protocol(name)?),
        None => (text, Protocol::Tcp),
    };
    let (rest, container) = text.rsplit_once(':').unwrap_or(("", text));
    // `::1:8080:80` would be ambiguous: brackets are needed around an address with colons.
    let (ip, host) = match rest.rsplit_once(':') {
        Some((ip, host)) => (ip.trim_start_matches('[').trim_end_matches(']'), host),
        None => ("", rest),
    };
    let host_ip = if ip.is_empty() { ALL.to_owned() } else { self::ip(ip)? };
    let containers = range(container, container_port)?;
    let hosts = if host.is_empty() { vec![0; containers.len()] } else { range(host, port)? };
    if hosts.len() != containers.len() {
        return Err(format!(
            "{} ports of the host cannot stand for {} of the container",
            hosts.len(),
            containers.len()
        ));
    }
    let one = |(host, container)| PublishedPort { host_ip: host_ip.clone(), host, container, protocol };
    Ok(hosts.into_iter().zip(containers).map(one).collect())
}

fn long(at: &Cursor<'_>, report: &mut Report) -> Option<PublishedPort> {
    let fields = at.fields(support::PORT, report);
    let Some(target) = fields.get("target") else {
        report.issue(at, "the port has no `target`");
        return None;
    };
    let container = target.parsed(report, |t| container_port(t).map_err(is));
    let host = fields.get("published").map_or(Some(0), |at| at.parsed(report, |t| port(t).map_err(is)));
    let host_ip = fields.get("host_ip").map_or(Some(ALL.to_owned()), |at| at.parsed(report, |t| ip(t).map_err(is)));
    let protocol =
        fields.get("protocol").map_or(Some(Protocol::Tcp), |at| at.parsed(report, |t| protocol(t).map_err(is)));
    Some(PublishedPort { host_ip: host_ip?, host: host?, container: container?, protocol: protocol? })
}

fn is(why: impl std::fmt::Display) -> String {
    format!("is not valid: {why}")
}

/// Most ports of one range.
const MAX_RANGE: u16 = 1000;

fn range(text: &str, port: fn(&str) -> Result<u16, String>) -> Result<Vec<u16>, String> {
    match text.split_once('-') {
        Some((from, to)) if !from.is_empty() => {
            let (from, to) = (port(from)?, port(to)?);
            if to < from || to - from >= MAX_RANGE {
                return Err(format!("{:?} is no range of at most {MAX_RANGE} ports", short(text)));
            }
            Ok((from..=to).collect())
        }
        _ => Ok(vec![port(text)?]),
    }
}

fn port(text: &str) -> Result<u16, String> {
    if text.contains('-') && text.split('-').all(|p| p.parse::<u16>().is_ok()) {
        return Err("the long form takes one port: list each port".into());
    }
    if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() {
        return text.parse().map_err(|_| format!("{text} is greater than 65535"));
    }
    Err(format!("{:?} is no port number", short(text)))
}

fn container_port(text: &str) -> Result<u16, String> {
    match port(text)? {
        0 => Err("the port of the container must not be 0".into()),
        n => Ok(n),
    }
}

fn ip(text: &str) -> Result<String, String> {
    match text.parse::<IpAddr>() {
        Ok(ip) => Ok(ip.to_string()),
        Err(_) => Err(format!("{:?} is no IP address", short(text))),
    }
}

fn protocol(text: &str) -> Result<Protocol, String> {
    match text {
        "tcp" => Ok(Protocol::Tcp),
        "udp" => Ok(Protocol::Udp),
        _ => Err(format!("protocol {:?} is neither tcp nor udp", short(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms() {
        for (text, want) in [
            ("80", Ok(("0.0.0.0", 0, 80, Protocol::Tcp))),
            ("8080:80", Ok(("0.0.0.0", 8080, 80, Protocol::Tcp))),
            ("127.0.0.1:8080:80/tcp", Ok(("127.0.0.1", 8080, 80, Protocol::Tcp))),
            ("127.0.0.1::80", Ok(("127.0.0.1", 0, 80, Protocol::Tcp))),
            ("[::1]:53:53/udp", Ok(("::1", 53, 53, Protocol::Udp))),
            ("8000-8001:9000-9001", Ok(("0.0.0.0", 8000, 9000, Protocol::Tcp))),
            ("8000-8001:80", Err("2 ports of the host cannot stand for 1 of the container")),
            ("1-9000:1-9000", Err("\"1-9000\" is no range of at most 1000 ports")),
            ("70000:80", Err("70000 is greater than 65535")),
            ("8080:0", Err("the port of the container must not be 0")),
            ("-1:80", Err("\"-1\" is no port number")),
            ("http", Err("\"http\" is no port number")),
            ("80/sctp", Err("protocol \"sctp\" is neither tcp nor udp")),
            ("localhost:8080:80", Err("\"localhost\" is no IP address")),
            ("", Err("\"\" is no port number")),
        ] {
            let got = short_form(text);
            let got = got
                .as_ref()
                .map(|p| &p[0])
                .map(|p| (p.host_ip.as_str(), p.host, p.container, p.protocol))
                .map_err(String::as_str);
            assert_eq!(got, want, "{text}");
        }
    }
}
