//! Parses and checks the `Host` header of a request (RFC 9110, section 7.2). The check protects against DNS rebinding:
//! a web page of another site can make a browser send requests to loopback, but only with a host name that this module
//! rejects.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, Uri, header};

/// Maximum length in bytes of a host name; a longer name is invalid. RFC 1035, section 2.3.4 allows 255 octets in wire
/// format, which is 253 bytes as text.
const MAX_NAME_BYTES: usize = 253;

/// The validated value of a `Host` header: `host` or `host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Authority {
    text: String,
    host: Host,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Address(IpAddr),
    /// The host is a name of letters, digits, dots, hyphens and underscores, in lowercase.
    Name(String),
}

/// Reason why a request has no valid `Host` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum AuthorityError {
    #[error("the request names no Host")]
    Missing,
    #[error("the request names more than one Host")]
    Several,
    #[error("the Host is not a name or an address with a port")]
    Malformed,
}

impl Authority {
    /// Returns the host and port to which a request is addressed, from its `Host` header. Returns an error if the
    /// header is missing, repeated or invalid, or if the request target names a different host.
    pub(super) fn from_request(headers: &HeaderMap, uri: &Uri) -> Result<Self, AuthorityError> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().ok_or(AuthorityError::Missing)?;
        if hosts.next().is_some() {
            return Err(AuthorityError::Several);
        }
        let host = host.to_str().map_err(|_not_ascii| AuthorityError::Malformed)?;
        let authority = Self::parse(host).ok_or(AuthorityError::Malformed)?;
        match uri.authority().map(|target| Self::parse(target.as_str())) {
            None => Ok(authority),
            Some(Some(target)) if target == authority => Ok(authority),
            Some(Some(_)) => Err(AuthorityError::Several),
            Some(None) => Err(AuthorityError::Malformed),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (host, port) = if text.starts_with('[') {
            let end = text.find(']')?;
            let (host, rest) = text.split_at_checked(end + 1)?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        } else {
            text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)))
        };
        if port.is_some_and(|port| !port.bytes().all(|b| b.is_ascii_digit()) || port.parse::<u16>().is_err())
        {
            return None;
        }
        let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = match address {
            Some(address) => Host::Address(address.parse::<Ipv6Addr>().ok()?.into()),
            None => match host.parse::<std::net::Ipv4Addr>() {
                Ok(address) => Host::Address(address.into()),
                Err(_) => Host::Name(name(host)?),
            },
        };
        Some(Self { text: text.to_owned(), host })
    }

    /// Returns the host and port exactly as the client sent them.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether the host is a loopback address, `localhost` or a subdomain of `localhost`. Resolvers resolve
    /// such `localhost` names to loopback addresses (RFC 6761, section 6.3).
    pub(super) fn is_local(&self) -> bool {
        match &self.host {
            Host::Address(address) => address.to_canonical().is_loopback(),
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

/// Validates a host name and returns it in lowercase (RFC 952; RFC 1123, section 2.1). Underscores are accepted,
/// because they occur in practice. Returns `None` if the name is invalid.
fn name(text: &str) -> Option<String> {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    // Some programs parse a name whose last label is a number as an IP address (WHATWG URL, "ends in a number").
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
    (text.len() <= MAX_NAME_BYTES && text.split('.').all(is_label) && !is_number)
        .then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_and_addresses_of_this_machine_are_local() {
        for local in [
            "localhost",
            "LOCALHOST:80",
            "a.localhost:1",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:80",
            "[::1]",
            "[::ffff:127.0.0.1]:80",
        ] {
            assert!(Authority::parse(local).is_some_and(|authority| authority.is_local()), "{local}");
        }
        for foreign in [
            "evil.test",
            "evil.test:80",
            "localhost.evil.test",
            "127.0.0.1.evil.test",
            "8.8.8.8",
            "0.0.0.0",
            "192.168.1.1:80",
            "[2001:db8::1]",
            "xlocalhost",
            "my.host",
        ] {
            assert!(Authority::parse(foreign).is_some_and(|authority| !authority.is_local()), "{foreign}");
        }
    }

    #[test]
    fn ambiguous_authorities_are_refused() {
        for text in [
            "",
            ":80",
            "evil.test/.localhost",
            "evil.test#.localhost",
            "evil.test?.localhost",
            "a@b.localhost",
            "evil.test\\.localhost",
            "evil.test:80:.localhost",
            "localhost:",
            "localhost:x",
            "localhost:99999",
            "localhost:+80",
            ".localhost",
            "a..localhost",
            "localhost.",
            "[::1",
            "[::1]x",
            "::1",
            "[127.0.0.1]",
            " localhost",
            "localhost ",
            "local host",
            "127.1",
            "0x7f.0.0.1",
            "127.0.0.0x1",
            "2130706433",
            "[::1%25lo]",
            "evil.test%00.localhost",
            "l\u{f6}calhost",
        ] {
            assert_eq!(Authority::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_request_names_exactly_one_host() {
        let authority = |hosts: &[&[u8]], target: &str| {
            let value = |host: &&[u8]| axum::http::HeaderValue::from_bytes(host).unwrap();
            let headers: HeaderMap = hosts.iter().map(|host| (header::HOST, value(host))).collect();
            Authority::from_request(&headers, &target.parse().unwrap()).map(|authority| authority.text)
        };
        assert_eq!(authority(&[b"localhost:1"], "/"), Ok("localhost:1".to_owned()));
        assert_eq!(authority(&[b"localhost:1"], "http://localhost:1/"), Ok("localhost:1".to_owned()));
        assert_eq!(authority(&[], "/"), Err(AuthorityError::Missing));
        assert_eq!(authority(&[b"localhost", b"localhost"], "/"), Err(AuthorityError::Several));
        assert_eq!(authority(&[b"localhost"], "http://evil.test/"), Err(AuthorityError::Several));
        assert_eq!(authority(&[b"evil.test\xe4.localhost"], "/"), Err(AuthorityError::Malformed));
    }
}
