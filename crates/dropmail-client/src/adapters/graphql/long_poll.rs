//! Receives new mail by long polling: a GraphQL subscription over plain HTTP. The service delays its response to each
//! request until a mail arrives or a timeout expires.

use super::client::{Client, MAX_MAIL};
use super::errors;
use super::event::event_to_push;
use super::operations as ops;
use super::poll_source::PollSource;
use super::throttle::EmptyResponses;
use crate::domain::delivery::Push;
use crate::domain::ids::{MailId, SessionId};
use crate::ports::dropmail_api::ApiError;
use crate::ports::{BoxFuture, BoxStream};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// The result of one long-poll request: a mail, or `None` if no mail arrived before the service's regular timeout
/// expired.
type EventResult = Result<Option<Push>, ApiError>;

/// Receives the mail of a session by sending one long-poll request after another.
struct LongPoll {
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
    /// The long-poll request that is in flight or will be sent after a delay; `None` if the next request has not been
    /// created yet.
    question: Option<BoxFuture<'static, EventResult>>,
    asked_at: Instant,
    ready: ReadyState,
    empty: EmptyResponses,
    /// Ids of the mails that have already been passed to the caller. A response with one of these mails is treated as
    /// empty.
    seen: HashSet<MailId>,
}

/// Maximum number of mail ids in `seen`; when the set is full, it is cleared.
const MAX_SEEN: usize = 1_000;

/// Whether the caller has received `Push::Ready`, the event that reports the subscription as active. A mail that
/// arrives before this event is held back until the caller has received the event.
enum ReadyState {
    /// The caller has not received `Push::Ready` yet.
    Pending,
    /// The caller has received `Push::Ready`, but not this mail, which arrived earlier. The next call to `next` returns
    /// the mail.
    Holding(Push),
    /// The caller has received `Push::Ready`, and no earlier mail is held back.
    Reported,
}

pub(super) fn watch(
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
) -> BoxStream<'static, Result<Push, ApiError>> {
    let source = LongPoll {
        client,
        session,
        after,
        question: None,
        asked_at: Instant::now(),
        ready: ReadyState::Pending,
        empty: EmptyResponses::default(),
        seen: HashSet::new(),
    };
    source.into_stream()
}

impl PollSource for LongPoll {
    async fn next(&mut self) -> Result<Push, ApiError> {
        if matches!(self.ready, ReadyState::Holding(_))
            && let ReadyState::Holding(push) = std::mem::replace(&mut self.ready, ReadyState::Reported)
        {
            return Ok(push);
        }
        loop {
            let asked_at = &mut self.asked_at;
            let question = self.question.get_or_insert_with(|| {
                *asked_at = Instant::now();
                Box::pin(request_next(Arc::clone(&self.client), self.session.clone(), self.after.clone()))
            });
            let answer = match self.ready {
                ReadyState::Reported | ReadyState::Holding(_) => question.await,
                ReadyState::Pending => {
                    let soon = Instant::now() + self.client.timeouts().ready;
                    match timeout_at(soon, question).await {
                        Ok(answer) => answer,
                        // The service has neither answered nor rejected the request, so it is waiting for mail.
                        Err(_waits) => {
                            self.ready = ReadyState::Reported;
                            return Ok(Push::Ready);
                        }
                    }
                }
            };
            self.question = None;
            let push = answer?.filter(|push| self.is_new(push));
            let wait = self.empty.wait(self.asked_at.elapsed(), push.is_none());
            if !wait.is_zero() {
                self.question = Some(self.request_after(wait));
            }
            match (push, std::mem::replace(&mut self.ready, ReadyState::Reported)) {
                (Some(push), ReadyState::Pending) => {
                    self.ready = ReadyState::Holding(push);
                    return Ok(Push::Ready);
                }
                (None, ReadyState::Pending) => return Ok(Push::Ready),
                (Some(push), _) => return Ok(push),
                (None, _) => {}
            }
        }
    }
}

impl LongPoll {
    /// Records that the mail in a push has been received. Returns `false` if the same mail was received before.
    fn is_new(&mut self, push: &Push) -> bool {
        let Push::Mail(delivery) = push else { return true };
        self.after = Some(delivery.envelope.id.clone());
        if self.seen.len() >= MAX_SEEN {
            self.seen.clear();
        }
        self.seen.insert(delivery.envelope.id.clone())
    }

    /// Creates the next long-poll request, which is sent after a delay of `wait`.
    fn request_after(&mut self, wait: Duration) -> BoxFuture<'static, EventResult> {
        let (client, session, after) = (Arc::clone(&self.client), self.session.clone(), self.after.clone());
        self.asked_at = Instant::now() + wait;
        Box::pin(async move {
            sleep(wait).await;
            request_next(client, session, after).await
        })
    }
}

async fn request_next(client: Arc<Client>, session: SessionId, after: Option<MailId>) -> EventResult {
    client.acquire().await;
    let order = ops::watch(&session, after.as_ref());
    let answered = async {
        let response = client.subscribe("application/json", &order).await?;
        client.read(response, MAX_MAIL).await
    };
    let late = |_late| {
        let text = format!("{} does not answer in time to a long poll", client.host());
        ApiError::Unreachable(errors::sanitise_text(&text))
    };
    let reply = timeout(client.timeouts().long_poll, answered).await.map_err(late)??;
    let read = client.parse_graphql(&reply)?;
    match event_to_push(&client, &session, read) {
        // The long poll ended without a mail.
        Err(ApiError::TimedOut) => Ok(None),
        answer => answer,
    }
}
