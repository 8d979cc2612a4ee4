//! New mail by asking: a subscription over plain HTTP, which the service answers with the next mail
//! once there is one.

use super::client::{Client, MAX_MAIL};
use super::errors::{self, OUT_OF_TIME};
use super::event::event;
use super::operations as ops;
use super::source::Source;
use crate::domain::ids::{MailId, SessionId};
use crate::ports::transport::{Push, TransportError};
use crate::ports::{BoxFuture, BoxStream};
use std::sync::Arc;
use tokio::time::{Instant, timeout, timeout_at};

/// What one question brought: a mail, or the ordinary end of its time.
type Answer = Result<Option<Push>, TransportError>;

/// A session that is asked for its mail, one question after the other.
struct Asking {
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
    /// The question that is under way.
    question: Option<BoxFuture<'static, Answer>>,
    ready: Ready,
}

/// Whether the caller knows that this works.
enum Ready {
    Untold,
    /// A mail came before it was told.
    Holding(Push),
    Told,
}

pub(super) fn watch(
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
) -> BoxStream<'static, Result<Push, TransportError>> {
    let asking = Asking { client, session, after, question: None, ready: Ready::Untold };
    asking.told()
}

impl Source for Asking {
    async fn next(&mut self) -> Result<Push, TransportError> {
        if matches!(self.ready, Ready::Holding(_))
            && let Ready::Holding(push) = std::mem::replace(&mut self.ready, Ready::Told)
        {
            return Ok(push);
        }
        loop {
            let question = self.question.get_or_insert_with(|| {
                Box::pin(ask(Arc::clone(&self.client), self.session.clone(), self.after.clone()))
            });
            let answer = match self.ready {
                Ready::Told | Ready::Holding(_) => question.await,
                Ready::Untold => {
                    let soon = Instant::now() + self.client.patience().ready;
                    match timeout_at(soon, question).await {
                        Ok(answer) => answer,
                        // Neither answered nor refused: it is one that waits for mail.
                        Err(_waits) => {
                            self.ready = Ready::Told;
                            return Ok(Push::Ready);
                        }
                    }
                }
            };
            self.question = None;
            let push = answer?;
            if let Some(Push::Mail(delivery)) = &push {
                self.after = Some(delivery.envelope.id.clone());
            }
            match (push, std::mem::replace(&mut self.ready, Ready::Told)) {
                (Some(push), Ready::Untold) => {
                    self.ready = Ready::Holding(push);
                    return Ok(Push::Ready);
                }
                (None, Ready::Untold) => return Ok(Push::Ready),
                (Some(push), _) => return Ok(push),
                (None, _) => {}
            }
        }
    }
}

async fn ask(client: Arc<Client>, session: SessionId, after: Option<MailId>) -> Answer {
    client.turn().await;
    let order = ops::watch(&session, after.as_ref());
    let answered = async {
        let response = client.subscribe("application/json", &order).await?;
        client.read(response, MAX_MAIL).await
    };
    let late = |_late| {
        let told = format!("{} does not answer in time to a long poll", client.host());
        TransportError::Unreachable(errors::words(&told))
    };
    let reply = timeout(client.patience().long_poll, answered).await.map_err(late)??;
    let read = client.graphql(&reply)?;
    match event(&client, &session, read) {
        Err(TransportError::Unreachable(words)) if words.as_str() == OUT_OF_TIME => Ok(None),
        other => other,
    }
}
