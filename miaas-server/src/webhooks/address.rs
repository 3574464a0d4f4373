//! Which addresses events may be sent to. Somebody who may make webhooks must not reach through the control plane what only it
//! can reach: its own machine, private networks, the metadata service of a cloud. What counts is the address that is dialled.

use std::{
    io::{Error, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use hyper_util::client::legacy::connect::dns::Name;
use ipnet::IpNet;
use tower::Service;
use url::{Host, Url};

/// Public addresses, and the networks that the operator allows.
#[derive(Debug, Clone, Default)]
pub(super) struct Allowed(Arc<[IpNet]>);

impl Allowed {
    pub(super) fn new(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    fn permits(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&ip)) || is_public(ip)
    }

    /// What is wrong with an address that names its host by number. Names are looked at when they are dialled.
    pub(super) fn check(&self, url: &Url) -> Result<(), String> {
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            _ => return Ok(()),
        };
        if self.permits(ip) { Ok(()) } else { Err(format!("{ip} is not a public address")) }
    }
}

/// Resolves names, to allowed addresses only.
#[derive(Debug, Clone)]
pub(super) struct Resolver(pub(super) Allowed);

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let allowed = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let usable: Vec<SocketAddr> = found.iter().copied().filter(|a| allowed.permits(a.ip())).collect();
            match (usable.is_empty(), found.first()) {
                (true, Some(other)) => {
                    let text = format!("{} is at {}, which is not a public address", name.as_str(), other.ip());
                    Err(Error::new(ErrorKind::PermissionDenied, text))
                }
                _ => Ok(usable.into_iter()),
            }
        })
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// By the registry of special addresses (RFC 6890 and its successors).
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_broadcast()
        || ip.is_multicast()
        || matches!(
            (a, b, c),
            (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) | (240.., ..)
        );
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let [.., high, low] = segments;
    let embedded = Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // An IPv4 address in another form: mapped, translated (RFC 6052), or tunnelled (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(embedded),
        [0x2002, high, low, ..] => is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        // Teredo, benchmarks, documentation, everything of the registry below 2001:200::.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        // Only this block is given out to the public.
        [first, ..] => (0x2000..0x4000).contains(&first) && first != 0x3fff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d8_only_public_addresses_and_what_is_allowed() {
        let networks: Vec<IpNet> = vec!["10.1.0.0/16".parse().unwrap(), "::1/128".parse().unwrap()];
        let allowed = Allowed::new(&networks);
        for (ip, good) in [
            ("93.184.216.34", true),
            ("8.8.8.8", true),
            ("2606:4700::1111", true),
            ("64:ff9b::808:808", true),
            ("10.1.2.3", true),
            ("::1", true),
            ("10.2.2.3", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("192.168.0.1", false),
            ("172.31.255.255", false),
            ("100.100.100.200", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::a9fe:a9fe", false),
            ("2002:7f00:1::", false),
            ("2001:0:1::", false),
            ("fd00:ec2::254", false),
            ("fe80::1", false),
            ("ff02::1", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(allowed.permits(ip.parse().unwrap()), good, "{ip}");
        }
        for (url, good) in [
            ("http://[::ffff:10.0.0.1]/", false),
            ("http://2130706433/", false),
            ("http://0x7f.1/", false),
            ("https://example.com/", true),
        ] {
            assert_eq!(allowed.check(&Url::parse(url).unwrap()).is_ok(), good, "{url}");
        }
    }
}
