//! Waits for matching mails in one session by executing the actions that the session's [`SessionSync`] returns.

mod matching;

use super::super::retry::{WAIT_ATTEMPTS, cause, is_transient, requested_wait};
use super::super::{Mailbox, ServiceError, SyncedSession};
use super::filter::{StartPoint, WaitFilter};
use super::{OnMatch, WaitProgress};
use crate::domain::delivery::Push;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Envelope;
use crate::domain::session_sync::{Demand, SessionSync, SyncAction, SyncContext, SyncEvent};
use crate::domain::stored_mail::StoredMail;
use crate::ports::dropmail_api::{ApiError, SubscribeOptions};
use crate::ports::{BoxFuture, BoxStream};
use futures_util::{StreamExt, stream};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::time::sleep;

/// Passes each matching mail of one session to `on_match`, until `on_match` returns `Break`.
pub(super) async fn watch_session(
    mailbox: &Mailbox,
    session: SessionId,
    demand: Demand,
    filter: &WaitFilter,
    report: &(dyn Fn(WaitProgress) + Sync),
    on_match: OnMatch<'_>,
) -> Result<(), ServiceError> {
    let (complete_to, mut known) = match &filter.start_point {
        StartPoint::After(id) => (id.clone(), Vec::new()),
        StartPoint::Start(_) | StartPoint::Since(_) => {
            (mailbox.complete_to(&session).await?, mailbox.mails().await?)
        }
    };
    known.retain(|mail| mail.summary.envelope.session == session);
    let start_mail = match &filter.start_point {
        StartPoint::After(Some(id)) => {
            let id = id.clone();
            mailbox.with_archive(move |archive, _| archive.stored_mail(&id)).await?
        }
        StartPoint::After(None) | StartPoint::Start(_) | StartPoint::Since(_) => None,
    };
    let mut watch = MailWatch {
        mailbox,
        filter,
        report,
        on_match,
        seen: HashSet::new(),
        early: HashSet::new(),
        known,
        start_mail: start_mail.map(|mail| mail.summary.envelope),
        sync: SessionSync::new(demand, complete_to, mailbox.clock.now()),
        session,
        last_number: 0,
        pushed: (0, stream::pending().boxed()),
        query: None,
    };
    watch.run().await
}

type SyncResult = Result<SyncedSession, ServiceError>;

struct MailWatch<'a> {
    mailbox: &'a Mailbox,
    session: SessionId,
    filter: &'a WaitFilter,
    report: &'a (dyn Fn(WaitProgress) + Sync),
    on_match: OnMatch<'a>,
    /// Ids of the mails that have already been compared with the filter. They are not compared again.
    seen: HashSet<MailId>,
    /// Ids of the mails that already existed when the wait started but could not be downloaded at that time.
    early: HashSet<MailId>,
    /// Mails that were stored before the wait started and have not been compared with the filter yet, newest first.
    known: Vec<StoredMail>,
    /// The mail that [`StartPoint::After`] specifies; `None` if the filter has another start point or the archive does
    /// not contain the mail.
    start_mail: Option<Envelope>,
    sync: SessionSync,
    last_number: u64,
    /// Number and stream of the latest push connection. The number distinguishes the events of this connection from
    /// those of earlier ones.
    pushed: (u64, BoxStream<'static, Result<Push, ApiError>>),
    /// Number and future of the query in progress; `None` if no query is in progress.
    query: Option<(u64, BoxFuture<'a, SyncResult>)>,
}

/// An event to which a wait reacts: a push on the stream, the response to a query, or a timer after which the state
/// machine must be polled.
enum WatchEvent {
    Push(Option<Result<Push, ApiError>>),
    Synced(u64, Box<SyncResult>),
    Due,
}

impl MailWatch<'_> {
    async fn run(&mut self) -> Result<(), ServiceError> {
        self.advance_sync(None);
        loop {
            let flow = match self.next_event().await {
                WatchEvent::Push(Some(Ok(Push::Ready))) => {
                    self.handle_acknowledgement();
                    ControlFlow::Continue(())
                }
                WatchEvent::Push(Some(Ok(Push::Mail(delivery)))) => {
                    match self.mailbox.ingest(*delivery).await {
                        Ok(ingested) => self.match_mail(ingested, false).await?,
                        Err(missed) => {
                            (self.report)(WaitProgress::Again(missed.error.to_string().into()));
                            self.advance_sync(Some(SyncEvent::FetchFailed));
                            ControlFlow::Continue(())
                        }
                    }
                }
                WatchEvent::Push(Some(Err(error))) => {
                    (self.report)(WaitProgress::Again(error.to_string().into()));
                    self.handle_stream_end(Some(&error));
                    ControlFlow::Continue(())
                }
                WatchEvent::Push(None) => {
                    self.handle_stream_end(None);
                    ControlFlow::Continue(())
                }
                WatchEvent::Synced(number, answer) => self.handle_reply(number, *answer).await?,
                WatchEvent::Due => {
                    self.advance_sync(None);
                    ControlFlow::Continue(())
                }
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }

    async fn next_event(&mut self) -> WatchEvent {
        let wait = self.sync.due().map_or(Duration::MAX, |due| {
            Duration::try_from(due.duration_since(self.mailbox.clock.now())).unwrap_or(Duration::ZERO)
        });
        let query = &mut self.query;
        let answer = async {
            match query {
                Some((number, future)) => (*number, future.await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            push = self.pushed.1.next() => WatchEvent::Push(push),
            (number, answer) = answer => {
                self.query = None;
                WatchEvent::Synced(number, Box::new(answer))
            }
            () = sleep(wait) => WatchEvent::Due,
        }
    }

    /// Passes an event (or, with `None`, only the current time) to the state machine, and executes the actions that it
    /// returns.
    fn advance_sync(&mut self, event: Option<SyncEvent>) {
        let now = self.mailbox.clock.now();
        let (sync, last_number) = (&mut self.sync, &mut self.last_number);
        let actions = self.mailbox.with_transport_selector(|transports| {
            let mut context = SyncContext { now, transports, last_number };
            match event {
                Some(event) => sync.handle(event, &mut context),
                None => sync.poll(&mut context),
            }
        });
        for action in actions {
            match action {
                SyncAction::Connect { number, transport, is_only_transport, after } => {
                    let way = SubscribeOptions { transport, is_only_transport };
                    self.pushed = (number, self.mailbox.watch_with_options(self.session.clone(), after, way));
                }
                SyncAction::Query { number } => {
                    let (mailbox, session) = (self.mailbox, self.session.clone());
                    let after = self.sync.complete_to().cloned();
                    let strictly = self.sync.answers() == 0 && self.is_start_point_unknown();
                    let query = async move {
                        if strictly {
                            mailbox.touch_strictly(&session, after.as_ref()).await
                        } else {
                            mailbox.touch(&session, after.as_ref()).await
                        }
                    };
                    self.query = Some((number, Box::pin(query)));
                }
            }
        }
    }

    /// Returns whether the start point is a mail that the archive does not contain. If the service does not have that
    /// mail either, the user probably mistyped its id. The wait must then fail, because without a known start point,
    /// all mails of the session would match.
    fn is_start_point_unknown(&self) -> bool {
        matches!(self.filter.start_point, StartPoint::After(Some(_))) && self.start_mail.is_none()
    }

    fn handle_acknowledgement(&mut self) {
        tracing::info!("the subscription is acknowledged");
        (self.report)(WaitProgress::Watching(self.session.clone()));
        self.advance_sync(Some(SyncEvent::Acknowledged { stream: self.pushed.0 }));
    }

    /// Handles the end of a push stream. `error` is `None` if the service ended the stream without an error. The state
    /// machine then schedules a query, which reveals why the stream ended and renews an expired token.
    fn handle_stream_end(&mut self, error: Option<&ApiError>) {
        let stream = std::mem::replace(&mut self.pushed.1, stream::pending().boxed());
        drop(stream);
        let (cause, wait) = (cause(error), requested_wait(error));
        self.advance_sync(Some(SyncEvent::StreamEnded { stream: self.pushed.0, cause, wait }));
    }

    /// Handles the service's response to a query, and passes the matching mails in it to `on_match`. Returns `Break`
    /// if the wait must end, and an error only if a retry cannot help or the service could never be reached.
    async fn handle_reply(
        &mut self,
        query: u64,
        answer: SyncResult,
    ) -> Result<ControlFlow<()>, ServiceError> {
        match answer {
            Ok(touched) => {
                let flow = self.match_queried_mails(query, touched).await?;
                Ok(if self.filter.looks_once { ControlFlow::Break(()) } else { flow })
            }
            Err(error) => {
                let gives_up = self.sync.answers() == 0 && self.sync.query_failures() + 1 >= WAIT_ATTEMPTS;
                if gives_up || !is_transient(&error) {
                    return Err(error);
                }
                (self.report)(WaitProgress::Again(error.to_string().into()));
                let (cause, wait) = (cause(error.api_error()), requested_wait(error.api_error()));
                self.advance_sync(Some(SyncEvent::QueryFailed { query, cause, wait }));
                Ok(ControlFlow::Continue(()))
            }
        }
    }

    /// Passes the result of a successful query to the state machine that synchronises the session.
    fn record_reply(&mut self, query: u64, touched: &SyncedSession) {
        let left = touched.session.expires_at.duration_since(self.mailbox.clock.now());
        tracing::info!(left = %left, "the session was touched");
        let was_refreshed = self.sync.is_refreshed();
        self.advance_sync(Some(SyncEvent::Answered {
            query,
            complete_to: touched.complete_to.clone(),
            left: Duration::try_from(left).ok(),
            missed: touched.missed.len(),
        }));
        if self.sync.is_refreshed() && !was_refreshed {
            tracing::info!("refreshed after the acknowledgement");
        }
    }
}
