//! Derives the status of the service (rate limit, captcha, legacy token) from its responses.

use super::captcha_fields::CaptchaFields;
use super::client::Client;
use super::graphql_response::ResponseNotices;
use crate::domain::service_status::ServiceStatus;
use crate::ports::BoxStream;
use crate::ports::dropmail_api::ApiError;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use std::sync::PoisonError;

impl Client {
    /// Records the rate limit that an error reports, and returns the error. If the service did not specify a delay, the
    /// returned error contains the delay that this client has chosen.
    pub(super) fn record_error(&self, error: ApiError) -> ApiError {
        if let ApiError::RateLimited { retry_after } = error {
            let (wait, until) = self.rate_limiter.on_rate_limited(retry_after, self.now());
            self.service_status.send_if_modified(|service_status| {
                let changed = service_status.slowed_until != Some(until);
                service_status.slowed_until = Some(until);
                changed
            });
            return ApiError::RateLimited { retry_after: retry_after.or(Some(wait)) };
        }
        error
    }

    /// Records that a call succeeded. If the delay after a rate-limit error is over, the status no longer shows a rate
    /// limit.
    pub(super) fn on_success(&self) {
        if self.rate_limiter.on_success() {
            self.service_status.send_modify(|service_status| service_status.slowed_until = None);
        }
    }

    /// Records the notices in a response: that a captcha is required, or that the token is a legacy token.
    pub(super) fn record_notices(&self, notices: ResponseNotices) {
        let brought = notices.captcha.is_some();
        if let Some(captcha) = notices.captcha {
            *self.captcha.lock().unwrap_or_else(PoisonError::into_inner) = Some(captcha);
        }
        self.service_status.send_if_modified(|service_status| {
            let before = (service_status.captcha, service_status.legacy_token);
            service_status.captcha |= brought;
            service_status.legacy_token |= notices.legacy_token;
            before != (service_status.captcha, service_status.legacy_token)
        });
    }

    /// Returns the most recent captcha from the service; `None` if no captcha is required.
    pub(super) fn captcha(&self) -> Option<CaptchaFields> {
        self.captcha.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records that the user has solved the captcha. Also ends the delay of all API calls, because the service now
    /// accepts them again.
    pub(super) fn captcha_solved(&self) {
        self.clear_captcha();
        self.cancel_backoff();
    }

    /// Discards the captcha, because the service no longer accepts answers to it.
    pub(super) fn clear_captcha(&self) {
        *self.captcha.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.service_status.send_modify(|service_status| service_status.captcha = false);
    }

    /// Ends the delay of all API calls after a rate-limit error, because the user wants to retry now.
    pub(super) fn cancel_backoff(&self) {
        self.rate_limiter.cancel_backoff();
        self.service_status.send_if_modified(|service_status| service_status.slowed_until.take().is_some());
    }

    /// Returns a stream that yields the service's current status, and then the new status after each change.
    pub(super) fn service_status(&self) -> BoxStream<'static, ServiceStatus> {
        let mut changes = self.service_status.subscribe();
        changes.mark_changed();
        let next = |mut changes: tokio::sync::watch::Receiver<ServiceStatus>| async move {
            changes.changed().await.ok()?;
            let service_status = changes.borrow_and_update().clone();
            Some((service_status, changes))
        };
        unfold(changes, next).boxed()
    }
}
