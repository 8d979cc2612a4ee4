//! One session, watched until a wanted mail comes.

use super::super::{Failure, Ingested, Mailbox, ServiceError, Touched};
use super::filter::{Mark, Wanted};
use super::{Found, Stage};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::session_sync::Demand;
use crate::domain::time::Timestamp;
use crate::ports::archive::Kept;
use crate::ports::transport::{Push, TransportError, Way};
use futures_util::StreamExt;
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// The first wait before something is tried again; it doubles up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// Attempts before a service that was never reached is given up.
const ATTEMPTS: u32 = 8;
/// The longest wait between two of these: somebody waits to be told that nobody is there.
const LONGEST_FIRST: Duration = Duration::from_secs(1);
/// A session is touched at half of what is left of its life, but neither more nor less often.
const MIN_REFRESH: Duration = Duration::from_millis(300);
const MAX_REFRESH: Duration = Duration::from_mins(4);

/// Asks until there is an answer, or until it is clear that there will be none.
pub(super) async fn persist<T, F: Future<Output = Result<T, ServiceError>>>(
    tell: &(dyn Fn(Stage) + Sync),
    ask: impl Fn() -> F,
) -> Result<T, ServiceError> {
    let mut attempt = 1;
    loop {
        match ask().await {
            Err(error) if attempt < ATTEMPTS && passes(&error) => {
                tell(Stage::Again(error.to_string().into()));
                sleep(wait_before(attempt, Some(&error)).min(LONGEST_FIRST)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Whether trying again can help.
fn passes(error: &ServiceError) -> bool {
    matches!(
        error.transport(),
        Some(
            TransportError::Unreachable(_)
                | TransportError::RateLimited { .. }
                | TransportError::Unexpected(_)
                | TransportError::Forbidden
        )
    )
}

fn wait_before(attempt: u32, error: Option<&ServiceError>) -> Duration {
    let told = match error.and_then(ServiceError::transport) {
        Some(TransportError::RateLimited { retry_after: Some(told) }) => *told,
        Some(TransportError::RateLimited { retry_after: None }) => Duration::from_secs(1),
        _ => Duration::ZERO,
    };
    FIRST_WAIT.saturating_mul(1 << attempt.saturating_sub(1).min(10)).min(LONGEST_WAIT).max(told)
}

pub(super) async fn watch_one(
    mailbox: &Mailbox,
    session: SessionId,
    wanted: &Wanted,
    tell: &(dyn Fn(Stage) + Sync),
) -> Result<Found, ServiceError> {
    let mut watch = Watch {
        mailbox,
        session,
        wanted,
        tell,
        seen: HashSet::new(),
        early: HashSet::new(),
        last: None,
        refresh: Instant::now(),
        acknowledged: None,
        answered: 0,
    };
    if let Some(found) = watch.begin().await? {
        return Ok(found);
    }
    let mut broken = 0;
    loop {
        match watch.connection(&mut broken).await? {
            Outcome::Found(found) => return Ok(*found),
            Outcome::Broken => broken += 1,
            // There is a better one to be tried, at once.
            Outcome::Left => {}
        }
        if broken > 0 {
            sleep(wait_before(broken, None)).await;
        }
    }
}

struct Watch<'a> {
    mailbox: &'a Mailbox,
    session: SessionId,
    wanted: &'a Wanted,
    tell: &'a (dyn Fn(Stage) + Sync),
    /// Mails that were looked at.
    seen: HashSet<MailId>,
    /// Mails that were there at the beginning and could not be fetched then.
    early: HashSet<MailId>,
    /// The mail up to which none is missing: what is asked for comes after it. A pushed mail says nothing
    /// of those that came before it.
    last: Option<MailId>,
    /// When the session is touched next.
    refresh: Instant,
    /// Since when the subscription of the connection is acknowledged.
    acknowledged: Option<Instant>,
    /// How often the service has answered a touch.
    answered: u64,
}

/// How a connection came to its end.
enum Outcome {
    Found(Box<Found>),
    Broken,
    /// A better channel can be tried again.
    Left,
}

impl From<Found> for Outcome {
    fn from(found: Found) -> Self {
        Self::Found(Box::new(found))
    }
}

impl Watch<'_> {
    /// What is known already, here and at the service.
    async fn begin(&mut self) -> Result<Option<Found>, ServiceError> {
        self.last = match &self.wanted.mark {
            Mark::After(id) => id.clone(),
            Mark::Start(_) | Mark::Since(_) => self.mailbox.complete_to(&self.session).await?,
        };
        let mut known: Vec<Kept> = match &self.wanted.mark {
            Mark::After(_) => Vec::new(),
            Mark::Start(_) | Mark::Since(_) => {
                let all = self.mailbox.mails().await?;
                all.into_iter().filter(|kept| kept.summary.envelope.session == self.session).collect()
            }
        };
        known.reverse();
        let (session, last) = (self.session.clone(), self.last.clone());
        let sent = Instant::now();
        let touched = persist(self.tell, || self.mailbox.touch(&session, last.as_ref())).await?;
        self.early = touched.missed.iter().map(|missed| missed.envelope.id.clone()).collect();
        for kept in known {
            if let Some(found) = self.consider(Ingested::Known(Box::new(kept)), true).await? {
                return Ok(Some(found));
            }
        }
        self.take_in(touched, sent, true).await
    }

    /// One connection, until it breaks or a better one can be tried.
    async fn connection(&mut self, broken: &mut u32) -> Result<Outcome, ServiceError> {
        let way = self.mailbox.way();
        self.acknowledged = None;
        let mut pushed = self.mailbox.watch_by(self.session.clone(), self.last.clone(), way);
        let mut stands = None;
        loop {
            let event = tokio::select! {
                event = pushed.next() => event,
                () = sleep_until(self.refresh) => {
                    if let Some(found) = self.ask().await? {
                        return Ok(found.into());
                    }
                    if self.mailbox.way().channel < way.channel {
                        return Ok(Outcome::Left);
                    }
                    continue;
                }
            };
            let found = match event {
                Some(Ok(Push::Ready)) => {
                    *broken = 0;
                    stands = Some(self.mailbox.clock.now());
                    self.acknowledged(way).await?
                }
                Some(Ok(Push::Mail(delivery))) => {
                    match self.mailbox.ingest(*delivery).await {
                        Ok(ingested) => self.consider(ingested, false).await?,
                        // The next touch fetches what could not be fetched.
                        Err(missed) => {
                            (self.tell)(Stage::Again(missed.error.to_string().into()));
                            self.refresh = Instant::now() + FIRST_WAIT;
                            None
                        }
                    }
                }
                Some(Err(error)) => {
                    (self.tell)(Stage::Again(error.to_string().into()));
                    return self.broken(way, stands, Some(&error)).await;
                }
                None => return self.broken(way, stands, None).await,
            };
            if let Some(found) = found {
                return Ok(found.into());
            }
        }
    }

    /// The service says that mail is pushed from here on.
    async fn acknowledged(&mut self, way: Way) -> Result<Option<Found>, ServiceError> {
        self.acknowledged = Some(Instant::now());
        tracing::info!(channel = way.channel.word(), "mail is told as it comes");
        (self.tell)(Stage::Watching(self.session.clone()));
        let found = self.ask().await?;
        tracing::info!("refreshed after the acknowledgement");
        Ok(found)
    }

    /// A connection broke. A touch says better what is wrong, mends a token that has expired, and
    /// tells whether the channel is to blame: one that did not stand while the service answers.
    async fn broken(
        &mut self,
        way: Way,
        stood_since: Option<Timestamp>,
        error: Option<&TransportError>,
    ) -> Result<Outcome, ServiceError> {
        let cut = error.is_none_or(|error| {
            matches!(
                error,
                TransportError::Unreachable(_) | TransportError::Forbidden | TransportError::Unexpected(_)
            )
        });
        let now = self.mailbox.clock.now();
        if let Some(since) = stood_since {
            self.mailbox.with_known_channels(|channels| channels.ended(way.channel, since, cut, now));
        }
        let answered = self.answered;
        let found = self.ask().await?;
        if cut && stood_since.is_none() && self.answered > answered {
            self.mailbox.with_known_channels(|channels| channels.leave(way.channel, now));
        }
        Ok(found.map_or(Outcome::Broken, Outcome::from))
    }

    /// Touches the session and looks at what it tells. What can pass is no error here.
    async fn ask(&mut self) -> Result<Option<Found>, ServiceError> {
        let sent = Instant::now();
        match self.mailbox.touch(&self.session, self.last.as_ref()).await {
            Ok(touched) => {
                self.answered += 1;
                self.take_in(touched, sent, false).await
            }
            Err(error) if passes(&error) => {
                self.refresh = Instant::now() + wait_before(4, Some(&error));
                (self.tell)(Stage::Again(error.to_string().into()));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Looks at what a touch tells that was sent at `sent`.
    async fn take_in(
        &mut self,
        touched: Touched,
        sent: Instant,
        known: bool,
    ) -> Result<Option<Found>, ServiceError> {
        let left = touched.session.expires_at.duration_since(self.mailbox.clock.now());
        let half = Duration::try_from(left).unwrap_or(Duration::ZERO) / 2;
        tracing::info!(left = %left, "the session was touched");
        self.refresh = Instant::now() + half.clamp(MIN_REFRESH, MAX_REFRESH);
        if let Some(next) = self.next_refresh(sent) {
            self.refresh = self.refresh.min(next);
        }
        if !touched.missed.is_empty() {
            self.refresh = Instant::now() + FIRST_WAIT;
        }
        self.last = touched.complete_to;
        for ingested in touched.mails {
            if let Some(found) = self.consider(ingested, known).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// When the next touch is due after the one sent at `sent`: a service may acknowledge a subscription
    /// before it listens.
    fn next_refresh(&self, sent: Instant) -> Option<Instant> {
        let acknowledged = self.acknowledged?;
        let asked = sent.saturating_duration_since(acknowledged);
        Demand::Waiting.next_refresh(asked).map(|due| acknowledged + due)
    }

    /// The mail, when it is wanted and was not looked at before.
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
                // Somebody has purged it meanwhile.
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
        (self.tell)(Stage::PassedOver(kept.summary.subject.clone()));
        None
    }
}

fn id(ingested: &Ingested) -> MailId {
    match ingested {
        Ingested::New(arrival) => arrival.kept.summary.envelope.id.clone(),
        Ingested::Known(kept) => kept.summary.envelope.id.clone(),
    }
}
