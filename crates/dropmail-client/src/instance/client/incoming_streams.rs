//! The streams that this process receives from the process that owns the data directory: the new mail of a session, and
//! the responses to the user's GraphQL subscription.

use super::super::protocol::{Request, StreamItem};
use super::super::streams::disconnected_error;
use super::super::wire;
use super::{OwnerConnection, decode_base64, lock};
use crate::domain::delivery::Push;
use crate::domain::ids::SessionId;
use crate::ports::BoxStream;
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
use bytes::Bytes;
use futures_util::StreamExt;
use std::sync::Arc;
use tokio::sync::mpsc::unbounded_channel;

impl OwnerConnection {
    /// Returns a stream of the new mail of a session, as received from the process that owns the data directory.
    pub(in crate::instance) fn watch(
        self: &Arc<Self>,
        session: &SessionId,
    ) -> BoxStream<'static, Result<Push, ApiError>> {
        let session = session.to_string();
        let items = self.stream(|id| Request::Watch { id, session });
        Box::pin(items.filter_map(|item| {
            std::future::ready(match item {
                Ok(StreamItem::Ready) => Some(Ok(Push::Ready)),
                Ok(StreamItem::Mail { envelope }) => {
                    Some(Ok(Push::Mail(Box::new(wire::Delivery { envelope }.into()))))
                }
                Ok(StreamItem::Bytes { .. }) => None,
                Err(error) => Some(Err(error)),
            })
        }))
    }

    /// Starts the user's GraphQL subscription via the process that owns the data directory. Returns a stream of the
    /// subscription's responses.
    pub(in crate::instance) fn subscribe(
        self: &Arc<Self>,
        question: GraphqlRequest,
    ) -> BoxStream<'static, Result<Bytes, ApiError>> {
        let GraphqlRequest { query, variables } = question;
        let items = self.stream(|id| Request::Subscribe { id, query, variables });
        Box::pin(items.filter_map(|item| {
            std::future::ready(match item {
                Ok(StreamItem::Bytes { base64 }) => Some(decode_base64(&base64)),
                Ok(StreamItem::Ready | StreamItem::Mail { .. }) => None,
                Err(error) => Some(Err(error)),
            })
        }))
    }

    fn stream(
        self: &Arc<Self>,
        request: impl FnOnce(u64) -> Request,
    ) -> BoxStream<'static, Result<StreamItem, ApiError>> {
        let id = self.shared.next_id();
        let (items, streamed) = unbounded_channel();
        lock(&self.shared.streams).insert(id, items);
        self.shared.send(&request(id));
        if self.is_closed() {
            lock(&self.shared.streams).remove(&id);
        }
        let stop = Stop { owner: Arc::clone(self), id };
        let state = (streamed, stop, false);
        Box::pin(futures_util::stream::unfold(state, |(mut streamed, stop, is_ended)| async move {
            if is_ended {
                return None;
            }
            match streamed.recv().await {
                Some(item) => Some((item, (streamed, stop, false))),
                // The stream or the connection has ended.
                None if stop.owner.is_closed() => Some((Err(disconnected_error()), (streamed, stop, true))),
                None => None,
            }
        }))
    }
}

/// A guard for a stream from the process that owns the data directory. When the guard is dropped, that process ends the
/// stream.
struct Stop {
    owner: Arc<OwnerConnection>,
    id: u64,
}

impl Drop for Stop {
    fn drop(&mut self) {
        lock(&self.owner.shared.streams).remove(&self.id);
        self.owner.shared.send(&Request::Stop { id: self.id });
    }
}
