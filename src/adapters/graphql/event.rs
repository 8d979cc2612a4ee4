//! One event of a subscription, the same on every channel.

use super::client::Client;
use super::errors::GraphqlReply;
use super::operations as ops;
use crate::domain::ids::SessionId;
use crate::ports::dropmail_api::{ApiError, Push};

/// The mail of an event; `None` for an event without one.
pub(super) fn event(
    client: &Client,
    session: &SessionId,
    reply: GraphqlReply,
) -> Result<Option<Push>, ApiError> {
    let reply = reply.masked(client.secrets());
    client.note(reply.asides());
    if reply.is_empty_event() {
        return Ok(None);
    }
    let mail = reply
        .into_data(|data: ops::Watch| data.session_mail_received)
        .map_err(|error| client.record_error(error))?;
    let delivery = client.whole_delivery(mail, session);
    Ok(Some(Push::Mail(Box::new(delivery))))
}
