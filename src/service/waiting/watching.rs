//! Watches one session until a matching mail arrives, by running the actions of its [`SessionSync`].

use super::super::persist::{WAIT_ATTEMPTS, cause, passes, requested_wait};
use super::super::{Failure, Ingested, Mailbox, ServiceError, Touched};
use super::filter::{Mark, Wanted};
use super::{Found, Stage};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::session_sync::{Action, Context, Demand, Event, SessionSync};
use crate::domain::time::Timestamp;
use crate::ports::archive::Kept;
use crate::ports::transport::{Push, TransportError, Way};
use crate::ports::{BoxFuture, BoxStream};
use futures_util::{StreamExt, stream};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::sleep;

/// Watches a session until a matching mail arrives.
pub(super) async fn watch_one(
    mailbox: &Mailbox,
    session: SessionId,
    demand: Demand,
    wanted: &Wanted,
    report: &(dyn Fn(Stage) + Sync),
) -> Result<Found, ServiceError> {
    let (complete_to, mut known) = match &wanted.mark {
        Mark::After(id) => (id.clone(), Vec::new()),
        Mark::Start(_) | Mark::Since(_) => (mailbox.complete_to(&session).await?, mailbox.mails().await?),
    };
    known.retain(|kept| kept.summary.envelope.session == session);
    let mut watch = Watch {
        mailbox,
        wanted,
        report,
        seen: HashSet::new(),
        early: HashSet::new(),
        known,
        sync: SessionSync::new(demand, complete_to, mailbox.clock.now()),
        session,
        last_number: 0,
        pushed: (0, stream::pending().boxed()),
        query: None,
    };
    watch.run().await
}

type Answer = Result<Touched, ServiceError>;

struct Watch<'a> {
    mailbox: &'a Mailbox,
    session: SessionId,
    wanted: &'a Wanted,
    report: &'a (dyn Fn(Stage) + Sync),
    /// Mails that were checked.
    seen: HashSet<MailId>,
    /// Mails that existed at the start and could not be downloaded then.
    early: HashSet<MailId>,
    /// Mails stored before the start and not checked yet, newest first.
    known: Vec<Kept>,
    sync: SessionSync,
    last_number: u64,
    /// The stream that was connected last, with its number.
    pushed: (u64, BoxStream<'static, Result<Push, TransportError>>),
    /// The query in progress, with its number.
    query: Option<(u64, BoxFuture<'a, Answer>)>,
}

/// The next event: a push of the stream, the reply to a query, or a due time of the synchronisation.
enum Heard {
    Push(Option<Result<Push, TransportError>>),
    Answer(u64, Box<Answer>),
    Due,
}

impl Watch<'_> {
    async fn run(&mut self) -> Result<Found, ServiceError> {
        self.step(None);
        loop {
            let found = match self.next().await {
                Heard::Push(Some(Ok(Push::Ready))) => {
                    self.acknowledged();
                    None
                }
                Heard::Push(Some(Ok(Push::Mail(delivery)))) => match self.mailbox.ingest(*delivery).await {
                    Ok(ingested) => self.consider(ingested, false).await?,
                    Err(missed) => {
                        (self.report)(Stage::Again(missed.error.to_string().into()));
                        self.step(Some(Event::Missed));
                        None
                    }
                },
                Heard::Push(Some(Err(error))) => {
                    (self.report)(Stage::Again(error.to_string().into()));
                    self.ended(Some(&error));
                    None
                }
                Heard::Push(None) => {
                    self.ended(None);
                    None
                }
                Heard::Answer(number, answer) => self.answered(number, *answer).await?,
                Heard::Due => {
                    self.step(None);
                    None
                }
            };
            if let Some(found) = found {
                return Ok(found);
            }
        }
    }

    async fn next(&mut self) -> Heard {
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
            push = self.pushed.1.next() => Heard::Push(push),
            (number, answer) = answer => {
                self.query = None;
                Heard::Answer(number, Box::new(answer))
            }
            () = sleep(wait) => Heard::Due,
        }
    }

    /// Passes an event to the synchronisation, and runs the actions that it returns.
    fn step(&mut self, event: Option<Event>) {
        let now = self.mailbox.clock.now();
        let (sync, last_number) = (&mut self.sync, &mut self.last_number);
        let actions = self.mailbox.with_known_channels(|channels| {
            let mut context = Context { now, channels, last_number };
            match event {
                Some(event) => sync.handle(event, &mut context),
                None => sync.poll(&mut context),
            }
        });
        for action in actions {
            match action {
                Action::Connect { number, channel, alone, after } => {
                    let way = Way { channel, alone };
                    self.pushed = (number, self.mailbox.watch_by(self.session.clone(), after, way));
                }
                Action::Query { number } => {
                    let (mailbox, session) = (self.mailbox, self.session.clone());
                    let after = self.sync.complete_to().cloned();
                    let query = async move { mailbox.touch(&session, after.as_ref()).await };
                    self.query = Some((number, Box::pin(query)));
                }
            }
        }
    }

    fn acknowledged(&mut self) {
        tracing::info!("the subscription is acknowledged");
        (self.report)(Stage::Watching(self.session.clone()));
        self.step(Some(Event::Acknowledged { stream: self.pushed.0 }));
    }

    /// Handles the end of a stream. The next query shows what is wrong, and renews a token that has expired.
    fn ended(&mut self, error: Option<&TransportError>) {
        let stream = std::mem::replace(&mut self.pushed.1, stream::pending().boxed());
        drop(stream);
        let (cause, wait) = (cause(error), requested_wait(error));
        self.step(Some(Event::StreamEnded { stream: self.pushed.0, cause, wait }));
    }

    /// Handles the reply to a query. An error that a retry can mend is not returned.
    async fn answered(&mut self, query: u64, answer: Answer) -> Result<Option<Found>, ServiceError> {
        match answer {
            Ok(touched) => self.take_in(query, touched).await,
            Err(error) => {
                let gives_up = self.sync.answers() == 0 && self.sync.query_failures() + 1 >= WAIT_ATTEMPTS;
                if gives_up || !passes(&error) {
                    return Err(error);
                }
                (self.report)(Stage::Again(error.to_string().into()));
                let (cause, wait) = (cause(error.transport()), requested_wait(error.transport()));
                self.step(Some(Event::QueryFailed { query, cause, wait }));
                Ok(None)
            }
        }
    }

    /// Reports a successful query to the synchronisation.
    fn note(&mut self, query: u64, touched: &Touched) {
        let left = touched.session.expires_at.duration_since(self.mailbox.clock.now());
        tracing::info!(left = %left, "the session was touched");
        let was_refreshed = self.sync.is_refreshed();
        self.step(Some(Event::Answered {
            query,
            complete_to: touched.complete_to.clone(),
            left: Duration::try_from(left).ok(),
            missed: touched.missed.len(),
        }));
        if self.sync.is_refreshed() && !was_refreshed {
            tracing::info!("refreshed after the acknowledgement");
        }
    }

    async fn take_in(&mut self, query: u64, touched: Touched) -> Result<Option<Found>, ServiceError> {
        let is_first = self.sync.answers() == 0;
        self.note(query, &touched);
        if is_first {
            self.early = touched.missed.iter().map(|missed| missed.envelope.id.clone()).collect();
        }
        while let Some(kept) = self.known.pop() {
            if let Some(found) = self.consider(Ingested::Known(Box::new(kept)), true).await? {
                return Ok(Some(found));
            }
        }
        for ingested in touched.mails {
            if let Some(found) = self.consider(ingested, is_first).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Returns the mail if it matches and was not checked before.
    async fn consider(&mut self, ingested: Ingested, known: bool) -> Result<Option<Found>, ServiceError> {
        let id = id(&ingested);
        let known = known || self.early.contains(&id);
        if !self.seen.insert(id) {
            return Ok(None);
        }
        let (kept, taken) = match ingested {
            Ingested::New(arrival) => (arrival.kept, Some((arrival.mail, arrival.raw))),
            Ingested::Known(kept) => (*kept, None),
        };
        let envelope = &kept.summary.envelope;
        let received: Timestamp = self.mailbox.local_time(envelope.received_at);
        if !self.wanted.is_past_mark(received, known) {
            return Ok(None);
        }
        if !self.wanted.is_to(envelope) {
            return Ok(self.passed_over(&kept));
        }
        let (mail, raw) = match taken {
            Some(taken) => taken,
            None => match self.mailbox.load(&envelope.id).await {
                Ok(loaded) => (loaded.mail, loaded.raw),
                // Someone has purged the mail meanwhile.
                Err(error) if error.failure() == Failure::NotFound => return Ok(None),
                Err(error) => return Err(error),
            },
        };
        if !self.wanted.holds(envelope, &mail) {
            return Ok(self.passed_over(&kept));
        }
        Ok(Some(Found { kept, mail, raw }))
    }

    fn passed_over(&self, kept: &Kept) -> Option<Found> {
        (self.report)(Stage::PassedOver(kept.summary.subject.clone()));
        None
    }
}

fn id(ingested: &Ingested) -> MailId {
    match ingested {
        Ingested::New(arrival) => arrival.kept.summary.envelope.id.clone(),
        Ingested::Known(kept) => kept.summary.envelope.id.clone(),
    }
}
