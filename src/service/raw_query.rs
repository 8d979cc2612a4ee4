//! GraphQL requests that the user has written.

use super::{Mailbox, ServiceError, ServiceOperation};
use crate::domain::time::Timestamp;
use crate::ports::BoxStream;
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
use bytes::Bytes;

impl Mailbox {
    /// Sends any query or mutation of the user and returns the reply unchanged, including GraphQL errors.
    pub async fn query(&self, question: &GraphqlRequest) -> Result<Bytes, ServiceError> {
        self.call(ServiceOperation::Ask, || self.api.query(question)).await
    }

    /// Starts any subscription of the user, after making sure that there is a token.
    pub async fn subscribe(
        &self,
        question: GraphqlRequest,
    ) -> Result<BoxStream<'static, Result<Bytes, ApiError>>, ServiceError> {
        // If a new token could not be stored, that is already logged; the subscription works without it.
        if self.api.uses_token().await {
            drop(self.ensure_token().await?);
        }
        Ok(self.api.subscribe(question))
    }

    /// Returns a text of the service in which tokens, keys and other secrets are masked.
    pub fn masked(&self, words: &str) -> String {
        self.api.masked(words)
    }

    /// Converts a time of the service's clock to the local clock, as far as the difference of the clocks is
    /// known.
    pub fn local_time(&self, moment: Timestamp) -> Timestamp {
        self.api.local_time(moment)
    }
}
