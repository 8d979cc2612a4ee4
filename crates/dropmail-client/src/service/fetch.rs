//! Downloads raw mails whose bytes did not arrive together with their envelopes.

use super::{Mailbox, ServiceOperation};
use crate::domain::backoff::Backoff;
use crate::domain::delivery::{Body, Delivery, DownloadUrl};
use crate::domain::mail::{Envelope, Summary};
use crate::domain::stored_mail::StoredMail;
use crate::ports::dropmail_api::{ApiError, Downloaded};
use bytes::Bytes;
use mail_codes::MailWithFindings;
use std::fmt;
use tokio::time::sleep;

/// Maximum number of consecutive attempts to download a mail. If all of them fail, the download is retried with the
/// next query of the mail's session.
const MAX_ATTEMPTS: u32 = 3;

/// The exponential backoff between attempts to download a mail. If the service requests a delay that exceeds the
/// maximum of this backoff, the download is retried with the next query of the mail's session.
const BACKOFF: Backoff = Backoff::DOWNLOAD;

impl Mailbox {
    /// Returns inbox rows for the mails that the service has reported but that could not be downloaded so far.
    pub fn undownloaded_mails(&self) -> Vec<StoredMail> {
        let envelopes =
            self.unsaved_mail.lock().map(|unsaved_mail| unsaved_mail.undownloaded()).unwrap_or_default();
        let shown = |envelope| StoredMail::new(Summary::new(envelope, &MailWithFindings::default()));
        envelopes.into_iter().map(shown).collect()
    }

    /// Returns the raw bytes of a mail. If they did not arrive with the envelope, downloads them, and retries if a
    /// download fails. If the downloaded data is not the mail, or if the download URL leads to a host that is not
    /// permitted, requests the mail as a string through the API.
    pub(super) async fn fetch_bytes(&self, delivery: &Delivery) -> Result<Downloaded, ApiError> {
        let envelope = &delivery.envelope;
        let (url, fingerprint) = match &delivery.body {
            Body::Inline(raw) => return Ok(Downloaded::InMemory(raw.clone())),
            Body::Url(url) => (url, None),
            Body::UrlWithFingerprint(url, fingerprint) => (url, Some(fingerprint)),
        };
        let fetched = match (self.download(url, envelope.size).await, fingerprint) {
            // A mail that arrived as a string is not large.
            (Ok(downloaded), Some(fingerprint)) => match read_into_memory(downloaded).await {
                Ok(raw) if !fingerprint.matches(&raw) => {
                    Err(ApiError::NotTheMail("the download of a mail does not match its text".into()))
                }
                other => other.map(Downloaded::InMemory),
            },
            (other, _) => other,
        };
        match fetched {
            Err(error @ (ApiError::NotTheMail(_) | ApiError::NotFollowed(_))) => {
                self.fetch_as_text(envelope).await.map(Downloaded::InMemory).ok_or(error)
            }
            other => other,
        }
    }

    async fn download(&self, url: &DownloadUrl, size: u64) -> Result<Downloaded, ApiError> {
        let mut attempt = 1;
        loop {
            let failed = match self.api.download(url, size).await {
                Err(error) if attempt < MAX_ATTEMPTS => error,
                outcome => return outcome,
            };
            let demanded = match &failed {
                ApiError::Unreachable(_)
                | ApiError::UntrustedCertificate(_)
                | ApiError::TimedOut
                | ApiError::NotTheMail(_) => None,
                ApiError::RateLimited { retry_after } => *retry_after,
                ApiError::TokenExpired
                | ApiError::TokenRefused(_)
                | ApiError::Forbidden
                | ApiError::CaptchaRequired
                | ApiError::CaptchaDismissed
                | ApiError::SessionNotFound
                | ApiError::Refused(_)
                | ApiError::NotFollowed(_)
                | ApiError::ServerFailure(_)
                | ApiError::Unexpected(_) => return Err(failed),
            };
            if demanded.is_some_and(|demanded| demanded > BACKOFF.max_delay()) {
                return Err(failed);
            }
            // The delay depends on the size of the mail, so that the retries for several mails of one response do not
            // coincide.
            sleep(BACKOFF.delay_at_least(attempt, size, demanded)).await;
            attempt += 1;
        }
    }

    /// Requests a mail as a string through the API, because some networks block downloads but not the API. Returns the
    /// string's bytes; `None` if the request fails or if the bytes may differ from the raw mail.
    async fn fetch_as_text(&self, envelope: &Envelope) -> Option<Bytes> {
        let request = || self.api.mail(&envelope.session, &envelope.id);
        match self.call(ServiceOperation::FetchMail, request).await {
            Ok(Some(Delivery { body: Body::Inline(raw), .. })) => Some(raw),
            _ => None,
        }
    }
}

/// Reads a downloaded mail into memory, in a blocking thread.
pub(super) async fn read_into_memory(downloaded: Downloaded) -> Result<Bytes, ApiError> {
    let unreadable = |why: &dyn fmt::Display| {
        ApiError::Unexpected(format!("the temporary file of a download cannot be read: {why}").into())
    };
    match downloaded {
        Downloaded::InMemory(raw) => Ok(raw),
        Downloaded::InFile(mut file) => match tokio::task::spawn_blocking(move || file.read()).await {
            Ok(read) => read.map_err(|error| unreadable(&error)),
            Err(error) => Err(unreadable(&error)),
        },
    }
}
