//! Downloads raw mails. Uses only permitted hosts and limits the size of a download.

use super::client::{Client, MAX_MAIL};
use super::download_hosts::UrlRejection;
use super::errors;
use super::http_errors;
use super::http_requests::MailResponse;
use crate::domain::delivery::DownloadUrl;
use crate::ports::dropmail_api::{ApiError, Downloaded};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};

/// Maximum number of redirects in a download; if there are more, the download fails. Each redirect must lead to a
/// permitted host, because the download URL of a mail is secret.
const MAX_REDIRECTS: usize = 3;

/// Maximum number of bytes that the client reads beyond the reported size of a mail, in order to detect a body that is
/// too large.
const MARGIN_BYTES: usize = 4096;

/// Downloads a raw mail into memory or into a temporary file. `size` is the mail's size in bytes as reported by the
/// service; 0 if it is unknown.
pub(super) async fn download(client: &Client, url: &DownloadUrl, size: u64) -> Result<Downloaded, ApiError> {
    let near = client.resolver().is_near();
    let mut url = client.download_rules().parse_and_check(&url.0, near).map_err(rejection_error)?;
    let limit = size_limit(size);
    for _ in 0..=MAX_REDIRECTS {
        let host = url.host_str().unwrap_or_default();
        let reply = match client.get_mail(url.clone(), limit).await? {
            MailResponse::Body(headers, mail) => {
                check_body(mail.first_bytes(), mail.size(), &headers, size, host)?;
                return mail.finish().await;
            }
            MailResponse::Other(reply) => reply,
        };
        let next =
            reply.headers.get(LOCATION).and_then(|to| to.to_str().ok()).and_then(|to| url.join(to).ok());
        match next {
            Some(next) if reply.status.is_redirection() => {
                client.download_rules().check(&next, near).map_err(rejection_error)?;
                if url.scheme() == "https" && next.scheme() != "https" {
                    return Err(rejection_error(UrlRejection::Unencrypted));
                }
                url = next;
            }
            _ => return Err(client.response_to_error(&reply, host)),
        }
    }
    Err(ApiError::NotTheMail("the service redirects a mail's bytes in circles".into()))
}

fn rejection_error(why: UrlRejection) -> ApiError {
    let name =
        if why == UrlRejection::OtherHost { "; where you trust it, name it in download_hosts" } else { "" };
    ApiError::NotFollowed(errors::sanitise_text(&format!("the mail is not fetched, the service {why}{name}")))
}

fn size_limit(size: u64) -> usize {
    match usize::try_from(size) {
        Ok(0) | Err(_) => MAX_MAIL,
        Ok(size) => size.saturating_add(MARGIN_BYTES).min(MAX_MAIL),
    }
}

/// Returns an error if the size of a downloaded body is not the expected `size`. If the expected size is unknown (0),
/// returns an error only for a web page or an empty body. `start` is the beginning of the body, and `came` is its size.
fn check_body(start: &[u8], came: u64, headers: &HeaderMap, size: u64, host: &str) -> Result<(), ApiError> {
    let page = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
        || http_errors::is_html(start);
    let fits = if size == 0 { !page && came > 0 } else { came == size };
    if fits {
        return Ok(());
    }
    let what = if page { "a web page".to_owned() } else { format!("{came} bytes") };
    let place = if size == 0 { String::new() } else { format!(" in place of its {size} bytes") };
    Err(ApiError::NotTheMail(errors::sanitise_text(&format!("{host} answered with {what}{place}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn a_download_of_another_size_is_rejected() {
        let (plain, mut page) = (HeaderMap::new(), HeaderMap::new());
        page.insert(CONTENT_TYPE, HeaderValue::from_static("Text/HTML; charset=utf-8"));
        let fits = |body: &'static str, headers: &HeaderMap, size| {
            check_body(body.as_bytes(), body.len() as u64, headers, size, "h").is_ok()
        };
        assert!(fits("Subject: x\r\n", &plain, 12) && fits("Subject: x\r\n", &page, 12));
        assert!(fits("Subject: x\r\n", &plain, 0));
        for (body, headers, size) in [
            ("Subject: x", &plain, 12),
            ("", &plain, 0),
            ("<html>", &plain, 0),
            ("<p>", &page, 0),
            ("Subject: x\r\n", &plain, 11),
        ] {
            assert!(!fits(body, headers, size), "{body} {size}");
        }
    }

    #[test]
    fn a_download_is_read_only_up_to_the_size_limit() {
        assert_eq!(size_limit(100), 100 + MARGIN_BYTES);
        assert_eq!(size_limit(0), MAX_MAIL);
        assert_eq!(size_limit(u64::MAX), MAX_MAIL);
    }
}
