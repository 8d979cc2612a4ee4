//! The push streams of the process that owns the data directory, and the streams of the other processes. The latter
//! yield the mails that the owner has stored.

use super::hub::{Hub, StreamEvent};
use crate::domain::delivery::Push;
use crate::domain::ids::SessionId;
use crate::domain::mail::Envelope;
use crate::ports::dropmail_api::ApiError;
use crate::ports::{BoxFuture, BoxStream};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// Time within which the process that owns the data directory usually opens a push connection for a new session. If
/// none is open by then, the owner opens a separate one for the process that requested the session's mail.
pub(super) const USUAL_CONNECT_TIME: Duration = Duration::from_secs(3);

/// Returns the error for a stream or request that failed because the process at the other end of the connection has
/// exited.
pub(super) fn disconnected_error() -> ApiError {
    ApiError::Unreachable("the window that is connected to the service has ended".into())
}

/// Returns a stream of the events from a push connection of this process, which owns the data directory. Records in the
/// hub when the connection is acknowledged. The stream ends with an error when `lost` completes, that is, when this
/// process no longer owns the directory.
pub(super) fn stream_of_owned_session(
    stream: BoxStream<'static, Result<Push, ApiError>>,
    hub: Arc<Hub>,
    lost: BoxFuture<'static, ()>,
    session: SessionId,
) -> BoxStream<'static, Result<Push, ApiError>> {
    Box::pin(unfold(Some((stream, lost, None)), move |state| {
        let (hub, session) = (Arc::clone(&hub), session.clone());
        async move {
            let (mut stream, mut lost, mut up) = state?;
            let item = tokio::select! {
                biased;
                () = &mut lost => return Some((Err(disconnected_error()), None)),
                item = stream.next() => item?,
            };
            if matches!(item, Ok(Push::Ready)) {
                up = Some(hub.register_stream(session));
            }
            Some((item, Some((stream, lost, up))))
        }
    }))
}

/// Waits until the process that owns the data directory has a push connection for a session. Returns `false` if it has
/// none after [`USUAL_CONNECT_TIME`].
pub(super) async fn is_connected_soon(hub: &Hub, session: &SessionId) -> bool {
    let mut events = hub.streams();
    let up = async {
        while !hub.has_stream(session) {
            if let Err(RecvError::Closed) = events.recv().await {
                return;
            }
        }
    };
    tokio::time::timeout(USUAL_CONNECT_TIME, up).await.is_ok()
}

/// A push event that the owner of the data directory sends to another process.
pub(super) enum OwnerStreamEvent {
    /// The process that owns the data directory has stored this mail of the session.
    Mail(Arc<Envelope>),
    /// The push connection has ended, or the other process reads its events too slowly.
    Ended,
}

/// Returns a stream that yields each mail of a session once the process that owns the data directory has stored it. The
/// stream ends when that process's push connection ends.
pub(super) fn stored_mail_stream(hub: &Hub, session: SessionId) -> BoxStream<'static, OwnerStreamEvent> {
    let events = hub.streams();
    let is_up = hub.has_stream(&session);
    Box::pin(unfold((events, session, is_up), |(mut events, session, is_up)| async move {
        if !is_up {
            return None;
        }
        loop {
            match events.recv().await {
                Ok(StreamEvent::Stored(envelope)) if envelope.session == session => {
                    return Some((OwnerStreamEvent::Mail(envelope), (events, session, true)));
                }
                Ok(StreamEvent::Down(down)) if down == session => {
                    return Some((OwnerStreamEvent::Ended, (events, session, false)));
                }
                Ok(StreamEvent::Up | StreamEvent::Down(_) | StreamEvent::Stored(_)) => {}
                Err(_) => return Some((OwnerStreamEvent::Ended, (events, session, false))),
            }
        }
    }))
}
