//! Queries sessions in order to complete the local copy of their mail. A query requests all mails newer than the
//! completeness mark, oldest first.
//!
//! The completeness mark of a session is a mail such that the local copy contains that mail and all earlier ones. The
//! archive stores the mark and advances it only past stored mails. An interrupted query therefore leaves no gap: the
//! next query starts from the mark.

// This file exceeds 300 lines because a query, its pages and the completeness mark depend on each other.

use super::completeness::RememberedMark;
use super::ingest::Fetched;
use super::ingest_batches::batch_size;
use super::{FetchFailed, Ingested, Mailbox, ServiceError, ServiceOperation};
use crate::domain::delivery::{Delivery, ListingGap, TouchReply as Answer};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::session::Session;
use crate::domain::session_sync::Coverage;
use crate::domain::sorting::sort_by_number;
use crate::domain::stored_mail::StoredMail;
use crate::ports::dropmail_api::ApiError;
use futures_util::StreamExt;
use std::collections::HashSet;

/// Maximum number of mails from one service response that are downloaded in parallel; the other mails wait.
const MAX_PARALLEL_FETCHES: usize = 4;

/// Minimum size in bytes of the mails that [`Mailbox::sync_except_large`] returns to its caller instead of downloading
/// them.
const LARGE_BYTES: u64 = 512 << 10;

/// Number of stored mails after which the completeness mark of the session (see [`Mailbox::complete_to`]) is recorded
/// again while a long service response is being stored.
const MAILS_PER_RECORD: usize = 50;

/// The result of querying a session: the session with its extended lifetime, and its new mails.
#[derive(Debug)]
pub struct SyncedSession {
    /// The queried session, with its new expiry time.
    pub session: Session,
    /// The new mails that were fetched, oldest first.
    pub mails: Vec<Ingested>,
    /// The new mails that could not be downloaded. Their download is retried with the next query of the session.
    pub missed: Vec<FetchFailed>,
    /// The reason why the session could not be stored in the archive; `None` if it is stored.
    pub unsaved: Option<ServiceError>,
    /// The completeness mark after the query: the id of a mail such that the local copy contains that mail and all
    /// earlier ones; `None` if there is no such mail.
    pub complete_to: Option<MailId>,
    /// `true` if the service's response lists all mails of the session, because the service no longer has the mail
    /// from which the query should have started.
    pub relisted: bool,
    /// The reason why the oldest mails are missing from the service's list of new mails; `None` if the list is
    /// complete.
    pub gap: Option<ListingGap>,
}

impl Mailbox {
    /// Queries a session, which extends its lifetime. Fetches and stores all mails that are missing from the local
    /// copy.
    pub async fn sync(&self, session: &SessionId) -> Result<SyncedSession, ServiceError> {
        let (touched, large) = self.sync_by_size(session, u64::MAX).await?;
        debug_assert!(large.is_empty(), "nothing is as large as that");
        Ok(touched)
    }

    /// Queries a session as [`Self::sync`] does, but returns large mails without downloading them. The caller passes
    /// these to [`Self::ingest`] in parallel tasks, so that a mail with a code need not wait for them.
    pub async fn sync_except_large(
        &self,
        session: &SessionId,
    ) -> Result<(SyncedSession, Vec<Delivery>), ServiceError> {
        self.sync_by_size(session, LARGE_BYTES).await
    }

    /// Queries a session as [`Self::sync`] does, but requests the mails newer than `after`. Requests all mails if
    /// `after` is `None` or the service no longer has that mail.
    pub async fn touch(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
    ) -> Result<SyncedSession, ServiceError> {
        let (touched, large) = self.touch_or_relist(session, after, u64::MAX).await?;
        debug_assert!(large.is_empty(), "nothing is as large as that");
        Ok(touched)
    }

    /// Queries a session as [`Self::touch`] does, but returns an error if the service does not have the mail `after`.
    pub(super) async fn touch_strictly(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
    ) -> Result<SyncedSession, ServiceError> {
        let (touched, large) = self.touch_by_size(session, after, after, u64::MAX).await?;
        debug_assert!(large.is_empty(), "nothing is as large as that");
        Ok(touched)
    }

    /// Returns the completeness mark of a session: the id of a mail such that the local copy contains that mail and all
    /// earlier ones. Returns `None` if the archive contains no mark.
    pub async fn complete_to(&self, session: &SessionId) -> Result<Option<MailId>, ServiceError> {
        let session = session.clone();
        self.with_archive(move |archive, base| archive.complete_to(base, &session)).await
    }

    async fn sync_by_size(
        &self,
        session: &SessionId,
        large: u64,
    ) -> Result<(SyncedSession, Vec<Delivery>), ServiceError> {
        let after = self.known_complete_to(session).await;
        self.touch_or_relist(session, after.as_ref(), large).await
    }

    async fn touch_or_relist(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
        large: u64,
    ) -> Result<(SyncedSession, Vec<Delivery>), ServiceError> {
        match self.touch_by_size(session, after, after, large).await {
            // The service may no longer have the mail `after`.
            Err(ServiceError::Service { source: ApiError::Refused(_), .. }) if after.is_some() => {
                let (touched, large) = self.touch_by_size(session, None, after, large).await?;
                Ok((SyncedSession { relisted: true, ..touched }, large))
            }
            other => other,
        }
    }

    /// Returns the completeness mark of a session (see [`Self::complete_to`]). Returns `None` if the archive contains
    /// no mark or cannot be read; the next query then requests all mails of the session.
    pub(super) async fn stored_complete_to(&self, session: &SessionId) -> Option<MailId> {
        mark_or_none(self.complete_to(session).await)
    }

    /// Returns the completeness mark of a session (see [`Self::complete_to`]) as [`Self::stored_complete_to`] does, but
    /// reads the archive only if the mark is not in memory.
    async fn known_complete_to(&self, session: &SessionId) -> Option<MailId> {
        if let RememberedMark::Mark(mark) = self.marks.get(session) {
            return mark;
        }
        let mark = self.complete_to(session).await;
        if let Ok(mark) = &mark {
            self.marks.remember(session, mark.clone());
        }
        mark_or_none(mark)
    }

    /// Queries a session for the mails newer than `after` (all mails if it is `None`) and stores them. Mails of at
    /// least `large` bytes are returned instead of being stored. `recorded` is the completeness mark in the archive
    /// (see [`Self::complete_to`]).
    async fn touch_by_size(
        &self,
        session: &SessionId,
        after: Option<&MailId>,
        recorded: Option<&MailId>,
        large: u64,
    ) -> Result<(SyncedSession, Vec<Delivery>), ServiceError> {
        self.renew_if_due().await;
        let answer = self.call(ServiceOperation::AskForMail, || self.api.touch(session, after)).await;
        if let Err(ServiceError::Service { source: ApiError::SessionNotFound, .. }) = &answer {
            self.mark_lapsed(session).await;
        }
        let answer = answer?;
        let unsaved = self.store_session(&answer.session).await;
        let gap = answer.gap.inspect(|gap| log_gap(*gap));
        let mut progress = Progress::new(self, session, (after, recorded), &answer);
        let mut deliveries = self.take_failed_downloads(session);
        deliveries.extend(answer.mails);
        let mut seen = HashSet::new();
        deliveries.retain(|delivery| seen.insert(delivery.envelope.id.clone()));
        // Mails that another task is already fetching are left out.
        deliveries.retain(|delivery| !self.in_flight.contains(&delivery.envelope.id));
        // Mails that are in memory until the archive can store them are left out.
        deliveries.retain(|delivery| self.find_unsaved(&delivery.envelope.id).is_none());
        for delivery in &mut deliveries {
            self.assign_order(delivery);
        }
        let (deliveries, later) = self.split_by_size(deliveries, large).await;
        let (mails, missed) = self.fetch_and_store(deliveries, &mut progress).await;
        let complete_to = progress.finish().await;
        let session = answer.session;
        Ok((SyncedSession { session, mails, missed, unsaved, complete_to, relisted: false, gap }, later))
    }

    /// Downloads mails in parallel but stores them in order, so that the local copy has no gap before the last stored
    /// mail. Returns the fetched mails and those that could not be downloaded.
    async fn fetch_and_store(
        &self,
        deliveries: Vec<Delivery>,
        progress: &mut Progress<'_>,
    ) -> (Vec<Ingested>, Vec<FetchFailed>) {
        let at_once = batch_size(deliveries.len());
        let mut fetched = futures_util::stream::iter(deliveries)
            .map(|it| self.fetch(it))
            .buffered(MAX_PARALLEL_FETCHES)
            .chunks(at_once);
        let (mut mails, mut missed) = (Vec::new(), Vec::new());
        while let Some(outcomes) = fetched.next().await {
            let mut to_keep = Vec::with_capacity(outcomes.len());
            for outcome in outcomes {
                match outcome {
                    // A mail that the user has hidden stays hidden, although the service still lists it.
                    Ok(Fetched::Known(stored)) if self.is_hidden(&stored).await => {
                        progress.record_stored(id_of(&stored)).await;
                    }
                    Ok(fetched) => to_keep.push(fetched),
                    Err(miss) => missed.push(miss),
                }
            }
            for outcome in self.store_all_fetched(to_keep).await {
                match outcome {
                    Ok(ingested) => {
                        if let Some(id) = archived_id(&ingested) {
                            progress.record_stored(id).await;
                        }
                        mails.push(ingested);
                    }
                    Err(miss) => missed.push(miss),
                }
            }
        }
        (mails, missed)
    }

    /// Splits the reported mails into those to fetch now, and those of at least `large` bytes that the archive does
    /// not contain.
    async fn split_by_size(&self, deliveries: Vec<Delivery>, large: u64) -> (Vec<Delivery>, Vec<Delivery>) {
        let (mut now, mut later) = (Vec::new(), Vec::new());
        for delivery in deliveries {
            let id = delivery.envelope.id.clone();
            let waits = delivery.envelope.size >= large
                && !matches!(
                    self.with_archive(move |archive, _| archive.stored_mail(&id)).await,
                    Ok(Some(_))
                );
            if waits { later.push(delivery) } else { now.push(delivery) }
        }
        // Large mails are downloaded in parallel, the smallest one first.
        sort_by_number(&mut later, |delivery| i128::from(delivery.envelope.size));
        (now, later)
    }

    /// Records in the archive that a session no longer exists on the service. The session is then shown as expired
    /// when the program is started again.
    async fn mark_lapsed(&self, session: &SessionId) {
        let now = self.clock.now();
        let Ok(known) = self.known_sessions().await else { return };
        let Some(mut old) = known.into_iter().find(|known| known.id == *session) else { return };
        old.expires_at = old.expires_at.min(now);
        if let Some(error) = self.store_session(&old).await {
            tracing::warn!(%error, "the end of a session could not be stored");
        }
    }

    /// Returns whether the user has hidden a stored mail from the inbox.
    pub async fn is_hidden(&self, stored: &StoredMail) -> bool {
        let id = stored.summary.envelope.id.clone();
        self.with_archive(move |archive, _| archive.is_hidden(&id)).await.unwrap_or(false)
    }
}

fn mark_or_none(mark: Result<Option<MailId>, ServiceError>) -> Option<MailId> {
    mark.unwrap_or_else(|error| {
        tracing::warn!(%error, "cannot read up to which mail the copy is complete; querying for all mails");
        None
    })
}

fn log_gap(gap: ListingGap) {
    tracing::warn!("{}", gap.description());
}

fn id_of(stored: &StoredMail) -> &MailId {
    &stored.summary.envelope.id
}

/// Returns the id of a mail that is in the archive; `None` if the mail is only in memory.
fn archived_id(ingested: &Ingested) -> Option<&MailId> {
    match ingested {
        Ingested::New(arrival) => arrival.unsaved.is_none().then(|| id_of(&arrival.stored)),
        Ingested::AlreadyStored(stored) => Some(id_of(stored)),
    }
}

/// Tracks which mails from a service response have been stored without gaps, and regularly advances the completeness
/// mark in the archive (see [`Mailbox::complete_to`]).
struct Progress<'a> {
    mailbox: &'a Mailbox,
    session: &'a SessionId,
    coverage: Coverage,
    /// The completeness mark last written to the archive (the local copy contains that mail and all earlier ones);
    /// `None` if there is none.
    recorded: Option<MailId>,
    since_recorded: usize,
}

impl<'a> Progress<'a> {
    /// Starts tracking which mails in a query response have been stored. `after` is the mail from which the query
    /// started, and `recorded` is the completeness mark in the archive (see [`Mailbox::complete_to`]).
    fn new(
        mailbox: &'a Mailbox,
        session: &'a SessionId,
        (after, recorded): (Option<&MailId>, Option<&MailId>),
        answer: &Answer,
    ) -> Self {
        // If the response does not reach back to the mail at which the query began, there is a gap before its first
        // mail.
        let listed: &[Delivery] = if answer.gap.is_none() { &answer.mails } else { &[] };
        let listed = listed.iter().map(|mail| mail.envelope.id.clone());
        let coverage = Coverage::new(after.cloned(), listed);
        Self { mailbox, session, coverage, recorded: recorded.cloned(), since_recorded: 0 }
    }

    /// Records that a mail in the response has been stored in the archive.
    async fn record_stored(&mut self, id: &MailId) {
        self.since_recorded += self.coverage.mark_stored(id);
        if self.since_recorded >= MAILS_PER_RECORD {
            self.write_completeness_mark().await;
        }
    }

    /// Writes the completeness mark (see [`Mailbox::complete_to`]) to the archive, unless another process has changed
    /// it there (compare-and-swap).
    async fn write_completeness_mark(&mut self) {
        self.since_recorded = 0;
        let complete_to = self.coverage.complete_to();
        if self.recorded.as_ref() == complete_to {
            return;
        }
        let Some(to) = complete_to.cloned() else { return };
        let (session, from) = (self.session.clone(), self.recorded.replace(to.clone()));
        let mark = to.clone();
        let moved = self
            .mailbox
            .with_archive(move |archive, base| archive.move_complete_to(base, &session, from.as_ref(), &to));
        match moved.await {
            Ok(true) => self.mailbox.marks.remember(self.session, Some(mark)),
            // Another process has changed the mark in the archive.
            Ok(false) => self.mailbox.marks.forget(self.session),
            Err(error) => {
                self.mailbox.marks.forget(self.session);
                tracing::warn!(%error, "cannot store up to which mail the copy is complete");
            }
        }
    }

    async fn finish(mut self) -> Option<MailId> {
        self.write_completeness_mark().await;
        self.coverage.complete_to().cloned()
    }
}
