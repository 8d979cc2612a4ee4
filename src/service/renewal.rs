//! Prolonging the token: ahead of its end, so that nothing is ever refused for it, and after a
//! refusal. Its identity is kept wherever the service keeps it, and with it all that it made.

use super::token::{TokenState, last_quarter};
use super::{Doing, Mailbox, ServiceError, TokenSource};
use crate::domain::lifetime::Lifetime;
use crate::domain::secrets::Token;
use crate::domain::time::{SignedDuration, Timestamp};
use crate::ports::archive::KeptToken;
use crate::ports::transport::TransportError;

/// A renewal that did not work is tried again after this part of the time that is left for it, but
/// no sooner and no later than this.
const TRIES: i32 = 8;
const SOONEST: SignedDuration = SignedDuration::from_secs(60);
const LATEST: SignedDuration = SignedDuration::from_mins(10);

impl Mailbox {
    /// Prolongs a token of ours before its life ends, so that what it made stays reachable. What
    /// fails here is tried again later; until its end the token is good.
    pub(super) async fn renew_if_due(&self) {
        let mut state = self.token.lock().await;
        // Why there is none the call that follows will tell.
        drop(self.ensure(&mut state).await);
        let now = self.clock.now();
        let Some((old, TokenSource::Kept | TokenSource::New)) = state.current.clone() else { return };
        if state.due.is_none_or(|due| due > now) {
            return;
        }
        match self.transport.renew_token(&old, self.lifetime).await {
            Ok(token) => {
                let kept = self.keep_token(token, self.lifetime).await.value;
                self.use_token(&mut state, kept, TokenSource::Kept);
            }
            Err(error) => {
                tracing::info!(%error, "the token could not be prolonged yet");
                state.due = Some(self.next_try(now));
            }
        }
    }

    fn next_try(&self, now: Timestamp) -> Timestamp {
        let wait = (last_quarter(self.lifetime) / TRIES).clamp(SOONEST, LATEST);
        now.checked_add(wait).unwrap_or(now)
    }

    /// Mends a token that was refused, unless another call has done so meanwhile.
    pub(super) async fn heal(&self, seen: u64, refusal: TransportError) -> Result<(), ServiceError> {
        let mut state = self.token.lock().await;
        if state.generation != seen {
            return Ok(());
        }
        if self.given.is_some() {
            return Err(match refusal {
                TransportError::TokenRefused(reason) => ServiceError::GivenTokenRefused { reason },
                _ => ServiceError::GivenTokenExpired,
            });
        }
        // One that was refused for another reason is asked for too: a firewall that writes like the
        // service must not cost the sessions of a token that is good.
        let (kept, source) = match self.renewed_now(&state).await? {
            Some(kept) => (kept, TokenSource::Kept),
            None => (self.fetch_new().await?.value, TokenSource::New),
        };
        self.use_token(&mut state, kept, source);
        Ok(())
    }

    async fn renewed_now(&self, state: &TokenState) -> Result<Option<KeptToken>, ServiceError> {
        let Some((old, _)) = &state.current else { return Ok(None) };
        let Some((token, lifetime)) = self.renewed(old).await? else { return Ok(None) };
        Ok(Some(self.keep_token(token, lifetime).await.value))
    }

    /// A token with a longer life, or `None` when the service says that this one has no other:
    /// what is only out of reach for now, or answered by somebody else (the page of a network that wants a
    /// sign-in), must not cost the sessions of the old token.
    async fn renewed(&self, old: &Token) -> Result<Option<(Token, Lifetime)>, ServiceError> {
        let ask = || self.transport.renew_token(old, self.lifetime);
        let (renewed, lifetime) = match self.past_captchas(&ask).await {
            // A shorter life is better than another identity.
            Err(TransportError::CaptchaRequired | TransportError::CaptchaLeft)
                if self.lifetime != Lifetime::Day =>
            {
                (self.transport.renew_token(old, Lifetime::Day).await, Lifetime::Day)
            }
            other => (other, self.lifetime),
        };
        match renewed {
            Ok(token) => Ok(Some((token, lifetime))),
            Err(
                TransportError::TokenExpired
                | TransportError::TokenRefused(_)
                | TransportError::Refused(_)
                | TransportError::CaptchaRequired
                | TransportError::CaptchaLeft,
            ) => Ok(None),
            Err(source) => Err(ServiceError::service(Doing::GetToken, source)),
        }
    }
}
