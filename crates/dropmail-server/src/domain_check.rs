//! Checks whether mail to a personal domain is delivered to the service, according to the domain's DNS records. This
//! module checks the MX records of the domain itself and, as a sample of all subdomains, those of one random subdomain.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use super::dns::{DnsError, Record, Resolvers};
use super::error::RequestError;
use super::random;

/// The mail exchangers of the service, to which the MX records of a personal domain must point.
const EXCHANGES: [&str; 2] = ["mx.dropmail.me", "mx.10mail.org"];
/// Whether the server checks the DNS records of personal domains, and with which DNS resolver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DomainCheck {
    /// The server does not check DNS records. It accepts any valid domain name, so it works without a network.
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
        let Some(resolvers) = self.resolvers()? else { return Ok(()) };
        let checker = MxChecker { resolvers };
        let below = format!("check-{}.{domain}", random::login());
        let (own, any) = tokio::join!(checker.points_to_service(domain), checker.points_to_service(&below));
        let (own, any) = (own?, any?);
        if own == MxDestination::NoDomain {
            return Err(RequestError::UnknownDomain);
        }
        let [exchange, _] = EXCHANGES;
        let missing = [(own, domain.to_owned()), (any, format!("*.{domain}"))];
        let missing = missing.into_iter().filter(|(records, _)| *records != MxDestination::PointToService);
        let missing: Vec<String> = missing.map(|(_, name)| format!("{name} MX 10 {exchange}")).collect();
        if missing.is_empty() { Ok(()) } else { Err(RequestError::MxMissing(missing)) }
    }

    fn resolvers(self) -> Result<Option<Resolvers>, RequestError> {
        match self {
            Self::Off => Ok(None),
            Self::System => Resolvers::of_system().map(Some).map_err(|why| unreachable(&why)),
            Self::Resolver(address) => Ok(Some(Resolvers::new(address))),
        }
    }
}

fn unreachable(why: &DnsError) -> RequestError {
    RequestError::DnsUnreachable(why.to_string())
}

/// Where mail to a domain name is delivered, according to the MX records of the domain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MxDestination {
    PointToService,
    PointElsewhere,
    NoDomain,
}

struct MxChecker {
    resolvers: Resolvers,
}

impl MxChecker {
    /// Determines whether all MX records of a domain name point to the service. If one record points to another host,
    /// the result is `PointElsewhere`, because mail delivered to that host does not reach the service.
    async fn points_to_service(&self, name: &str) -> Result<MxDestination, RequestError> {
        let found = self.resolvers.exchanges(name).await.map_err(|why| unreachable(&why))?;
        let Some(records) = found else { return Ok(MxDestination::NoDomain) };
        let exchanges: BTreeSet<String> = records.into_iter().filter_map(Record::exchange).collect();
        for exchange in &exchanges {
            if !EXCHANGES.contains(&exchange.as_str()) && !self.is_the_service(exchange).await? {
                return Ok(MxDestination::PointElsewhere);
            }
        }
        Ok(if exchanges.is_empty() { MxDestination::PointElsewhere } else { MxDestination::PointToService })
    }

    /// Returns whether a host has IPv4 addresses that all belong to the service. Mail to such a host is delivered to
    /// the service.
    async fn is_the_service(&self, host: &str) -> Result<bool, RequestError> {
        let [exchange, _] = EXCHANGES;
        let (theirs, ours) = (self.addresses(host).await?, self.addresses(exchange).await?);
        Ok(!theirs.is_empty() && theirs.is_subset(&ours))
    }

    /// Returns the IPv4 addresses of a host; an empty set if the host does not exist.
    async fn addresses(&self, host: &str) -> Result<BTreeSet<Ipv4Addr>, RequestError> {
        let found = self.resolvers.addresses(host).await.map_err(|why| unreachable(&why))?;
        Ok(found.unwrap_or_default().into_iter().filter_map(Record::address).collect())
    }
}
