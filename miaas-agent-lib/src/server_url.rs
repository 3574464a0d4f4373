//! The address of the server and of its routes.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, UdpSocket},
};

use miaas_core::{ErrorKind, PortError, id::NodeId};
use miaas_tls::CaPin;
use reqwest::Url;

/// A checked base address, for example `http://10.0.0.5:8080` or `http://host/miaas`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// Checks an address.
    ///
    /// # Errors
    /// `Invalid` when it is none.
    pub fn parse(text: &str) -> Result<Self, PortError> {
        let invalid = |why: &str| {
            PortError::new(
                ErrorKind::Invalid,
                "agent.server",
                format!("the server address {text:?} is not usable: {why}"),
            )
            .with_hint("give it as https://host:port with --server or MIAAS_SERVER")
        };
        let url = Url::parse(text.trim_end_matches('/')).map_err(|e| invalid(&e.to_string()))?;
        match url.scheme() {
            "http" | "https" => {}
            other => return Err(invalid(&format!("its scheme is {other}"))),
        }
        if url.host().is_none() || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it must be a scheme, a host, perhaps a port and a path"));
        }
        Ok(Self(url))
    }

    /// The address of a route, for example `/api/v1/nodes/register`.
    #[must_use]
    pub fn route(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// The address of a node's session.
    #[must_use]
    pub fn session(&self, node: &NodeId) -> String {
        // Only the scheme differs: `http` becomes `ws`, `https` becomes `wss`.
        let http = self.route(&format!("/api/v1/nodes/{node}/session"));
        http.replacen("http", "ws", 1)
    }

    /// Whether it is spoken to over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Host and port, for a connection.
    #[must_use]
    pub fn host_and_port(&self) -> (&str, u16) {
        let host = self.0.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        (host, self.0.port_or_known_default().unwrap_or(443))
    }

    fn is_loopback(&self) -> bool {
        let (host, _) = self.host_and_port();
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// The address of this machine on the way to the server. Nothing is sent.
    #[must_use]
    pub fn local_address(&self) -> IpAddr {
        let server = self.host_and_port();
        let find = |local: &str| {
            let socket = UdpSocket::bind(local)?;
            socket.connect(server)?;
            socket.local_addr().map(|a| a.ip())
        };
        find("0.0.0.0:0").or_else(|_| find("[::]:0")).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }
}

/// The addresses of the replicas of one control plane: any of them will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servers(Vec<ServerUrl>);

impl Servers {
    /// Checks addresses, separated by commas.
    ///
    /// # Errors
    /// As [`ServerUrl::parse`], for the first that is wrong.
    pub fn parse(text: &str) -> Result<Self, PortError> {
        text.split(',').map(|one| ServerUrl::parse(one.trim())).collect::<Result<_, _>>().map(Self)
    }

    /// Refuses to send credentials in clear where TLS is expected, and warns of it elsewhere.
    ///
    /// # Errors
    /// `Invalid` when one of them is spoken to without TLS although there is a pin.
    pub fn check(&self, pin: Option<CaPin>) -> Result<(), PortError> {
        for server in self.0.iter().filter(|s| !s.is_https()) {
            if pin.is_some() {
                let message =
                    format!("there is a pin for the authority of {server}, and its address is one without TLS");
                return Err(PortError::new(ErrorKind::Invalid, "agent.server", message)
                    .with_hint("write its address with https://"));
            }
            if !server.is_loopback() {
                tracing::warn!(%server, "the node token goes to the server in clear: its address is one without TLS");
            }
        }
        Ok(())
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[ServerUrl] {
        &self.0
    }

    /// The one to turn to in this attempt: each in its turn, for ever.
    #[must_use]
    pub fn at(&self, attempt: usize) -> &ServerUrl {
        // There is one at least: splitting a text gives a part.
        &self.0[attempt % self.0.len()]
    }
}

impl fmt::Display for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, server) in self.0.iter().enumerate() {
            write!(f, "{}{server}", if i > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_joined() {
        let node = NodeId::parse("node-1").unwrap();
        for (text, session) in [
            ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/api/v1/nodes/node-1/session"),
            ("http://[::1]:80/", "ws://[::1]/api/v1/nodes/node-1/session"),
            ("https://host:7070", "wss://host:7070/api/v1/nodes/node-1/session"),
            ("http://host/miaas/", "ws://host/miaas/api/v1/nodes/node-1/session"),
        ] {
            assert_eq!(ServerUrl::parse(text).unwrap().session(&node), session);
        }
        for (text, kind) in [
            ("", ErrorKind::Invalid),
            ("host:80", ErrorKind::Invalid),
            ("ftp://host", ErrorKind::Invalid),
            ("http://host/?a=b", ErrorKind::Invalid),
        ] {
            let error = ServerUrl::parse(text).unwrap_err();
            assert_eq!((error.kind(), error.hint().is_some()), (kind, true), "{text}");
        }
        let both = Servers::parse("http://a:1/, http://b").unwrap();
        assert_eq!(both.to_string(), "http://a:1,http://b");
        assert_eq!([0, 1, 2].map(|n| both.at(n).to_string()), ["http://a:1", "http://b", "http://a:1"]);
        let pin = Some(format!("sha256:{}", "0".repeat(64)).parse().unwrap());
        assert!(both.check(pin).unwrap_err().message().contains("http://a:1"));
        assert!(both.check(None).is_ok() && Servers::parse("https://a").unwrap().check(pin).is_ok());
        assert!(Servers::parse("http://a,").is_err() && Servers::parse("").is_err());
        assert!(ServerUrl::parse("http://127.0.0.1:9").unwrap().local_address().is_loopback());
    }
}
