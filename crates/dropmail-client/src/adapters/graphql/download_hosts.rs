//! Checks URLs before mails are downloaded from them. A manipulated response must not direct this program to other
//! hosts.

use super::network::is_public;
use crate::domain::base_url::BaseUrl;
use crate::domain::download_host::DownloadHost;
use std::net::IpAddr;
use url::{Host, Url};

/// The reason why a download URL is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum UrlRejection {
    /// The string that the service returned is not a URL.
    #[error("names no address for it")]
    Unreadable,
    /// The scheme of the download URL is neither `http` nor `https`.
    #[error("names an address for it that is neither http nor https")]
    Scheme,
    /// The download URL contains a user name or password.
    #[error("names an address for it with a user name or password")]
    Credentials,
    /// The download URL uses `http`, although the service is reached over `https`.
    #[error("names an address for it that is not encrypted")]
    Unencrypted,
    /// The host in the download URL is neither the service's host nor one of the download hosts that the user has
    /// allowed.
    #[error("names another host for it")]
    OtherHost,
    /// The host in the download URL is on this machine or its local network, although the service is on the public
    /// internet.
    #[error("names an address for it on this machine or its network")]
    Nearby,
}

/// The rules that a download URL from the service must satisfy.
#[derive(Debug)]
pub(super) struct DownloadRules {
    base: Url,
    allowed_hosts: Vec<DownloadHost>,
}

impl DownloadRules {
    pub(super) fn new(base: &BaseUrl, allowed_hosts: Vec<DownloadHost>) -> Self {
        Self { base: base.join(&[]), allowed_hosts }
    }

    /// Parses and checks a download URL that the service returned. `near` is `true` if the service is on this machine
    /// or its local network.
    pub(super) fn parse_and_check(&self, address: &str, near: bool) -> Result<Url, UrlRejection> {
        let url = Url::parse(address).map_err(|_unread| UrlRejection::Unreadable)?;
        self.check(&url, near).map(|()| url)
    }

    /// Returns an error if a mail may not be downloaded from a URL. `near` is `true` if the service is on this machine
    /// or its local network.
    pub(super) fn check(&self, url: &Url, near: bool) -> Result<(), UrlRejection> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlRejection::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlRejection::Credentials);
        }
        if self.base.scheme() == "https" && url.scheme() != "https" {
            return Err(UrlRejection::Unencrypted);
        }
        let own = self.is_own(url);
        if !own && !self.allowed_hosts.iter().any(|host| host.matches(url)) {
            return Err(UrlRejection::OtherHost);
        }
        if !near && !own && is_nearby(url) {
            return Err(UrlRejection::Nearby);
        }
        Ok(())
    }

    /// Returns whether the URL points to the service, that is, whether it has the service's host and port. An `https`
    /// URL without a port also counts if the base URL specifies no port, even if the base URL uses `http`.
    fn is_own(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        url.host() == self.base.host()
            && (port == self.base.port_or_known_default()
                || (url.scheme() == "https" && url.port().is_none() && self.base.port().is_none()))
    }
}

/// Returns whether the host in a URL is on this machine or its local network. Detects only IP addresses and
/// `localhost`, because it does not resolve names.
fn is_nearby(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(base: &str, address: &str) -> Result<(), UrlRejection> {
        let base = BaseUrl::parse(base).unwrap();
        let allowed_hosts = DownloadHost::list("cdn.example 10.0.0.9 localhost").unwrap();
        DownloadRules::new(&base, allowed_hosts).parse_and_check(address, base.is_loopback()).map(drop)
    }

    #[test]
    fn downloads_use_only_the_service_host_and_configured_hosts() {
        let base = "https://mail.example/api/graphql";
        for good in ["https://mail.example/dl/1", "https://MAIL.example:443/dl", "https://cdn.example/x?y#z"]
        {
            assert_eq!(read(base, good), Ok(()), "{good}");
        }
        let cases = [
            ("", UrlRejection::Unreadable),
            ("/dl/1", UrlRejection::Unreadable),
            ("//mail.example/dl", UrlRejection::Unreadable),
            ("file:///etc/passwd", UrlRejection::Scheme),
            ("ftp://mail.example/x", UrlRejection::Scheme),
            ("data:text/plain,x", UrlRejection::Scheme),
            ("https://me:pw@mail.example/x", UrlRejection::Credentials),
            ("https://me@mail.example/x", UrlRejection::Credentials),
            ("https://:pw@mail.example/x", UrlRejection::Credentials),
            ("http://mail.example/x", UrlRejection::Unencrypted),
            ("http://cdn.example/x", UrlRejection::Unencrypted),
            ("https://mail.example:8443/x", UrlRejection::OtherHost),
            ("https://mail.example.evil/x", UrlRejection::OtherHost),
            ("https://evil.mail.example/x", UrlRejection::OtherHost),
            ("https://mail.example./x", UrlRejection::OtherHost),
            ("https://127.0.0.1/x", UrlRejection::OtherHost),
            ("https://[::1]/x", UrlRejection::OtherHost),
            ("https://0x7f000001/x", UrlRejection::OtherHost),
            ("https://10.0.0.9/x", UrlRejection::Nearby),
            ("https://167772169/x", UrlRejection::Nearby),
            ("https://localhost/x", UrlRejection::Nearby),
        ];
        for (address, why) in cases {
            assert_eq!(read(base, address), Err(why), "{address}");
        }
    }

    #[test]
    fn an_http_service_may_use_https_and_a_local_one_keeps_its_port() {
        assert_eq!(read("http://mail.example/api/graphql", "https://mail.example/x"), Ok(()));
        assert_eq!(read("http://mail.example/api/graphql", "http://mail.example/x"), Ok(()));
        let local = "http://127.0.0.1:8080/api/graphql";
        assert_eq!(read(local, "http://127.0.0.1:8080/x"), Ok(()));
        for other in [
            "http://127.0.0.1:25/x",
            "http://127.0.0.2:8080/x",
            "http://localhost:8080/x",
            "http://127.0.0.1/x",
        ] {
            assert_eq!(read(local, other), Err(UrlRejection::OtherHost), "{other}");
        }
        assert_eq!(read(local, "http://10.0.0.9/x"), Ok(()), "a host from the settings is allowed");
    }
}
