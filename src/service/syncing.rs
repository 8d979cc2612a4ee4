//! Brings the copy of a session's mail up to date by a query: everything that the service lists behind
//! the mail up to which the copy is complete, oldest first.
//!
//! That mail is written down for each session, and moved on only past mails that are kept. A run that
//! ends early, at whatever moment, therefore leaves no gap: the next query begins below it.

use super::ingest::Fetched;
use super::{Doing, Ingested, Mailbox, Missed, ServiceError};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::session::Session;
use crate::domain::session_sync::Coverage;
use crate::ports::archive::Kept;
use crate::ports::transport::{Delivery, Touched as Answer, TransportError};
use futures_util::StreamExt;
use std::collections::HashSet;

/// Mails of one answer that are fetched at the same time.
const FETCH_AT_ONCE: usize = 4;

/// A mail from this size on, in bytes, is not waited for where others can go ahead of it.
const LARGE_BYTES: u64 = 512 << 10;

/// After so many kept mails of a long answer it is written down how far the copy is complete.
const NOTE_MAILS: usize = 50;

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
    /// The mail up to which none is missing that came after the one asked from; that one itself where
    /// nothing is known.
    pub complete_to: Option<MailId>,
}

impl Mailbox {
    /// Touches a session, so that it lives on, and takes in all mail that is missing in the copy.
    pub async fn sync(&self, session: &SessionId) -> Result<Touched, ServiceError> {
        let (touched, large) = self.sync_by_size(session, u64::MAX).await?;
        debug_assert!(large.is_empty(), "nothing is as large as that");
        Ok(touched)
    }

    /// As [`Self::sync`], but large mails are only told of: a code must not wait for somebody's
    /// video. The caller takes them in, with [`Self::ingest`], beside whatever else comes.
    pub async fn sync_small(&self, session: &SessionId) -> Result<(Touched, Vec<Delivery>), ServiceError> {
        self.sync_by_size(session, LARGE_BYTES).await
    }

    /// As [`Self::sync`], from a mail of the caller's choice; without one everything is asked for.
    pub async fn touch(&self, session: &SessionId, after: Option<&MailId>) -> Result<Touched, ServiceError> {
        let (touched, large) = self.touch_by_size(session, after, after, u64::MAX).await?;
        debug_assert!(large.is_empty(), "nothing is as large as that");
        Ok(touched)
    }

    /// The mail up to which the copy of a session is complete; `None` where that is not known.
    pub async fn complete_to(&self, session: &SessionId) -> Result<Option<MailId>, ServiceError> {
        let session = session.clone();
        self.on_archive(move |archive, base| archive.complete_to(base, &session)).await
    }

    async fn sync_by_size(
        &self,
        session: &SessionId,
        large: u64,
    ) -> Result<(Touched, Vec<Delivery>), ServiceError> {
        let after = self.stored_complete_to(session).await;
        self.sync_from_by_size(session, after.as_ref(), large).await
    }

    /// As [`Self::sync`], where it is known up to which mail the stored copy is complete.
    pub(super) async fn sync_from(
        &self,
        session: &SessionId,
        complete_to: Option<&MailId>,
    ) -> Result<Touched, ServiceError> {
        let (touched, large) = self.sync_from_by_size(session, complete_to, u64::MAX).await?;
        debug_assert!(large.is_empty(), "nothing is as large as that");
        Ok(touched)
    }

    async fn sync_from_by_size(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
        large: u64,
    ) -> Result<(Touched, Vec<Delivery>), ServiceError> {
        match self.touch_by_size(session, after, after, large).await {
            // The service may have forgotten that mail.
            Err(ServiceError::Service { source: TransportError::Refused(_), .. }) if after.is_some() => {
                self.touch_by_size(session, None, after, large).await
            }
            other => other,
        }
    }

    /// As [`Self::complete_to`]; where the archive cannot say it, all is asked for.
    pub(super) async fn stored_complete_to(&self, session: &SessionId) -> Option<MailId> {
        self.complete_to(session).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "up to where the copy is complete could not be read: all is asked for");
            None
        })
    }

    /// `noted` is what the archive says of how far the copy is complete.
    async fn touch_by_size(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
        noted: Option<&MailId>,
        large: u64,
    ) -> Result<(Touched, Vec<Delivery>), ServiceError> {
        self.renew_if_due().await;
        let answer = self.call(Doing::AskForMail, || self.transport.touch(session, after)).await;
        if let Err(ServiceError::Service { source: TransportError::SessionNotFound, .. }) = &answer {
            self.mark_lapsed(session).await;
        }
        let answer = answer?;
        let unsaved = self.keep_session(&answer.session).await;
        let mut progress = Progress::new(self, session, noted, &answer);
        let mut deliveries = self.waiting(session);
        deliveries.extend(answer.mails);
        let mut seen = HashSet::new();
        deliveries.retain(|delivery| seen.insert(delivery.envelope.id.clone()));
        // Somebody brings these already.
        deliveries.retain(|delivery| !self.under_way.has(&delivery.envelope.id));
        // These wait for the archive to take them.
        deliveries.retain(|delivery| self.afloat_mail(&delivery.envelope.id).is_none());
        let (deliveries, later) = self.by_size(deliveries, large).await;

        // Fetched side by side, kept one after the other: the copy is complete up to the last of them.
        let mut fetched =
            futures_util::stream::iter(deliveries).map(|it| self.fetch(it)).buffered(FETCH_AT_ONCE);
        let (mut mails, mut missed) = (Vec::new(), Vec::new());
        while let Some(outcome) = fetched.next().await {
            match outcome {
                // What the user has hidden does not come back because the service still has it.
                Ok(Fetched::Known(kept)) if self.is_hidden(&kept).await => {
                    progress.kept(kept_id(&kept)).await;
                }
                Ok(fetched) => {
                    let ingested = self.keep(fetched).await;
                    if let Some(id) = in_archive(&ingested) {
                        progress.kept(id).await;
                    }
                    mails.push(ingested);
                }
                Err(miss) => missed.push(miss),
            }
        }
        let complete_to = progress.end().await;
        Ok((Touched { session: answer.session, mails, missed, unsaved, complete_to }, later))
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
}

fn kept_id(kept: &Kept) -> &MailId {
    &kept.summary.envelope.id
}

/// The mail, where the archive holds it.
fn in_archive(ingested: &Ingested) -> Option<&MailId> {
    match ingested {
        Ingested::New(arrival) => arrival.unsaved.is_none().then(|| kept_id(&arrival.kept)),
        Ingested::Known(kept) => Some(kept_id(kept)),
    }
}

/// How far an answer has been taken in without a gap, written down from time to time.
struct Progress<'a> {
    mailbox: &'a Mailbox,
    session: &'a SessionId,
    coverage: Coverage,
    /// What is written down.
    noted: Option<MailId>,
    since_noted: usize,
}

impl<'a> Progress<'a> {
    fn new(mailbox: &'a Mailbox, session: &'a SessionId, noted: Option<&MailId>, answer: &Answer) -> Self {
        // One that does not reach back to the mail that it was asked from leaves a gap below itself.
        let listed: &[Delivery] = if answer.reaches_back { &answer.mails } else { &[] };
        let listed = listed.iter().map(|mail| mail.envelope.id.clone());
        let coverage = Coverage::new(noted.cloned(), listed);
        Self { mailbox, session, coverage, noted: noted.cloned(), since_noted: 0 }
    }

    /// A mail is in the archive.
    async fn kept(&mut self, id: &MailId) {
        self.since_noted += self.coverage.keep(id);
        if self.since_noted >= NOTE_MAILS {
            self.note().await;
        }
    }

    /// Writes down how far the copy is complete, unless another has moved it on meanwhile.
    async fn note(&mut self) {
        self.since_noted = 0;
        let complete_to = self.coverage.complete_to();
        if self.noted.as_ref() == complete_to {
            return;
        }
        let Some(to) = complete_to.cloned() else { return };
        let (session, from) = (self.session.clone(), self.noted.replace(to.clone()));
        let moved = self
            .mailbox
            .on_archive(move |archive, base| archive.move_complete_to(base, &session, from.as_ref(), &to));
        if let Err(error) = moved.await {
            tracing::warn!(%error, "up to where the copy is complete could not be kept");
        }
    }

    async fn end(mut self) -> Option<MailId> {
        self.note().await;
        self.coverage.complete_to().cloned()
    }
}
