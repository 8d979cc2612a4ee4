//! Parses GraphQL subscription events, which have the same form for every push transport.

use super::client::Client;
use super::graphql_response::GraphqlResponse;
use super::operations as ops;
use crate::domain::delivery::Push;
use crate::domain::ids::SessionId;
use crate::ports::dropmail_api::ApiError;

/// Returns the mail in a subscription event; `None` if the event contains neither a mail nor an error. Returns an error
/// if the event contains one.
pub(super) fn event_to_push(
    client: &Client,
    session: &SessionId,
    reply: GraphqlResponse,
) -> Result<Option<Push>, ApiError> {
    let reply = reply.mask_secrets(client.secrets());
    client.record_notices(reply.notices());
    if reply.is_empty_event() {
        return Ok(None);
    }
    let mail = reply
        .into_data(|data: ops::Watch| data.session_mail_received)
        .map_err(|error| client.record_error(error))?;
    let delivery = client.whole_delivery(mail, session);
    Ok(Some(Push::Mail(Box::new(delivery))))
}
