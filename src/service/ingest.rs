//! From what the service tells of a mail to a mail that is kept and can be shown.

use super::{Doing, Mailbox, ServiceError, Told, parse};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::{Envelope, Mail, Summary};
use crate::domain::session::Session;
use crate::ports::archive::{Archive, Kept, Stored};
use crate::ports::transport::{Delivery, TransportError};
use bytes::Bytes;
use futures_util::StreamExt;
use std::collections::HashSet;
use std::sync::Arc;

/// Mails of one answer that are fetched at the same time.
const FETCH_AT_ONCE: usize = 4;

/// A mail from this size on, in bytes, is not waited for where others can go ahead of it.
const LARGE: u64 = 512 << 10;

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

/// A session after it was touched.
#[derive(Debug)]
pub struct Touched {
    /// The session, its life prolonged.
    pub session: Session,
    /// Mails that came, oldest first.
    pub mails: Vec<Ingested>,
    /// Mails that came and could not be fetched.
    pub missed: Vec<Missed>,
    /// Why the session is not in the archive.
    pub unsaved: Option<ServiceError>,
}

impl Mailbox {
    /// Touches a session, so that it lives on, and takes in what came after a mail. Without one
    /// everything is asked for; mails that are kept are not fetched again.
    pub async fn touch(&self, session: &SessionId, after: Option<&MailId>) -> Result<Touched, ServiceError> {
        let (touched, large) = self.touch_by_size(session, after, u64::MAX).await?;
        debug_assert!(large.is_empty(), "nothing is as large as that");
        Ok(touched)
    }

    /// As [`Self::touch`], but large mails are only told of: a code must not wait for somebody's
    /// video. The caller takes them in, with [`Self::ingest`], beside whatever else comes.
    pub async fn touch_for_small(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
    ) -> Result<(Touched, Vec<Delivery>), ServiceError> {
        self.touch_by_size(session, after, LARGE).await
    }

    async fn touch_by_size(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
        large: u64,
    ) -> Result<(Touched, Vec<Delivery>), ServiceError> {
        self.renew_if_due().await;
        let answer = self.call(Doing::AskForMail, || self.transport.touch(session, after)).await;
        if let Err(ServiceError::Service { source: TransportError::SessionNotFound, .. }) = &answer {
            self.mark_lapsed(session).await;
        }
        let answer = answer?;
        let unsaved = self.keep_session(&answer.session).await;
        let mut deliveries = self.waiting(session);
        deliveries.extend(answer.mails);
        deliveries.sort_by_key(|delivery| delivery.envelope.received_at);
        let mut seen = HashSet::new();
        deliveries.retain(|delivery| seen.insert(delivery.envelope.id.clone()));
        // Somebody brings these already.
        deliveries.retain(|delivery| !self.under_way.has(&delivery.envelope.id));
        let (deliveries, later) = self.by_size(deliveries, large).await;

        // Fetched side by side, kept one after the other: the newest mail of the archive is what
        // the next run asks from, so no older one may be missing below it.
        let mut fetched =
            futures_util::stream::iter(deliveries).map(|it| self.fetch(it)).buffered(FETCH_AT_ONCE);
        let (mut mails, mut missed) = (Vec::new(), Vec::new());
        while let Some(outcome) = fetched.next().await {
            match outcome {
                // What the user has hidden does not come back because the service still has it.
                Ok(Fetched::Known(kept)) if self.is_hidden(&kept).await => {}
                Ok(fetched) => mails.push(self.keep(fetched).await),
                Err(miss) => missed.push(miss),
            }
        }
        Ok((Touched { session: answer.session, mails, missed, unsaved }, later))
    }

    /// Takes in one mail: fetches its bytes where they did not come along, takes it apart, and
    /// keeps it before it is handed on.
    pub async fn ingest(&self, delivery: Delivery) -> Result<Ingested, Missed> {
        let joined = self.under_way.join(&delivery.envelope.id);
        // Who comes second finds it kept.
        let _mine = joined.turn.lock().await;
        Ok(self.keep(self.fetch(delivery).await?).await)
    }

    /// The deliveries to take in now, and the large ones that are not here yet.
    async fn by_size(&self, deliveries: Vec<Delivery>, large: u64) -> (Vec<Delivery>, Vec<Delivery>) {
        let (mut now, mut later) = (Vec::new(), Vec::new());
        for delivery in deliveries {
            let id = delivery.envelope.id.clone();
            let waits = delivery.envelope.size >= large
                && !matches!(self.on_archive(move |archive, _| archive.kept(&id)).await, Ok(Some(_)));
            if waits { later.push(delivery) } else { now.push(delivery) }
        }
        // They are fetched side by side: who is small should be here first.
        later.sort_by_key(|delivery| delivery.envelope.size);
        (now, later)
    }

    async fn fetch(&self, delivery: Delivery) -> Result<Fetched, Missed> {
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

    async fn keep(&self, fetched: Fetched) -> Ingested {
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

    /// Notes in the archive that a session has ended, so that the next start does not count its
    /// time down.
    async fn mark_lapsed(&self, session: &SessionId) {
        let now = self.clock.now();
        let Ok(known) = self.known_sessions().await else { return };
        let Some(mut old) = known.into_iter().find(|known| known.id == *session) else { return };
        old.expires_at = old.expires_at.min(now);
        if let Some(error) = self.keep_session(&old).await {
            tracing::warn!(%error, "the end of a session could not be kept");
        }
    }

    async fn is_hidden(&self, kept: &Kept) -> bool {
        let id = kept.summary.envelope.id.clone();
        self.on_archive(move |archive, _| archive.is_hidden(&id)).await.unwrap_or(false)
    }

    fn waiting(&self, session: &SessionId) -> Vec<Delivery> {
        self.afloat.lock().map(|mut afloat| afloat.take_waiting(session)).unwrap_or_default()
    }

    fn wait_for(&self, delivery: Delivery) {
        if let Ok(mut afloat) = self.afloat.lock() {
            afloat.wait_for(delivery);
        }
    }
}

/// A mail whose bytes are here.
enum Fetched {
    New { envelope: Envelope, raw: Bytes, mail: Arc<Mail> },
    Known(Box<Kept>),
}
