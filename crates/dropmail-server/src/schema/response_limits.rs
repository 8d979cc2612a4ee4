//! The limits on a GraphQL response, and the error for a response that exceeds them.

use std::time::Duration;

use async_graphql::{ErrorExtensionValues, ServerError};

/// Maximum size of a GraphQL response as JSON, in bytes; a larger response is aborted. The limit is large enough for a
/// mail of the maximum size.
pub(super) const MAX_RESPONSE_BYTES: usize = 64 << 20;
/// Maximum number of values (fields and list entries) in a GraphQL response; a response with more values is aborted.
pub(super) const MAX_RESPONSE_VALUES: usize = 300_000;
/// Maximum size in bytes of an introspection response; a larger response is aborted. The response to the standard
/// introspection query is 90 KB in size and contains 3,700 values.
pub(super) const MAX_INTROSPECTION_BYTES: usize = 2 << 20;
pub(super) const MAX_INTROSPECTION_VALUES: usize = 30_000;
/// Timeout for a GraphQL query or mutation, including the time that it spends waiting for other requests. After the
/// timeout, the query or mutation is aborted.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(30);

/// Reason why a GraphQL response was aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ResponseError {
    #[error("the reply is larger than {MAX_RESPONSE_BYTES} bytes; request less at once, or use downloadUrl")]
    TooLarge,
    #[error("the reply has more than {MAX_RESPONSE_VALUES} values; request less at once")]
    TooManyValues,
    #[error("the introspection reply is larger than {MAX_INTROSPECTION_BYTES} bytes")]
    IntrospectionTooLarge,
    #[error("too many large replies are being sent; try again later")]
    PoolExhausted,
    #[error("the request took longer than {} seconds", MAX_TIME.as_secs())]
    TimedOut,
    #[error("the caller has disconnected")]
    Left,
    #[error("the server is stopping")]
    Stopping,
}

impl ResponseError {
    fn code(self) -> &'static str {
        match self {
            Self::TooLarge | Self::TooManyValues | Self::IntrospectionTooLarge => "answer_too_large",
            Self::PoolExhausted | Self::Left | Self::Stopping => "unavailable",
            Self::TimedOut => "timeout",
        }
    }

    pub(crate) fn graphql(self) -> ServerError {
        let mut error = ServerError::new(self.to_string(), None);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code());
        error.extensions = Some(extensions);
        error
    }
}
