//! Questions of the caller's own.

use super::{Doing, Mailbox, ServiceError};
use crate::domain::time::Timestamp;
use crate::ports::BoxStream;
use crate::ports::transport::{Question, TransportError};
use bytes::Bytes;

impl Mailbox {
    /// Asks anything at all; the reply as it came, errors of GraphQL's own included.
    pub async fn query(&self, question: &Question) -> Result<Bytes, ServiceError> {
        self.call(Doing::Ask, || self.transport.query(question)).await
    }

    /// Subscribes to anything at all. A token is made sure of first.
    pub async fn subscribe(
        &self,
        question: Question,
    ) -> Result<BoxStream<'static, Result<Bytes, TransportError>>, ServiceError> {
        // Whether a new token could be kept was logged; the subscription does not depend on it.
        drop(self.ensure_token().await?);
        Ok(self.transport.subscribe(question))
    }

    /// Words of the service's without secrets.
    pub fn masked(&self, words: &str) -> String {
        self.transport.masked(words)
    }

    /// A moment by the service's clock, by ours.
    pub fn local_time(&self, moment: Timestamp) -> Timestamp {
        self.transport.local_time(moment)
    }
}
