//! Fetches, parses and stores a mail that the service reported, so that it can be shown.

use super::{Mailbox, NewMail, ServiceError, ServiceOperation, parse};
use crate::domain::ids::SessionId;
use crate::domain::mail::{Envelope, Summary};
use crate::mail_reader::mail::Mail;
use crate::ports::archive::{Archive, Stored, StoredMail};
use crate::ports::dropmail_api::Delivery;
use bytes::Bytes;
use std::sync::Arc;

/// A mail that was fetched and that the archive did not contain before.
#[derive(Debug)]
pub struct Arrival {
    /// Summary and read mark of the mail.
    pub kept: StoredMail,
    /// The exact bytes of the mail.
    pub raw: Bytes,
    /// The parsed mail.
    pub mail: Arc<Mail>,
    /// Why the archive could not store the mail; `None` if it is stored. A mail that is not stored can be
    /// read until the program exits.
    pub unsaved: Option<ServiceError>,
}

/// The result of fetching and storing a reported mail.
#[derive(Debug)]
pub enum Ingested {
    /// The mail is new and was fetched.
    New(Box<Arrival>),
    /// The archive already contained the mail; nothing was downloaded or changed.
    AlreadyStored(Box<StoredMail>),
}

/// A mail whose bytes could not be downloaded. The next touch of its session repeats the download.
#[derive(Debug)]
pub struct FetchFailed {
    /// The envelope of the mail, as the service reports it.
    pub envelope: Envelope,
    /// Why the bytes of the mail could not be downloaded.
    pub error: ServiceError,
}

impl Mailbox {
    /// Fetches one mail that the service reported: downloads its bytes if necessary, parses and stores the
    /// mail, then returns it.
    pub async fn ingest(&self, delivery: Delivery) -> Result<Ingested, FetchFailed> {
        let joined = self.under_way.join(&delivery.envelope.id);
        // A second task for the same mail waits here, then finds the mail stored.
        let _turn = joined.turn.lock().await;
        Ok(self.keep(self.fetch(delivery).await?).await)
    }

    pub(super) async fn fetch(&self, delivery: Delivery) -> Result<Fetched, FetchFailed> {
        let id = delivery.envelope.id.clone();
        if let Ok(Some(kept)) = self.with_archive(move |archive, _| archive.kept(&id)).await {
            return Ok(Fetched::Known(Box::new(kept)));
        }
        let raw = match self.fetch_bytes(&delivery).await {
            Ok(raw) => raw,
            Err(source) => {
                let envelope = delivery.envelope.clone();
                self.wait_for(delivery);
                return Err(FetchFailed {
                    envelope,
                    error: ServiceError::service(ServiceOperation::FetchMail, source),
                });
            }
        };
        let mail = parse(raw.clone()).await;
        let came = raw.len() as u64;
        let mut envelope = delivery.envelope;
        if envelope.size == 0 {
            envelope.size = came;
        }
        Ok(Fetched::New { envelope, raw, mail: Arc::new(mail) })
    }

    pub(super) async fn keep(&self, fetched: Fetched) -> Ingested {
        let (envelope, raw, mail) = match fetched {
            Fetched::Known(kept) => return Ingested::AlreadyStored(kept),
            Fetched::New { envelope, raw, mail } => (envelope, raw, mail),
        };
        let summary = Summary::new(envelope, &mail);
        let (row, bytes, parsed) = (summary.clone(), raw.clone(), Arc::clone(&mail));
        let put = move |archive: &dyn Archive, base: &str| archive.put_mail(base, &row, &bytes, &parsed);
        let stored = self.with_archive(put).await;
        let kept = StoredMail { summary, read: false };
        let unsaved = match stored {
            Ok(Stored::New) => {
                self.unordered.add();
                None
            }
            Ok(Stored::AlreadyPresent) => return Ingested::AlreadyStored(Box::new(kept)),
            Err(error) => {
                if let Ok(mut unsaved_mail) = self.unsaved_mail.lock() {
                    unsaved_mail.hold(kept.summary.envelope.clone(), raw.clone());
                }
                Some(error)
            }
        };
        if let Some(listener) = &self.listener {
            // Nothing may be listening any more.
            drop(listener.send(NewMail { summary: kept.summary.clone(), mail: Arc::clone(&mail) }));
        }
        Ingested::New(Box::new(Arrival { kept, raw, mail, unsaved }))
    }

    /// Stores the mails that are only in memory because the archive failed earlier, as far as it works now.
    /// Returns the count of mails that are still only in memory.
    pub async fn retry_unsaved(&self) -> usize {
        while let Some((envelope, raw)) =
            self.unsaved_mail.lock().ok().and_then(|unsaved_mail| unsaved_mail.oldest())
        {
            let id = envelope.id.clone();
            let mail = Arc::new(parse(raw.clone()).await);
            let summary = Summary::new(envelope, &mail);
            let put = move |archive: &dyn Archive, base: &str| archive.put_mail(base, &summary, &raw, &mail);
            if self.with_archive(put).await.is_err() {
                break;
            }
            self.unordered.add();
            if let Ok(mut unsaved_mail) = self.unsaved_mail.lock() {
                unsaved_mail.release(&id);
            }
        }
        self.unsaved_mail.lock().map_or(0, |unsaved_mail| unsaved_mail.held())
    }

    pub(super) fn waiting(&self, session: &SessionId) -> Vec<Delivery> {
        self.unsaved_mail
            .lock()
            .map(|mut unsaved_mail| unsaved_mail.take_waiting(session))
            .unwrap_or_default()
    }

    fn wait_for(&self, delivery: Delivery) {
        if let Ok(mut unsaved_mail) = self.unsaved_mail.lock() {
            unsaved_mail.wait_for(delivery);
        }
    }
}

/// A mail as it was fetched: its bytes, not stored yet, or the stored mail that the archive already
/// contained.
pub(super) enum Fetched {
    New { envelope: Envelope, raw: Bytes, mail: Arc<Mail> },
    Known(Box<StoredMail>),
}
