//! Fetches the bytes of a mail that did not come along.

use super::{Doing, Mailbox};
use crate::domain::mail::{Envelope, Mail, Summary};
use crate::ports::archive::Kept;
use crate::ports::transport::{Body, Delivery, DownloadUrl, TransportError};
use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use std::time::Duration;

/// How often a fetch that failed is tried again at once, and after which wait first.
const RETRIES: usize = 2;
const FIRST_WAIT: Duration = Duration::from_millis(300);

/// The longest that a fetch waits because the service says so; beyond it the next touch tries.
const MAX_WAIT: Duration = Duration::from_secs(10);

impl Mailbox {
    /// Mails that the service has told of and whose bytes could not be fetched yet, as a list shows them. They
    /// are asked for again.
    pub fn awaited(&self) -> Vec<Kept> {
        let envelopes = self.afloat.lock().map(|afloat| afloat.awaited()).unwrap_or_default();
        let shown = |envelope| Kept { summary: Summary::new(envelope, &Mail::default()), read: false };
        envelopes.into_iter().map(shown).collect()
    }

    /// The bytes of a mail, fetched where they did not come along; what is out of reach or another thing is
    /// asked for again, and at last as text. Only bytes of the size that the service tells are the mail.
    pub(super) async fn fetch_bytes(&self, delivery: &Delivery) -> Result<Bytes, TransportError> {
        let envelope = &delivery.envelope;
        let (url, sketch) = match &delivery.body {
            Body::Here(raw) => return Ok(raw.clone()),
            Body::At(url) => (url, None),
            Body::AtBesideText(url, sketch) => (url, Some(sketch)),
        };
        let fetched = match self.download(url, envelope.size).await {
            Ok(raw) if sketch.is_some_and(|sketch| !sketch.fits(&raw)) => {
                Err(TransportError::NotTheMail("what came for a mail is not what it says as text".into()))
            }
            other => other,
        };
        match fetched {
            Err(error @ (TransportError::NotTheMail(_) | TransportError::NotFollowed(_))) => {
                self.text_of(envelope).await.ok_or(error)
            }
            other => other,
        }
    }

    async fn download(&self, url: &DownloadUrl, size: u64) -> Result<Bytes, TransportError> {
        let policy =
            ExponentialBuilder::default().with_min_delay(FIRST_WAIT).with_max_times(RETRIES).with_jitter();
        let once = || self.transport.download(url, size);
        once.retry(policy)
            .when(|error| {
                matches!(
                    error,
                    TransportError::Unreachable(_)
                        | TransportError::NotTheMail(_)
                        | TransportError::RateLimited { .. }
                )
            })
            .adjust(|error, wait| match error {
                TransportError::RateLimited { retry_after: Some(told) } => {
                    wait.filter(|_| *told <= MAX_WAIT).map(|wait| wait.max(*told))
                }
                _ => wait,
            })
            .await
    }

    /// The mail as text, where that is exact: it comes the way of all other answers, which may be open where
    /// downloads are not.
    async fn text_of(&self, envelope: &Envelope) -> Option<Bytes> {
        let ask = || self.transport.mail(&envelope.session, &envelope.id);
        match self.call(Doing::FetchMail, ask).await {
            Ok(Some(Delivery { body: Body::Here(raw), .. })) => Some(raw),
            _ => None,
        }
    }
}
