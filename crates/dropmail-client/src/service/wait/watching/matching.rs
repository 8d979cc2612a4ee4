//! Compares the mails in a response from the service with the filter of a wait.

use super::MailWatch;
use crate::domain::current_code::CurrentCodes;
use crate::domain::mail::Envelope;
use crate::domain::stored_mail::StoredMail;
use crate::domain::time::Timestamp;
use crate::service::wait::{MatchedMail, WaitProgress};
use crate::service::{FailureClass, Ingested, ServiceError, SyncedSession};
use std::ops::ControlFlow;

impl MailWatch<'_> {
    /// Compares the mails in the service's response to a query with the filter, and passes the matching mails to
    /// `on_match`. Returns `Break` if `on_match` ends the wait.
    pub(super) async fn match_queried_mails(
        &mut self,
        query: u64,
        touched: SyncedSession,
    ) -> Result<ControlFlow<()>, ServiceError> {
        let is_first = self.sync.answers() == 0;
        self.record_reply(query, &touched);
        if is_first {
            if touched.relisted {
                self.skip_up_to_start_point(&touched);
            }
            self.early = touched.missed.iter().map(|missed| missed.envelope.id.clone()).collect();
        }
        while let Some(stored) = self.known.pop() {
            if self.match_mail(Ingested::AlreadyStored(Box::new(stored)), true).await?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        for ingested in touched.mails {
            if self.match_mail(ingested, is_first).await?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Passes a mail to `on_match` if it matches the filter and has not been checked before. `known` is `true` if the
    /// mail existed before the wait started. Returns `Break` if `on_match` ends the wait.
    pub(super) async fn match_mail(
        &mut self,
        ingested: Ingested,
        known: bool,
    ) -> Result<ControlFlow<()>, ServiceError> {
        let id = envelope(&ingested).id.clone();
        let known = known || self.early.contains(&id);
        if !self.seen.insert(id) {
            return Ok(ControlFlow::Continue(()));
        }
        let (stored, taken) = match ingested {
            Ingested::New(arrival) => (arrival.stored, Some(arrival.mail)),
            Ingested::AlreadyStored(stored) => (*stored, None),
        };
        let envelope = &stored.summary.envelope;
        let received: Timestamp = self.mailbox.local_time(envelope.received_at);
        if !self.filter.is_after_start_point(received, known) {
            return Ok(ControlFlow::Continue(()));
        }
        if !self.filter.matches_recipient(envelope) {
            return Ok(self.report_skipped(&stored));
        }
        let mail = match taken {
            Some(mail) => mail,
            None => match self.mailbox.load(&envelope.id).await {
                Ok(loaded) => loaded.mail,
                // Another process has deleted the mail in the meantime.
                Err(error) if error.failure_class() == FailureClass::NotFound => {
                    return Ok(ControlFlow::Continue(()));
                }
                Err(error) => return Err(error),
            },
        };
        if !self.filter.matches_content(envelope, &mail) {
            return Ok(self.report_skipped(&stored));
        }
        let matched = MatchedMail { stored, mail };
        let matched =
            if self.filter.takes_current_code { self.newest_of_sender(matched).await? } else { matched };
        Ok((self.on_match)(matched))
    }

    /// Looks for the mail that contains the newest code from the sender of `matched` to the same recipient. Returns
    /// that mail if it matches the filter; if not, returns `matched`.
    async fn newest_of_sender(&mut self, matched: MatchedMail) -> Result<MatchedMail, ServiceError> {
        let mails = self.mailbox.mails().await?;
        let codes = CurrentCodes::from_mails(mails.iter().map(|stored| &stored.summary));
        let newer = codes.newer(&matched.stored.summary).map(|newer| newer.mail.clone());
        let Some(stored) =
            newer.and_then(|id| mails.into_iter().find(|stored| stored.summary.envelope.id == id))
        else {
            return Ok(matched);
        };
        let envelope = &stored.summary.envelope;
        let is_before_start =
            self.start_mail.as_ref().is_some_and(|start_mail| envelope.received_at <= start_mail.received_at);
        let is_past_mark =
            self.filter.is_after_start_point(self.mailbox.local_time(envelope.received_at), false);
        if is_before_start || !is_past_mark {
            return Ok(matched);
        }
        match self.mailbox.load(&envelope.id).await {
            Ok(loaded) if self.filter.matches_content(envelope, &loaded.mail) => {
                self.seen.insert(envelope.id.clone());
                Ok(MatchedMail { stored, mail: loaded.mail })
            }
            Ok(_) => Ok(matched),
            Err(error) if error.failure_class() == FailureClass::NotFound => Ok(matched),
            Err(error) => Err(error),
        }
    }

    fn report_skipped(&self, stored: &StoredMail) -> ControlFlow<()> {
        (self.report)(WaitProgress::PassedOver(stored.summary.subject.clone()));
        ControlFlow::Continue(())
    }

    /// Marks all mails up to the start point as already checked. Without this call, mails from before the start point
    /// would match if the service lists all mails of the session.
    fn skip_up_to_start_point(&mut self, touched: &SyncedSession) {
        let Some(start_mail) = &self.start_mail else { return };
        let mails = touched.mails.iter().map(envelope);
        let listed = mails.chain(touched.missed.iter().map(|missed| &missed.envelope));
        let earlier = listed.filter(|it| it.id == start_mail.id || it.received_at < start_mail.received_at);
        self.seen.extend(earlier.map(|it| it.id.clone()));
    }
}

fn envelope(ingested: &Ingested) -> &Envelope {
    match ingested {
        Ingested::New(arrival) => &arrival.stored.summary.envelope,
        Ingested::AlreadyStored(stored) => &stored.summary.envelope,
    }
}
