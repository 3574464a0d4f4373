//! Whether the ports of a service are free.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

use miaas_core::model::{Protocol, PublishedPort};

/// Says why a port cannot be used, by trying to use it.
pub(super) fn check_free(port: &PublishedPort) -> Result<(), String> {
    let ip: IpAddr = port.host_ip.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let address = SocketAddr::new(ip, port.host);
    let tried = match port.protocol {
        Protocol::Tcp => TcpListener::bind(address).map(drop),
        Protocol::Udp => UdpSocket::bind(address).map(drop),
    };
    tried.map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("port {}/{} of {ip} is taken by another process of the node", port.host, port.protocol.as_str())
        }
        _ => format!("port {}/{} of {ip} cannot be used: {e}", port.host, port.protocol.as_str()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = held.local_addr().unwrap().port();
        let port = |host_ip: &str, protocol| PublishedPort { host_ip: host_ip.into(), host, container: 80, protocol };
        let error = check_free(&port("127.0.0.1", Protocol::Tcp)).unwrap_err();
        assert!(error.contains(&format!("port {host}/tcp of 127.0.0.1 is taken")), "{error}");
        assert!(check_free(&port("", Protocol::Tcp)).is_err(), "all addresses include a taken one");
        assert!(check_free(&port("192.0.2.1", Protocol::Tcp)).unwrap_err().contains("cannot be used"));
        drop(held);
        assert_eq!(check_free(&port("127.0.0.1", Protocol::Tcp)), Ok(()));
    }
}
