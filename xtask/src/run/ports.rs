//! The ports that `run` takes.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use anyhow::{Result, bail};
use clap::Args;

/// One for each site, and one for the portal's metrics.
#[derive(Args, Clone, Copy)]
pub(crate) struct Ports {
    /// The portal's port
    #[arg(long = "portal-port", value_name = "PORT", default_value_t = 8080)]
    pub(crate) portal: u16,
    /// The MyEGov stand-in's port
    #[arg(long = "myegov-port", value_name = "PORT", default_value_t = 8081)]
    pub(crate) myegov: u16,
    /// The port of the sample EMIC response service
    #[arg(long = "response-port", value_name = "PORT", default_value_t = 8082)]
    pub(crate) response: u16,
    /// The port of the sample message platform
    #[arg(long = "messages-port", value_name = "PORT", default_value_t = 8083)]
    pub(crate) messages: u16,
    /// The port of the portal's metrics
    #[arg(long = "metrics-port", value_name = "PORT", default_value_t = 9464)]
    pub(crate) metrics: u16,
}

impl Ports {
    /// Fails with the flag that chooses another port when one is taken.
    pub(crate) fn check_free(self) -> Result<()> {
        let ports = [
            (self.portal, "--portal-port", "the portal"),
            (self.myegov, "--myegov-port", "the MyEGov stand-in"),
            (
                self.response,
                "--response-port",
                "the sample EMIC response service",
            ),
            (self.messages, "--messages-port", "the sample message platform"),
            (self.metrics, "--metrics-port", "the portal's metrics"),
        ];
        for (position, (port, flag, whose)) in ports.into_iter().enumerate() {
            if taken(port) {
                bail!(
                    "port {port}, for {whose}, is taken by another program: stop that, or choose another by {flag}"
                );
            }
            if ports[..position].iter().any(|(other, _, _)| *other == port) {
                bail!("port {port} is wanted twice: choose another by {flag}");
            }
        }
        Ok(())
    }
}

/// Browsers try `localhost` on both addresses, so somebody else on either would be in the way.
fn taken(port: u16) -> bool {
    let addresses = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    addresses.into_iter().any(|address| {
        TcpListener::bind((address, port)).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
    })
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::Ports;

    #[test]
    fn a_taken_port_is_named_with_the_flag_that_changes_it() {
        let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let myegov = other.local_addr().unwrap().port();
        let ports = Ports {
            portal: 0,
            myegov,
            response: 0,
            messages: 0,
            metrics: 0,
        };
        let error = ports.check_free().unwrap_err().to_string();
        assert!(
            error.contains(&myegov.to_string()) && error.contains("--myegov-port"),
            "{error}"
        );
    }
}
