//! Checks whether mail to a personal domain is delivered to the service, according to the domain's DNS records. The
//! check covers the MX records of the domain and those of a random subdomain, which represents all subdomains.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{Resolver, TokioResolver};

use super::error::RequestError;
use super::random;

/// The mail exchangers of the service, to which the MX records of a personal domain must point.
const EXCHANGES: [&str; 2] = ["mx.dropmail.me", "mx.10mail.org"];
/// Timeout for one attempt at a DNS query. After the timeout, the query is sent again or fails.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Maximum number of attempts at a DNS query. If all attempts fail, the server reports that the resolver is
/// unreachable.
const ATTEMPTS: usize = 2;

/// The DNS resolver with which the server checks the DNS records of a personal domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DomainCheck {
    /// The server does not check the DNS records. It accepts any valid domain name, and so works without a network.
    #[default]
    Off,
    /// The server uses the resolvers that are configured in the operating system.
    System,
    /// The server uses the resolver at this address and port.
    Resolver(SocketAddr),
}

/// The error for a string that is not a valid [`DomainCheck`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must be `off`, `system` or the address of a resolver, such as 192.0.2.1:53")]
pub struct DomainCheckError;

impl FromStr for DomainCheck {
    type Err = DomainCheckError;

    fn from_str(text: &str) -> Result<Self, DomainCheckError> {
        match text {
            "off" => Ok(Self::Off),
            "system" => Ok(Self::System),
            _ => text.parse().map(Self::Resolver).map_err(|_no_address| DomainCheckError),
        }
    }
}

impl DomainCheck {
    /// Checks whether mail to a domain is delivered to the service, according to the domain's DNS records.
    ///
    /// # Errors
    ///
    /// [`RequestError::UnknownDomain`] if the domain does not exist, [`RequestError::MxMissing`] with the missing
    /// records, [`RequestError::DnsUnreachable`] if the resolver does not reply.
    pub(super) async fn check(self, domain: &str) -> Result<(), RequestError> {
        let Some(resolver) = self.resolver()? else { return Ok(()) };
        let checker = MxChecker { resolver };
        let below = format!("check-{}.{domain}", random::login());
        let (own, any) = tokio::join!(checker.points_to_service(domain), checker.points_to_service(&below));
        let (own, any) = (own?, any?);
        if own == Records::NoDomain {
            return Err(RequestError::UnknownDomain);
        }
        let [exchange, _] = EXCHANGES;
        let missing = [(own, domain.to_owned()), (any, format!("*.{domain}"))];
        let missing = missing.into_iter().filter(|(records, _)| *records != Records::PointToService);
        let missing: Vec<String> = missing.map(|(_, name)| format!("{name} MX 10 {exchange}")).collect();
        if missing.is_empty() { Ok(()) } else { Err(RequestError::MxMissing(missing)) }
    }

    fn resolver(self) -> Result<Option<TokioResolver>, RequestError> {
        let unreachable = |why: NetError| RequestError::DnsUnreachable(why.to_string());
        let builder = match self {
            Self::Off => return Ok(None),
            Self::System => TokioResolver::builder_tokio().map_err(unreachable)?,
            Self::Resolver(address) => {
                let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
                for connection in &mut connections {
                    connection.port = address.port();
                }
                let server = NameServerConfig::new(address.ip(), true, connections);
                let config = ResolverConfig::from_name_servers(vec![server]);
                Resolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let mut builder = builder;
        builder.options_mut().timeout = TIMEOUT;
        builder.options_mut().attempts = ATTEMPTS;
        builder.build().map(Some).map_err(unreachable)
    }
}

/// Destination of mail to a domain name, according to its MX records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Records {
    PointToService,
    PointElsewhere,
    NoDomain,
}

struct MxChecker {
    resolver: TokioResolver,
}

impl MxChecker {
    /// Determines whether all MX records of a domain name point to the service. A single record that points to another
    /// host is an error, because mail delivered to that host does not reach the service.
    async fn points_to_service(&self, name: &str) -> Result<Records, RequestError> {
        let lookup = match self.resolver.mx_lookup(absolute(name)).await {
            Ok(lookup) => lookup,
            Err(why) if why.is_nx_domain() => return Ok(Records::NoDomain),
            Err(why) if why.is_no_records_found() => return Ok(Records::PointElsewhere),
            Err(why) => return Err(RequestError::DnsUnreachable(why.to_string())),
        };
        let exchanges = lookup.answers().iter().filter_map(|record| {
            let RData::MX(mx) = &record.data else { return None };
            Some(mx.exchange.to_ascii().trim_end_matches('.').to_ascii_lowercase())
        });
        let exchanges: BTreeSet<String> = exchanges.collect();
        for exchange in &exchanges {
            if !EXCHANGES.contains(&exchange.as_str()) && !self.is_the_service(exchange).await? {
                return Ok(Records::PointElsewhere);
            }
        }
        Ok(if exchanges.is_empty() { Records::PointElsewhere } else { Records::PointToService })
    }

    /// Returns whether a host has IPv4 addresses that all belong to the service. Mail to such a host is delivered to
    /// the service.
    async fn is_the_service(&self, host: &str) -> Result<bool, RequestError> {
        let [exchange, _] = EXCHANGES;
        let (theirs, ours) = (self.addresses(host).await?, self.addresses(exchange).await?);
        Ok(!theirs.is_empty() && theirs.is_subset(&ours))
    }

    async fn addresses(&self, host: &str) -> Result<BTreeSet<Ipv4Addr>, RequestError> {
        match self.resolver.ipv4_lookup(absolute(host)).await {
            Ok(lookup) => {
                let addresses = lookup.answers().iter().filter_map(|record| {
                    let RData::A(address) = &record.data else { return None };
                    Some(address.0)
                });
                Ok(addresses.collect())
            }
            Err(why) if why.is_no_records_found() => Ok(BTreeSet::new()),
            Err(why) => Err(RequestError::DnsUnreachable(why.to_string())),
        }
    }
}

/// Returns a domain name with a trailing dot, so that the resolver does not append the search domains from the
/// machine's configuration.
fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}
