//! Whether the ports of a service are free.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

use miaas_core::{
    ErrorKind, PortError,
    id::WorkloadId,
    model::{HostPort, Protocol, PublishedPort},
};

/// Says why a service of a workload cannot have a port, by trying to use it.
pub(super) fn check_free(port: &PublishedPort, w: &WorkloadId, service: &str) -> Result<(), PortError> {
    let (protocol, name) = (port.protocol, port.protocol.as_str());
    try_it(port).map_err(|(ip, e)| {
        let error = |why: String| {
            let message = format!("workload {w}, service {service}: {why}");
            PortError::new(ErrorKind::Unavailable, "process.ports", message)
                .with_hint("end the process that holds it, or choose another port")
        };
        match e.kind() {
            std::io::ErrorKind::AddrInUse => {
                error(format!("port {}/{name} of {ip} is taken by another process of the node", port.host))
                    .with_taken_port(HostPort { protocol, port: port.host })
            }
            _ => error(format!("port {}/{name} of {ip} cannot be used: {e}", port.host)),
        }
    })
}

fn try_it(port: &PublishedPort) -> Result<(), (IpAddr, std::io::Error)> {
    let ip: IpAddr = port.host_ip.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let address = SocketAddr::new(ip, port.host);
    let tried = match port.protocol {
        Protocol::Tcp => TcpListener::bind(address).map(drop),
        Protocol::Udp => UdpSocket::bind(address).map(drop),
    };
    tried.map_err(|e| (ip, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = held.local_addr().unwrap().port();
        let port = |host_ip: &str, protocol| PublishedPort { host_ip: host_ip.into(), host, container: 80, protocol };
        let w = WorkloadId::parse("w").unwrap();
        let check = |ip: &str| check_free(&port(ip, Protocol::Tcp), &w, "main");
        let error = check("127.0.0.1").unwrap_err();
        assert!(error.message().contains(&format!("port {host}/tcp of 127.0.0.1 is taken")), "{error}");
        assert_eq!(error.taken_port(), Some(HostPort { protocol: Protocol::Tcp, port: host }));
        assert!(check("").is_err(), "all addresses include a taken one");
        let error = check("192.0.2.1").unwrap_err();
        assert!(error.message().contains("cannot be used") && error.taken_port().is_none(), "{error}");
        drop(held);
        assert!(check("127.0.0.1").is_ok());
    }
}
