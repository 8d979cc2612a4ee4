//! GraphQL requests written by the user.

use super::{Mailbox, ServiceError, ServiceOperation};
use crate::domain::time::Timestamp;
use crate::ports::BoxStream;
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
use bytes::Bytes;

impl Mailbox {
    /// Sends any query or mutation and returns the reply unchanged, GraphQL errors included.
    pub async fn query(&self, question: &GraphqlRequest) -> Result<Bytes, ServiceError> {
        self.call(ServiceOperation::Ask, || self.api.query(question)).await
    }

    /// Starts any subscription, after making sure that there is a token.
    pub async fn subscribe(
        &self,
        question: GraphqlRequest,
    ) -> Result<BoxStream<'static, Result<Bytes, ApiError>>, ServiceError> {
        // If a new token could not be stored, that is already logged; the subscription works without it.
        drop(self.ensure_token().await?);
        Ok(self.api.subscribe(question))
    }

    /// A text of the service with its secrets masked.
    pub fn masked(&self, words: &str) -> String {
        self.api.masked(words)
    }

    /// Converts a time of the service's clock to the local clock.
    pub fn local_time(&self, moment: Timestamp) -> Timestamp {
        self.api.local_time(moment)
    }
}
