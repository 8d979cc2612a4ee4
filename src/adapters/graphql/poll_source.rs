//! A source of mail that is asked again and again.

use crate::ports::BoxStream;
use crate::ports::dropmail_api::{ApiError, Push};
use futures_util::StreamExt;
use futures_util::stream::unfold;

/// Where mail is asked for, one answer after the other.
pub(super) trait PollSource: Send + Sized + 'static {
    /// The next thing to tell.
    fn next(&mut self) -> impl Future<Output = Result<Push, ApiError>> + Send;

    /// All that it tells, up to its first error.
    fn told(self) -> BoxStream<'static, Result<Push, ApiError>> {
        unfold(Some(self), |source| async move {
            let mut source = source?;
            let told = source.next().await;
            let left = told.is_ok().then_some(source);
            Some((told, left))
        })
        .boxed()
    }
}
