//! Fetches the exact bytes of a mail.

use super::client::{Client, MAX_MAIL};
use super::errors;
use crate::ports::transport::{DownloadUrl, TransportError};
use bytes::Bytes;
use reqwest::header::LOCATION;
use url::Url;

/// Redirections that are followed, on the same host only: the address is a secret that no other
/// host is to see.
const MAX_REDIRECTS: usize = 3;

pub(super) async fn download(client: &Client, url: &DownloadUrl) -> Result<Bytes, TransportError> {
    let odd = |words: &str| TransportError::Unexpected(words.into());
    let mut url =
        Url::parse(&url.0).map_err(|_unread| odd("the service named no address for a mail's bytes"))?;
    for _ in 0..=MAX_REDIRECTS {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(odd(
                "the service named an address for a mail's bytes that is neither http nor https",
            ));
        }
        let reply = client.get(url.clone(), MAX_MAIL).await?;
        if reply.status.is_success() {
            return Ok(reply.body);
        }
        let next =
            reply.headers.get(LOCATION).and_then(|to| to.to_str().ok()).and_then(|to| url.join(to).ok());
        match next {
            Some(next) if reply.status.is_redirection() && stays(&url, &next) => url = next,
            _ => return Err(client.heed(errors::refusal(&reply, url.host_str().unwrap_or_default()))),
        }
    }
    Err(odd("the service redirects a mail's bytes in circles"))
}

/// Whether a redirection stays on the host and does not give up encryption.
fn stays(from: &Url, to: &Url) -> bool {
    from.host_str() == to.host_str() && (to.scheme() == "https" || from.scheme() == "http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirection_stays_on_its_host_and_encrypted() {
        let url = |text| Url::parse(text).unwrap();
        assert!(stays(&url("http://h/a"), &url("https://h/b")));
        assert!(stays(&url("https://h/a"), &url("https://h/b")));
        assert!(!stays(&url("https://h/a"), &url("http://h/a")));
        assert!(!stays(&url("https://h/a"), &url("https://evil/a")));
    }
}
