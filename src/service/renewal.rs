//! Renews the token: before it expires, so that no request is refused for it, and after a refusal. A renewed
//! token usually keeps its identity at the service, and with it its sessions.

use super::token::{TokenState, last_quarter};
use super::{Mailbox, ServiceError, ServiceOperation, TokenSource};
use crate::domain::secrets::Token;
use crate::domain::time::{SignedDuration, Timestamp};
use crate::domain::token_lifetime::TokenLifetime;
use crate::ports::archive::ArchivedToken;
use crate::ports::dropmail_api::ApiError;

/// Divisor for the wait after a failed renewal: the last quarter of the token's lifetime is divided by this.
/// The wait is limited to `MIN_RETRY_WAIT` and `MAX_RETRY_WAIT`.
const RETRY_DIVISOR: i32 = 8;
/// Minimum wait before a failed renewal of the token is retried.
const MIN_RETRY_WAIT: SignedDuration = SignedDuration::from_secs(60);
/// Maximum wait before a failed renewal of the token is retried.
const MAX_RETRY_WAIT: SignedDuration = SignedDuration::from_mins(10);

impl Mailbox {
    /// Renews the token shortly before it expires, so that everything created with it stays reachable. A
    /// token that the user gave is not renewed. A failed renewal is retried later; until its end the old
    /// token stays valid.
    pub(super) async fn renew_if_due(&self) {
        if !self.api.uses_token().await {
            return;
        }
        let mut state = self.token.lock().await;
        // If there is no token, the request that follows reports why.
        drop(self.ensure(&mut state).await);
        let now = self.clock.now();
        let Some((old, TokenSource::Kept | TokenSource::New)) = state.current.clone() else { return };
        if state.due.is_none_or(|due| due > now) {
            return;
        }
        match self.api.renew_token(&old, self.lifetime).await {
            Ok(token) => {
                let kept = self.keep_token(token, self.lifetime).await.value;
                self.use_token(&mut state, kept, TokenSource::Kept);
            }
            Err(error) => {
                tracing::info!(%error, "the token could not be renewed yet");
                state.due = Some(self.next_try(now));
            }
        }
    }

    fn next_try(&self, now: Timestamp) -> Timestamp {
        let wait = (last_quarter(self.lifetime) / RETRY_DIVISOR).clamp(MIN_RETRY_WAIT, MAX_RETRY_WAIT);
        now.checked_add(wait).unwrap_or(now)
    }

    /// Renews or replaces a token that the service refused with `refusal`, unless another request has done so
    /// meanwhile. `seen` is the generation of the refused token.
    pub(super) async fn recover_token(&self, seen: u64, refusal: ApiError) -> Result<(), ServiceError> {
        let mut state = self.token.lock().await;
        if state.generation != seen {
            return Ok(());
        }
        if self.given.is_some() {
            return Err(match refusal {
                ApiError::TokenRefused(reason) => ServiceError::GivenTokenRefused { reason },
                ApiError::Unreachable(_)
                | ApiError::UntrustedCertificate(_)
                | ApiError::TimedOut
                | ApiError::TokenExpired
                | ApiError::Forbidden
                | ApiError::CaptchaRequired
                | ApiError::CaptchaLeft
                | ApiError::RateLimited { .. }
                | ApiError::SessionNotFound
                | ApiError::Refused(_)
                | ApiError::NotTheMail(_)
                | ApiError::NotFollowed(_)
                | ApiError::ServerFailure(_)
                | ApiError::Unexpected(_) => ServiceError::GivenTokenExpired,
            });
        }
        // Renewal is tried even if the service refused the token for another reason than its expiry. A
        // firewall that answers like the service must not cost the sessions of a valid token.
        let (kept, source) = match self.renewed_now(&state).await? {
            Some(kept) => (kept, TokenSource::Kept),
            None => (self.fetch_new().await?.value, TokenSource::New),
        };
        self.use_token(&mut state, kept, source);
        Ok(())
    }

    async fn renewed_now(&self, state: &TokenState) -> Result<Option<ArchivedToken>, ServiceError> {
        let Some((old, _)) = &state.current else { return Ok(None) };
        let Some((token, lifetime)) = self.renewed(old).await? else { return Ok(None) };
        Ok(Some(self.keep_token(token, lifetime).await.value))
    }

    /// Renews a token; `None` if the service says that the token cannot be renewed. Other failures are
    /// errors, so that the sessions of the old token are not lost. The service may be unreachable, or
    /// something else may have answered, such as the login page of a network.
    async fn renewed(&self, old: &Token) -> Result<Option<(Token, TokenLifetime)>, ServiceError> {
        let ask = || self.api.renew_token(old, self.lifetime);
        let (renewed, lifetime) = match self.with_captcha_retry(&ask).await {
            // A shorter lifetime is better than a new identity.
            Err(ApiError::CaptchaRequired | ApiError::CaptchaLeft) if self.lifetime != TokenLifetime::Day => {
                (self.api.renew_token(old, TokenLifetime::Day).await, TokenLifetime::Day)
            }
            other => (other, self.lifetime),
        };
        match renewed {
            Ok(token) => Ok(Some((token, lifetime))),
            Err(
                ApiError::TokenExpired
                | ApiError::TokenRefused(_)
                | ApiError::Refused(_)
                | ApiError::CaptchaRequired
                | ApiError::CaptchaLeft,
            ) => Ok(None),
            Err(source) => Err(ServiceError::service(ServiceOperation::GetToken, source)),
        }
    }
}
