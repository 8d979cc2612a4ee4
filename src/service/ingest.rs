//! From what the service tells of a mail to a mail that is kept and can be shown.

use super::{Doing, Mailbox, ServiceError, Told, parse};
use crate::domain::ids::SessionId;
use crate::domain::mail::{Envelope, Mail, Summary};
use crate::ports::archive::{Archive, Kept, Stored};
use crate::ports::transport::Delivery;
use bytes::Bytes;
use std::sync::Arc;

/// A mail that was not here before.
#[derive(Debug)]
pub struct Arrival {
    /// What a list shows of it.
    pub kept: Kept,
    /// Its exact bytes.
    pub raw: Bytes,
    /// What they hold.
    pub mail: Arc<Mail>,
    /// Why it is not in the archive. It can be read in this run, and is lost with it.
    pub unsaved: Option<ServiceError>,
}

/// What became of a delivery.
#[derive(Debug)]
pub enum Ingested {
    /// It is new.
    New(Box<Arrival>),
    /// It was in the archive; nothing was fetched and nothing changed.
    Known(Box<Kept>),
}

/// A mail whose bytes could not be fetched. The next touch of its session tries again.
#[derive(Debug)]
pub struct Missed {
    /// What the service says of it.
    pub envelope: Envelope,
    /// Why.
    pub error: ServiceError,
}

impl Mailbox {
    /// Takes in one mail: fetches its bytes where they did not come along, takes it apart, and
    /// keeps it before it is handed on.
    pub async fn ingest(&self, delivery: Delivery) -> Result<Ingested, Missed> {
        let joined = self.under_way.join(&delivery.envelope.id);
        // Who comes second finds it kept.
        let _mine = joined.turn.lock().await;
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
            // Nobody may be listening any more.
            drop(listener.send(Told { summary: kept.summary.clone(), mail: Arc::clone(&mail) }));
        }
        Ingested::New(Box::new(Arrival { kept, raw, mail, unsaved }))
    }

    /// Keeps the mails that the archive could not take when they came, as far as it takes them now; how
    /// many are still in memory alone.
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

/// A mail whose bytes are here.
pub(super) enum Fetched {
    New { envelope: Envelope, raw: Bytes, mail: Arc<Mail> },
    Known(Box<Kept>),
}
