//! GraphQL requests written by the user.

use super::{Doing, Mailbox, ServiceError};
use crate::domain::time::Timestamp;
use crate::ports::BoxStream;
use crate::ports::transport::{Question, TransportError};
use bytes::Bytes;

impl Mailbox {
    /// Sends any query or mutation and returns the reply unchanged, GraphQL errors included.
    pub async fn query(&self, question: &Question) -> Result<Bytes, ServiceError> {
        self.call(Doing::Ask, || self.transport.query(question)).await
    }

    /// Starts any subscription, after making sure that there is a token.
    pub async fn subscribe(
        &self,
        question: Question,
    ) -> Result<BoxStream<'static, Result<Bytes, TransportError>>, ServiceError> {
        // If a new token could not be stored, that is already logged; the subscription works without it.
        drop(self.ensure_token().await?);
        Ok(self.transport.subscribe(question))
    }

    /// A text of the service with its secrets masked.
    pub fn masked(&self, words: &str) -> String {
        self.transport.masked(words)
    }

    /// Converts a time of the service's clock to the local clock.
    pub fn local_time(&self, moment: Timestamp) -> Timestamp {
        self.transport.local_time(moment)
    }
}
