//! Implements the operations that the owner of a data directory (one of the processes that use it) performs for the
//! other processes.

use super::{Ingested, Mailbox, ServiceError, ServiceOperation};
use crate::domain::delivery::Delivery;
use crate::domain::service_status::CaptchaResult;
use crate::domain::sharing::SharedChange;
use crate::ports::BoxFuture;
use crate::ports::dropmail_api::ApiError;
use crate::ports::instance::Instance;
use std::sync::Arc;

impl Mailbox {
    /// Makes this mailbox report every stored mail and every change to the other processes that use the data directory.
    #[must_use]
    pub fn with_instance(self, instance: Arc<dyn Instance>) -> Self {
        Self { instance: Some(instance), ..self }
    }

    /// Reports a change made by this process to the other processes that use the data directory.
    pub(super) fn share(&self, change: SharedChange) {
        if let Some(instance) = &self.instance {
            instance.share(change);
        }
    }

    /// Reports to the other processes that this process has written the settings file.
    pub fn share_saved_settings(&self) {
        self.share(SharedChange::Settings);
    }

    /// Waits until the other processes have been notified of all changes made by this process. Must be called before
    /// this process exits.
    pub async fn finish_sharing(&self) {
        if let Some(instance) = &self.instance {
            instance.flush().await;
        }
    }

    /// Sends a request to the service on behalf of another process, with the token of this process. The request waits
    /// for captchas and for the rate limit just as this process's own requests do.
    pub async fn forward<'a, T: Send>(
        &'a self,
        ask: impl Fn() -> BoxFuture<'a, Result<T, ApiError>> + Send + Sync,
    ) -> Result<T, ApiError> {
        self.call(ServiceOperation::Ask, ask).await.map_err(|error| to_api_error(&error))
    }

    /// Sends the user's captcha answer from another process to the service; see [`Self::solve_captcha`].
    pub async fn solve_shared_captcha(&self, answer: &str) -> Result<CaptchaResult, ApiError> {
        self.solve_captcha(answer).await.map_err(|error| to_api_error(&error))
    }

    /// Fetches and stores a mail for another process; returns whether the mail was new. Errors are only logged, because
    /// the other process will notice that the mail is not in the archive.
    pub async fn store_new(&self, delivery: Delivery) -> bool {
        match self.ingest(delivery).await {
            Ok(ingested) => matches!(ingested, Ingested::New(_)),
            Err(missed) => {
                tracing::info!(error = %missed.error, "a mail was not stored for another process");
                false
            }
        }
    }
}

fn to_api_error(error: &ServiceError) -> ApiError {
    match error.api_error().cloned() {
        Some(source) => source,
        None => ApiError::Unexpected(error.to_string().into()),
    }
}
