//! Turns a source of pushes (new mails) into a stream by polling the source in a loop.

use crate::domain::delivery::Push;
use crate::ports::BoxStream;
use crate::ports::dropmail_api::ApiError;
use futures_util::StreamExt;
use futures_util::stream::unfold;

/// A source of pushes (new mails) that returns one push per call.
pub(super) trait PollSource: Send + Sized + 'static {
    /// Waits for the next push and returns it. After an error, this function is not called again.
    fn next(&mut self) -> impl Future<Output = Result<Push, ApiError>> + Send;

    /// Converts the source to a stream of its pushes. The stream ends after the first error.
    fn into_stream(self) -> BoxStream<'static, Result<Push, ApiError>> {
        unfold(Some(self), |source| async move {
            let mut source = source?;
            let push = source.next().await;
            let left = push.is_ok().then_some(source);
            Some((push, left))
        })
        .boxed()
    }
}
