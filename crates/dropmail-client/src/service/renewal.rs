//! Renews the token shortly before its expiry, so that no request fails. Also renews a token that the service has
//! rejected. The service usually assigns the renewed token to the same user, so the user's sessions remain accessible.

use super::token::{TokenState, renewal_margin};
use super::{Mailbox, ServiceError, ServiceOperation, TokenSource};
use crate::domain::secrets::Token;
use crate::domain::time::{SignedDuration, Timestamp};
use crate::domain::token_lifetime::TokenLifetime;
use crate::ports::archive::ArchivedToken;
use crate::ports::dropmail_api::ApiError;

/// Divisor that determines the delay before a failed token renewal is retried. The delay is a quarter of the token's
/// lifetime divided by this number, but at least `MIN_RETRY_WAIT` and at most `MAX_RETRY_WAIT`.
const RETRY_DIVISOR: i32 = 8;
/// Minimum delay before a failed token renewal is retried.
const MIN_RETRY_WAIT: SignedDuration = SignedDuration::from_secs(60);
/// Maximum delay before a failed token renewal is retried.
const MAX_RETRY_WAIT: SignedDuration = SignedDuration::from_mins(10);

impl Mailbox {
    /// Renews the token if it expires soon, so that the sessions that were opened with it remain accessible. A token
    /// that the user provided is not renewed. A failed renewal is retried later; the old token remains valid until it
    /// expires.
    pub(super) async fn renew_if_due(&self) {
        if !self.api.uses_token().await {
            return;
        }
        let mut state = self.token.lock().await;
        // If there is no token, the next request reports the reason.
        drop(self.ensure_in_state(&mut state).await);
        let now = self.clock.now();
        let Some((old, TokenSource::Kept | TokenSource::New)) = state.current.clone() else { return };
        if state.due.is_none_or(|due| due > now) {
            return;
        }
        match self.api.renew_token(&old, self.lifetime).await {
            Ok(token) => {
                let archived = self.store_token(token, self.lifetime).await.value;
                self.use_token(&mut state, archived, TokenSource::Kept);
            }
            Err(error) => {
                tracing::info!(%error, "the token could not be renewed yet");
                state.due = Some(self.next_renewal_attempt(now));
            }
        }
    }

    fn next_renewal_attempt(&self, now: Timestamp) -> Timestamp {
        let wait = (renewal_margin(self.lifetime) / RETRY_DIVISOR).clamp(MIN_RETRY_WAIT, MAX_RETRY_WAIT);
        now.checked_add(wait).unwrap_or(now)
    }

    /// Renews or replaces a token that the service has rejected with the error `refusal`, unless another request has
    /// already done so. `seen` is the generation (see `TokenState`) of the rejected token.
    pub(super) async fn recover_token(&self, seen: u64, refusal: ApiError) -> Result<(), ServiceError> {
        let mut state = self.token.lock().await;
        if state.generation != seen {
            return Ok(());
        }
        if self.given.is_some() {
            return Err(match refusal {
                ApiError::TokenRefused(reason) => {
                    ServiceError::GivenTokenRefused { place: self.given_place, reason }
                }
                ApiError::Unreachable(_)
                | ApiError::UntrustedCertificate(_)
                | ApiError::TimedOut
                | ApiError::TokenExpired
                | ApiError::Forbidden
                | ApiError::CaptchaRequired
                | ApiError::CaptchaDismissed
                | ApiError::RateLimited { .. }
                | ApiError::SessionNotFound
                | ApiError::Refused(_)
                | ApiError::NotTheMail(_)
                | ApiError::NotFollowed(_)
                | ApiError::ServerFailure(_)
                | ApiError::Unexpected(_) => ServiceError::GivenTokenExpired { place: self.given_place },
            });
        }
        // A renewal is tried even if the service rejected the token for a reason other than expiry. A firewall may have
        // sent that reply, and replacing a valid token would lose its sessions.
        let (archived, source) = match self.renew_current_token(&state).await? {
            Some(archived) => (archived, TokenSource::Kept),
            None => (self.fetch_new_token().await?.value, TokenSource::New),
        };
        self.use_token(&mut state, archived, source);
        Ok(())
    }

    async fn renew_current_token(&self, state: &TokenState) -> Result<Option<ArchivedToken>, ServiceError> {
        let Some((old, _)) = &state.current else { return Ok(None) };
        let Some((token, lifetime)) = self.request_renewal(old).await? else { return Ok(None) };
        Ok(Some(self.store_token(token, lifetime).await.value))
    }

    /// Requests the renewal of a token. Returns the new token and its lifetime, which may be shorter than requested;
    /// `None` if the service refuses the renewal. Returns an error for all other failures; the caller must then keep
    /// the old token, because the response may have come from a captive portal, for example, instead of the service.
    async fn request_renewal(&self, old: &Token) -> Result<Option<(Token, TokenLifetime)>, ServiceError> {
        let ask = || self.api.renew_token(old, self.lifetime);
        let (renewed, lifetime) = match self.with_captcha_retry(&ask).await {
            // A token with a shorter lifetime is better than a new identity.
            Err(ApiError::CaptchaRequired | ApiError::CaptchaDismissed)
                if self.lifetime != TokenLifetime::Day =>
            {
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
                | ApiError::CaptchaDismissed,
            ) => Ok(None),
            Err(source) => Err(ServiceError::from_api_error(ServiceOperation::GetToken, source)),
        }
    }
}
