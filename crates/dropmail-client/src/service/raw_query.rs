//! Sends GraphQL requests written by the user.

use super::{Mailbox, ServiceError, ServiceOperation};
use crate::domain::time::Timestamp;
use crate::ports::BoxStream;
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
use bytes::Bytes;

impl Mailbox {
    /// Sends a query or mutation written by the user. Returns the response unchanged, including GraphQL errors.
    pub async fn query(&self, question: &GraphqlRequest) -> Result<Bytes, ServiceError> {
        self.call(ServiceOperation::Ask, || self.api.query(question)).await
    }

    /// Starts a GraphQL subscription written by the user. If the program has no token, requests one first.
    pub async fn subscribe(
        &self,
        question: GraphqlRequest,
    ) -> Result<BoxStream<'static, Result<Bytes, ApiError>>, ServiceError> {
        // If a new token could not be stored, that has already been logged; the subscription works nevertheless.
        if self.api.uses_token().await {
            drop(self.ensure_token().await?);
        }
        Ok(self.api.subscribe(question))
    }

    /// Masks tokens, restore keys and other secrets in text from the service.
    pub fn mask_secrets_in(&self, words: &str) -> String {
        self.api.mask_secrets_in(words)
    }

    /// Converts a time on the service's clock to the local clock. Returns the time unchanged if the difference between
    /// the clocks is unknown.
    pub fn local_time(&self, moment: Timestamp) -> Timestamp {
        self.api.local_time(moment)
    }
}
