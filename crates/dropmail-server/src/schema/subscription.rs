//! The subscriptions of the GraphQL schema. Each subscription stores the number of the last mail that it delivered.
//! Each time it is woken, it reads the next mail from the store. As a result, no mail is lost in the transition from
//! stored to new mails, and none is delivered twice.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, ID, Result, Subscription};
use futures_util::Stream;
use futures_util::stream;
use tokio::sync::watch;
use uuid::Uuid;

use super::mail::{Mail, place};
use super::{DeliveryMode, Nullable, RequestContext, RequestWork, count, nullable};
use crate::ServerState;
use crate::error::RequestError;
use crate::faults::Fault;
use crate::ids::NodeId;
use crate::rate_limit::CallKind;
use crate::tokens::Bearer;

pub(crate) struct SubscriptionRoot;

#[Subscription]
impl SubscriptionRoot {
    /// Mails of a session as they arrive; with `mailsAfterId`, all mails after the mail with that id.
    #[expect(clippy::unused_async, reason = "async-graphql requires it")]
    async fn session_mail_received(
        &self,
        ctx: &Context<'_>,
        id: ID,
        mails_after_id: Option<ID>,
    ) -> Result<impl Stream<Item = Nullable<Mail>>> {
        let request = RequestContext::new(ctx).map_err(RequestError::graphql)?;
        let state = match SubscriptionFeed::open(&request, &id, mails_after_id.as_ref()) {
            Ok(feed) => State::Open(feed),
            Err(refusal) => State::Refused(refusal),
        };
        let work = ctx.data_opt::<Arc<RequestWork>>().cloned();
        let step = move |state: State| {
            let work = work.clone();
            async move {
                let (item, state) = state.step().await?;
                if let Some(work) = &work {
                    // Equal subscriptions share the rendered event for this mail.
                    work.about(item.as_ref().and_then(|mail| mail.as_ref().ok()).map(Mail::number));
                }
                Some((item, state))
            }
        };
        Ok(stream::unfold(state, step))
    }
}

/// An open subscription to the mails of one session.
struct SubscriptionFeed {
    shared: Arc<ServerState>,
    session: Uuid,
    bearer: Bearer,
    /// Sequence number of the mail that was delivered most recently.
    seen: u64,
    woken: watch::Receiver<u64>,
    /// Time by which an injected fault delays the start of the subscription; `None` if it starts without delay.
    late: Option<Duration>,
}

enum State {
    Open(SubscriptionFeed),
    /// Because of an injected fault, the subscription delivers this mail a second time.
    Again(SubscriptionFeed, Mail),
    /// The subscription delivers this error, and then ends.
    Refused(RequestError),
    Ended,
}

impl SubscriptionFeed {
    /// Opens a subscription to the mails of a session. If `mailsAfterId` is absent, a long-poll caller receives the
    /// session's first mail, and a streaming caller receives only mails that arrive after this call.
    fn open(
        request: &RequestContext<'_>,
        id: &ID,
        after: Option<&ID>,
    ) -> std::result::Result<Self, RequestError> {
        let Some(NodeId::Session(session)) = NodeId::parse(id) else {
            return Err(RequestError::SessionNotFound);
        };
        let owner = request.caller.identity;
        request.touch(session)?;
        let mut woken = request.shared.store.subscribe(session, owner)?;
        let newest = *woken.borrow_and_update();
        let seen = match (place(session, after)?, request.caller.push) {
            (Some(place), _) => place,
            (None, DeliveryMode::Once) => 0,
            (None, DeliveryMode::Stream) => newest,
        };
        let bearer = request.caller.bearer;
        // A long-poll caller requests the mails after the last one that it has, so a late start would lose nothing.
        let late = (request.caller.push == DeliveryMode::Stream)
            .then(|| request.shared.faults.late_listening())
            .flatten();
        Ok(Self { shared: Arc::clone(request.shared), session, bearer, seen, woken, late })
    }

    async fn next(&mut self) -> std::result::Result<Mail, RequestError> {
        if let Some(late) = self.late.take() {
            tokio::time::sleep(late).await;
            self.seen = *self.woken.borrow_and_update();
        }
        loop {
            let owner = self.bearer.identity;
            if let Some(mail) = self.shared.store.next_after(self.session, owner, self.seen)? {
                if self.shared.faults.fires(Fault::LostPush) {
                    self.seen = mail.reference.seq;
                    continue;
                }
                count(&self.shared, self.bearer, CallKind::Mail)?;
                self.seen = mail.reference.seq;
                return Ok(Mail(mail));
            }
            self.woken.changed().await.map_err(|_closed| RequestError::SessionNotFound)?;
        }
    }
}

impl State {
    async fn step(self) -> Option<(Nullable<Mail>, Self)> {
        match self {
            Self::Again(feed, mail) => Some((nullable(Ok(mail)), Self::Open(feed))),
            Self::Open(mut feed) => Some(match feed.next().await {
                Ok(mail) => {
                    feed.shared.faults.delay().await;
                    let again = feed.shared.faults.fires(Fault::Duplicate);
                    let state = if again { Self::Again(feed, mail.clone()) } else { Self::Open(feed) };
                    (nullable(Ok(mail)), state)
                }
                Err(refusal) => (nullable(Err(refusal)), Self::Ended),
            }),
            Self::Refused(refusal) => Some((nullable(Err(refusal)), Self::Ended)),
            Self::Ended => None,
        }
    }
}
