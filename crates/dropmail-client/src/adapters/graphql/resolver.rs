//! Resolves host names, and records whether the service is on the public internet. Prevents a service on the public
//! internet from using DNS to direct this program to this machine or its local network.

use super::network::is_public;
use crate::domain::base_url::BaseUrl;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use url::Host;

/// The location of the service, as far as it is known: on the public internet, or near (on this machine or its local
/// network).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum ServiceLocation {
    /// The location of the service is unknown, because its host name has not been resolved. If a proxy is used, this
    /// program never resolves the name.
    Unknown,
    /// The service that the user chose is on this machine or its local network.
    Near,
    /// The service is on the public internet, as determined by a DNS lookup or from the IP address in its URL.
    Public,
}

/// The error for a host name that resolves to an address on this machine or its local network.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not public")]
pub(super) struct NotPublic;

/// Resolves host names for all HTTP clients of one service.
#[derive(Clone, Debug)]
pub(super) struct Resolver(Arc<State>);

#[derive(Debug)]
struct State {
    /// The host name of the service; `None` if its URL contains an IP address or `localhost` instead.
    name: Option<String>,
    reach: AtomicU8,
    /// Host names that must resolve to public addresses, unless the service is on this machine or its local network.
    guarded: Vec<String>,
}

impl Resolver {
    /// Creates the resolver for a service and for the additional hosts from which mails are downloaded.
    pub(super) fn new(base: &BaseUrl, others: impl IntoIterator<Item = String>) -> Self {
        let url = base.join(&[]);
        let (name, reach) = match url.host() {
            _ if base.is_loopback() => (None, ServiceLocation::Near),
            Some(Host::Ipv4(address)) => (None, location_of(IpAddr::V4(address))),
            Some(Host::Ipv6(address)) => (None, location_of(IpAddr::V6(address))),
            Some(Host::Domain(name)) => (Some(name.to_owned()), ServiceLocation::Unknown),
            None => (None, ServiceLocation::Unknown),
        };
        let guarded = name.iter().cloned().chain(others).collect();
        Self(Arc::new(State { name, reach: AtomicU8::new(reach as u8), guarded }))
    }

    /// Returns whether the service that the user chose is on this machine or its local network; `false` if this is
    /// unknown.
    pub(super) fn is_near(&self) -> bool {
        self.0.reach.load(Ordering::Relaxed) == ServiceLocation::Near as u8
    }
}

fn location_of(address: IpAddr) -> ServiceLocation {
    if is_public(address) { ServiceLocation::Public } else { ServiceLocation::Near }
}

impl State {
    /// Returns the addresses in `resolved` to which this program may connect. Returns an error if there are none.
    fn filter_addresses(
        &self,
        name: &str,
        mut resolved: Vec<SocketAddr>,
    ) -> Result<Vec<SocketAddr>, NotPublic> {
        if self.name.as_deref() == Some(name) && !resolved.is_empty() {
            let public = resolved.iter().any(|address| is_public(address.ip()));
            // A service that was once on the public internet is treated as public from then on.
            if public {
                self.reach.store(ServiceLocation::Public as u8, Ordering::Relaxed);
            } else if self.reach.load(Ordering::Relaxed) == ServiceLocation::Unknown as u8 {
                self.reach.store(ServiceLocation::Near as u8, Ordering::Relaxed);
            }
        }
        let near = self.reach.load(Ordering::Relaxed) == ServiceLocation::Near as u8;
        if !near && self.guarded.iter().any(|guarded| guarded == name) {
            resolved.retain(|address| is_public(address.ip()));
            if resolved.is_empty() {
                return Err(NotPublic);
            }
        }
        Ok(resolved)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let state = Arc::clone(&self.0);
        Box::pin(async move {
            let name = name.as_str().to_ascii_lowercase();
            let resolved = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let usable = state.filter_addresses(&name, resolved)?;
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolver(base: &str) -> Resolver {
        Resolver::new(&BaseUrl::parse(base).unwrap(), ["cdn.example".to_owned()])
    }

    fn resolved(addresses: &[&str]) -> Vec<SocketAddr> {
        addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn a_public_service_never_resolves_to_this_machine() {
        let resolver_by_name = resolver("https://mail.example/api/graphql");
        assert!(
            resolver_by_name.0.filter_addresses("cdn.example", resolved(&["10.0.0.1"])).is_err(),
            "a private address is refused before the service is resolved"
        );
        let usable =
            resolver_by_name.0.filter_addresses("mail.example", resolved(&["1.1.1.1", "127.0.0.1"])).unwrap();
        assert_eq!(usable, resolved(&["1.1.1.1"]));
        for name in ["mail.example", "cdn.example"] {
            assert!(
                resolver_by_name.0.filter_addresses(name, resolved(&["127.0.0.1", "::1"])).is_err(),
                "{name}"
            );
            assert!(resolver_by_name.0.filter_addresses(name, resolved(&["1.1.1.1"])).is_ok(), "{name}");
        }
        assert!(!resolver_by_name.is_near());
        assert!(
            resolver_by_name.0.filter_addresses("proxy.lan", resolved(&["10.0.0.1"])).is_ok(),
            "a proxy may have a private address"
        );
        assert!(
            resolver("https://1.1.1.1/api/graphql")
                .0
                .filter_addresses("cdn.example", resolved(&["10.0.0.1"]))
                .is_err()
        );
    }

    #[test]
    fn a_local_service_can_be_configured() {
        for base in
            ["http://localhost/api/graphql", "http://10.0.0.1/api/graphql", "http://[::1]/api/graphql"]
        {
            let near = resolver(base);
            assert!(
                near.is_near() && near.0.filter_addresses("cdn.example", resolved(&["10.0.0.2"])).is_ok(),
                "{base}"
            );
        }
        let by_name = resolver("http://mail.lan/api/graphql");
        assert!(by_name.0.filter_addresses("mail.lan", resolved(&["10.0.0.1"])).is_ok() && by_name.is_near());
        assert!(by_name.0.filter_addresses("mail.lan", resolved(&["1.1.1.1"])).is_ok() && !by_name.is_near());
    }
}
