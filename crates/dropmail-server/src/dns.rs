//! Sends queries to DNS resolvers (RFC 1035) in order to check personal domains.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::random;

/// Timeout for one attempt at a DNS query. After the timeout, the next resolver is tried. If there are no attempts
/// left, the query fails.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Maximum number of times that a DNS query is sent to each resolver. If all attempts fail, the query fails.
const ATTEMPTS: usize = 2;
/// The file in which a Unix system lists its DNS resolvers.
const SYSTEM_FILE: &str = "/etc/resolv.conf";
/// The port on which the system's DNS resolvers accept queries.
const PORT: u16 = 53;
/// Maximum size in bytes of a DNS reply over UDP; a longer reply is truncated and therefore invalid.
const MAX_DATAGRAM_BYTES: usize = 4096;

/// Reason why a DNS query failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum DnsError {
    #[error("{SYSTEM_FILE} cannot be read: {0}")]
    File(std::io::Error),
    #[error("{SYSTEM_FILE} names no resolver")]
    NoResolver,
    #[error("{0} is not a valid domain name")]
    Name(String),
    #[error("the resolver {0} does not reply")]
    NoReply(SocketAddr),
    #[error("the resolver {0} cannot be reached: {1}")]
    Network(SocketAddr, std::io::Error),
    #[error("the reply of the resolver {0} is not valid")]
    Reply(SocketAddr),
    #[error("the resolver {0} reports the error {1:?}")]
    Refused(SocketAddr, RCODE),
}

/// An MX or A record. Only these types of DNS records are needed to check personal domains.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Record {
    /// The host of an MX record, in lowercase and without a trailing dot.
    Exchange(String),
    /// The address of an A record.
    Address(Ipv4Addr),
}

impl Record {
    pub(super) fn exchange(self) -> Option<String> {
        match self {
            Self::Exchange(host) => Some(host),
            Self::Address(_) => None,
        }
    }

    pub(super) fn address(self) -> Option<Ipv4Addr> {
        match self {
            Self::Address(address) => Some(address),
            Self::Exchange(_) => None,
        }
    }
}

/// The DNS resolvers to which queries are sent.
#[derive(Clone, Debug)]
pub(super) struct Resolvers(Vec<SocketAddr>);

impl Resolvers {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self(vec![address])
    }

    /// Returns the DNS resolvers configured in the operating system.
    pub(super) fn of_system() -> Result<Self, DnsError> {
        let text = std::fs::read_to_string(SYSTEM_FILE).map_err(DnsError::File)?;
        let lines = text.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            (words.next() == Some("nameserver")).then(|| words.next())?
        });
        let addresses = lines.filter_map(|word| word.parse::<IpAddr>().ok());
        let found: Vec<_> = addresses.map(|address| SocketAddr::new(address, PORT)).collect();
        if found.is_empty() { Err(DnsError::NoResolver) } else { Ok(Self(found)) }
    }

    /// Returns the mail exchangers of a domain; `None` if the domain does not exist.
    pub(super) async fn exchanges(&self, name: &str) -> Result<Option<Vec<Record>>, DnsError> {
        self.query(name, TYPE::MX).await
    }

    /// Returns the IPv4 addresses of a host; `None` if the host does not exist.
    pub(super) async fn addresses(&self, name: &str) -> Result<Option<Vec<Record>>, DnsError> {
        self.query(name, TYPE::A).await
    }

    /// Sends a query to each resolver in turn until one replies, and returns the records in the reply; `None` if the
    /// name does not exist.
    async fn query(&self, name: &str, kind: TYPE) -> Result<Option<Vec<Record>>, DnsError> {
        let id = u16::try_from(random::bits() & 0xffff).unwrap_or_default();
        let query = question(id, name, kind).ok_or_else(|| DnsError::Name(name.to_owned()))?;
        let mut failure = DnsError::NoResolver;
        for server in (0..ATTEMPTS).flat_map(|_| &self.0).copied() {
            let replied = timeout(TIMEOUT, exchange(server, &query, id)).await;
            match replied.unwrap_or(Err(DnsError::NoReply(server))) {
                Ok(records) => return Ok(records),
                Err(why) => failure = why,
            }
        }
        Err(failure)
    }
}

/// Encodes a DNS query for the records of one type; returns `None` if the name is not valid.
fn question(id: u16, name: &str, kind: TYPE) -> Option<Vec<u8>> {
    let name = Name::new(name.trim_end_matches('.')).ok()?;
    let mut query = Packet::new_query(id);
    query.set_flags(PacketFlag::RECURSION_DESIRED);
    query.questions.push(Question::new(name, QTYPE::TYPE(kind), QCLASS::CLASS(CLASS::IN), false));
    query.build_bytes_vec().ok()
}

/// Sends a query over UDP and reads the reply. Repeats the query over TCP if the reply is truncated.
async fn exchange(server: SocketAddr, query: &[u8], id: u16) -> Result<Option<Vec<Record>>, DnsError> {
    let failed = |why| DnsError::Network(server, why);
    let own: IpAddr =
        if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((own, 0)).await.map_err(failed)?;
    // The socket then receives only datagrams from this resolver.
    socket.connect(server).await.map_err(failed)?;
    socket.send(query).await.map_err(failed)?;
    let mut buffer = vec![0; MAX_DATAGRAM_BYTES];
    loop {
        let length = socket.recv(&mut buffer).await.map_err(failed)?;
        let Ok(reply) = Packet::parse(buffer.get(..length).unwrap_or_default()) else { continue };
        // A reply with another id may come from an attacker who guesses ids.
        if reply.id() != id || !reply.has_flags(PacketFlag::RESPONSE) {
            continue;
        }
        if !reply.has_flags(PacketFlag::TRUNCATION) {
            return records(server, &reply);
        }
        break;
    }
    let bytes = exchange_over_tcp(server, query).await.map_err(failed)?;
    let reply = Packet::parse(&bytes).ok().filter(|reply| reply.id() == id);
    records(server, &reply.ok_or(DnsError::Reply(server))?)
}

/// Sends a query over TCP and returns the reply. Over TCP, each message starts with its length as a two-byte number.
async fn exchange_over_tcp(server: SocketAddr, query: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_u16(u16::try_from(query.len()).unwrap_or_default()).await?;
    stream.write_all(query).await?;
    let length = stream.read_u16().await?;
    let mut reply = vec![0; usize::from(length)];
    stream.read_exact(&mut reply).await?;
    Ok(reply)
}

/// Returns the records in a reply; `None` if the resolver reports that the name does not exist. Returns an error if the
/// resolver reports another failure.
fn records(server: SocketAddr, reply: &Packet<'_>) -> Result<Option<Vec<Record>>, DnsError> {
    let code = reply.rcode();
    if code == RCODE::NameError {
        return Ok(None);
    }
    if code != RCODE::NoError {
        return Err(DnsError::Refused(server, code));
    }
    Ok(Some(reply.answers.iter().filter_map(|answer| record(&answer.rdata)).collect()))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the check uses no record of another type")]
fn record(data: &RData<'_>) -> Option<Record> {
    match data {
        RData::MX(mx) => {
            let host = mx.exchange.to_string();
            Some(Record::Exchange(host.trim_end_matches('.').to_ascii_lowercase()))
        }
        RData::A(a) => Some(Record::Address(Ipv4Addr::from(a.address))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::A;
    use tokio::net::TcpListener;

    /// Returns a DNS reply to a query: with two addresses or, if `is_truncated` is `true`, with the truncation flag and
    /// no addresses.
    fn reply_to(query: &[u8], is_truncated: bool) -> Vec<u8> {
        let query = Packet::parse(query).unwrap();
        let mut reply = Packet::new_reply(query.id());
        if is_truncated {
            reply.set_flags(PacketFlag::TRUNCATION);
        } else {
            let name = || query.questions[0].qname.clone();
            let record = |last| {
                let address = Ipv4Addr::new(192, 0, 2, last).into();
                ResourceRecord::new(name(), CLASS::IN, 60, RData::A(A { address }))
            };
            reply.answers.extend([record(1), record(2)]);
        }
        reply.build_bytes_vec().unwrap()
    }

    /// Binds a UDP socket and a TCP listener to the same port.
    async fn sockets() -> (UdpSocket, TcpListener) {
        loop {
            let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()).await {
                return (udp, tcp);
            }
        }
    }

    #[tokio::test]
    async fn a_query_is_repeated_over_tcp_after_a_truncated_reply() {
        let (udp, tcp) = sockets().await;
        let resolvers = Resolvers::new(udp.local_addr().unwrap());
        let over_udp = async {
            let mut query = [0; 512];
            loop {
                let (length, from) = udp.recv_from(&mut query).await.unwrap();
                // A reply to another query is not read.
                let other = !u16::from_be_bytes([query[0], query[1]]);
                udp.send_to(&Packet::new_reply(other).build_bytes_vec().unwrap(), from).await.unwrap();
                udp.send_to(&reply_to(&query[..length], true), from).await.unwrap();
            }
        };
        let over_tcp = async {
            loop {
                let (mut stream, _) = tcp.accept().await.unwrap();
                let mut query = vec![0; stream.read_u16().await.unwrap().into()];
                stream.read_exact(&mut query).await.unwrap();
                let reply = reply_to(&query, false);
                stream.write_u16(reply.len().try_into().unwrap()).await.unwrap();
                stream.write_all(&reply).await.unwrap();
            }
        };
        let found = tokio::select! {
            found = resolvers.addresses("host.test.") => found,
            () = over_udp => unreachable!(),
            () = over_tcp => unreachable!(),
        };
        let expected = [1, 2].map(|last| Record::Address(Ipv4Addr::new(192, 0, 2, last)));
        assert_eq!(found.unwrap().unwrap(), expected);
    }
}
