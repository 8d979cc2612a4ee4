//! Receives new mail by sending a query every few seconds. This push transport works wherever the API works.

use super::client::Client;
use super::poll_source::PollSource;
use super::touch;
use crate::domain::delivery::Push;
use crate::domain::ids::{MailId, SessionId};
use crate::ports::BoxStream;
use crate::ports::dropmail_api::ApiError;
use std::collections::VecDeque;
use std::sync::Arc;

struct Poller {
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
    pushes: VecDeque<Push>,
    /// `true` once [`Push::Ready`] has been returned to the caller. That happens after the first successful query.
    ready: bool,
}

pub(super) fn watch(
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
) -> BoxStream<'static, Result<Push, ApiError>> {
    let source = Poller { client, session, after, pushes: VecDeque::new(), ready: false };
    source.into_stream()
}

impl PollSource for Poller {
    async fn next(&mut self) -> Result<Push, ApiError> {
        loop {
            if let Some(push) = self.pushes.pop_front() {
                return Ok(push);
            }
            if self.ready {
                tokio::time::sleep(self.client.timeouts().poll).await;
            }
            let touched = touch::touch(&self.client, &self.session, self.after.as_ref()).await?;
            if !std::mem::replace(&mut self.ready, true) {
                self.pushes.push_back(Push::Ready);
            }
            if let Some(newest) = touched.mails.last() {
                self.after = Some(newest.envelope.id.clone());
            }
            self.pushes.extend(touched.mails.into_iter().map(|mail| Push::Mail(Box::new(mail))));
        }
    }
}
