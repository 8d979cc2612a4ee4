//! Turns a mail that the service reports into a stored mail that can be shown.

use super::{Doing, Mailbox, ServiceError, Told, parse};
use crate::domain::ids::SessionId;
use crate::domain::mail::{Envelope, Mail, Summary};
use crate::ports::archive::{Archive, Kept, Stored};
use crate::ports::transport::Delivery;
use bytes::Bytes;
use std::sync::Arc;

/// A mail that the archive did not contain before.
#[derive(Debug)]
pub struct Arrival {
    /// Summary and read mark of the mail.
    pub kept: Kept,
    /// The exact bytes of the mail.
    pub raw: Bytes,
    /// The parsed mail.
    pub mail: Arc<Mail>,
    /// Why the archive could not store the mail; `None` if it is stored. An unsaved mail can be read until
    /// the program exits.
    pub unsaved: Option<ServiceError>,
}

/// The result of fetching and storing a reported mail.
#[derive(Debug)]
pub enum Ingested {
    /// The mail is new.
    New(Box<Arrival>),
    /// The archive already contained the mail; nothing was downloaded or changed.
    Known(Box<Kept>),
}

/// A mail whose bytes could not be downloaded. The next touch of its session repeats the download.
#[derive(Debug)]
pub struct Missed {
    /// The envelope, as the service reports it.
    pub envelope: Envelope,
    /// Why the download failed.
    pub error: ServiceError,
}

impl Mailbox {
    /// Fetches and stores one mail: downloads its bytes if necessary, parses them, and stores the mail before
    /// returning it.
    pub async fn ingest(&self, delivery: Delivery) -> Result<Ingested, Missed> {
        let joined = self.under_way.join(&delivery.envelope.id);
        // A second task for the same mail waits here, then finds the mail stored.
        let _turn = joined.turn.lock().await;
        Ok(self.keep(self.fetch(delivery).await?).await)
    }

    pub(super) async fn fetch(&self, delivery: Delivery) -> Result<Fetched, Missed> {
        let id = delivery.envelope.id.clone();
        if let Ok(Some(kept)) = self.on_archive(move |archive, _| archive.kept(&id)).await {
            return Ok(Fetched::Known(Box::new(kept)));
        }
        let raw = match self.fetch_bytes(&delivery).await {
            Ok(raw) => raw,
            Err(source) => {
                let envelope = delivery.envelope.clone();
                self.wait_for(delivery);
                return Err(Missed { envelope, error: ServiceError::service(Doing::FetchMail, source) });
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
            Fetched::Known(kept) => return Ingested::Known(kept),
            Fetched::New { envelope, raw, mail } => (envelope, raw, mail),
        };
        let summary = Summary::new(envelope, &mail);
        let (row, bytes, parsed) = (summary.clone(), raw.clone(), Arc::clone(&mail));
        let put = move |archive: &dyn Archive, base: &str| archive.put_mail(base, &row, &bytes, &parsed);
        let stored = self.on_archive(put).await;
        let kept = Kept { summary, read: false };
        let unsaved = match stored {
            Ok(Stored::New) => {
                self.unordered.add();
                None
            }
            Ok(Stored::Known) => return Ingested::Known(Box::new(kept)),
            Err(error) => {
                if let Ok(mut afloat) = self.afloat.lock() {
                    afloat.hold(kept.summary.envelope.clone(), raw.clone());
                }
                Some(error)
            }
        };
        if let Some(listener) = &self.listener {
            // The listener may have gone.
            drop(listener.send(Told { summary: kept.summary.clone(), mail: Arc::clone(&mail) }));
        }
        Ingested::New(Box::new(Arrival { kept, raw, mail, unsaved }))
    }

    /// Stores the mails that the archive could not store when they arrived, as far as it can now. Returns how
    /// many are still in memory only.
    pub async fn keep_held(&self) -> usize {
        while let Some((envelope, raw)) = self.afloat.lock().ok().and_then(|afloat| afloat.oldest()) {
            let id = envelope.id.clone();
            let mail = Arc::new(parse(raw.clone()).await);
            let summary = Summary::new(envelope, &mail);
            let put = move |archive: &dyn Archive, base: &str| archive.put_mail(base, &summary, &raw, &mail);
            if self.on_archive(put).await.is_err() {
                break;
            }
            self.unordered.add();
            if let Ok(mut afloat) = self.afloat.lock() {
                afloat.release(&id);
            }
        }
        self.afloat.lock().map_or(0, |afloat| afloat.held())
    }

    pub(super) fn waiting(&self, session: &SessionId) -> Vec<Delivery> {
        self.afloat.lock().map(|mut afloat| afloat.take_waiting(session)).unwrap_or_default()
    }

    fn wait_for(&self, delivery: Delivery) {
        if let Ok(mut afloat) = self.afloat.lock() {
            afloat.wait_for(delivery);
        }
    }
}

/// A mail with its bytes, not stored yet, or one that the archive already contained.
pub(super) enum Fetched {
    New { envelope: Envelope, raw: Bytes, mail: Arc<Mail> },
    Known(Box<Kept>),
}
