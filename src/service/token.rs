//! Which token is used, and what happens when the service no longer takes it.
//!
//! A token of the user's is never replaced. One that the program fetched is prolonged when it
//! has expired and replaced when it is refused, and the old one stays set aside in the archive:
//! the sessions that it opened can only be reached with it.

use super::{Doing, Mailbox, Saved, ServiceError};
use crate::domain::lifetime::Lifetime;
use crate::domain::secrets::Token;
use crate::domain::time::{SignedDuration, Timestamp};
use crate::ports::BoxFuture;
use crate::ports::transport::TransportError;
use std::time::Duration;

/// Where the token in use came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenSource {
    /// The user gave it.
    Given,
    /// It was kept from an earlier run.
    Kept,
    /// It was fetched just now.
    New,
}

/// The token in use. The generation tells a call that failed whether somebody else has healed
/// the token meanwhile.
#[derive(Debug, Default)]
pub(super) struct TokenState {
    current: Option<(Token, TokenSource)>,
    generation: u64,
    /// When it is to be prolonged.
    due: Option<Timestamp>,
}

/// A renewal that did not work is tried again after this long.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// A call that the service refused for its rate is made again so often.
const MAX_TRIES: usize = 5;
/// A wait that is longer than this is told in place of waited for.
const MAX_WAIT: Duration = Duration::from_mins(2);

impl Mailbox {
    /// Makes sure that there is a token: the user's own, else the kept one, else a new one, which
    /// is kept before it is used. Every other verb does this by itself; the mailbox calls it to
    /// say what it is doing.
    pub async fn ensure_token(&self) -> Result<Saved<TokenSource>, ServiceError> {
        let mut state = self.token.lock().await;
        self.ensure(&mut state).await
    }

    async fn ensure(&self, state: &mut TokenState) -> Result<Saved<TokenSource>, ServiceError> {
        if let Some((_, source)) = &state.current {
            return Ok(Saved { value: *source, unsaved: None });
        }
        let (token, source, unsaved) = match &self.given {
            Some(token) => (token.clone(), TokenSource::Given, None),
            None => match self.on_archive(|archive, base| archive.token(base)).await {
                Ok(Some(token)) => (token, TokenSource::Kept, None),
                Ok(None) => {
                    self.fetch_new().await.map(|saved| (saved.value, TokenSource::New, saved.unsaved))?
                }
                // An archive that cannot be read must not keep the user from a mailbox.
                Err(error) => (self.fetch_new().await?.value, TokenSource::New, Some(error)),
            },
        };
        // How old a token of an earlier run is nobody has written down: it is prolonged soon.
        let life = if source == TokenSource::New { self.lifetime } else { Lifetime::default() };
        let wait = if source == TokenSource::Kept { 0 } else { three_quarters(life) };
        self.use_token(state, token, source, SignedDuration::from_secs(wait));
        Ok(Saved { value: source, unsaved })
    }

    fn use_token(&self, state: &mut TokenState, token: Token, source: TokenSource, due: SignedDuration) {
        self.transport.set_token(token.clone());
        state.due = self.clock.now().checked_add(due).ok();
        state.current = Some((token, source));
        state.generation += 1;
    }

    /// Prolongs a token of ours before its life ends, so that what it made stays reachable. What
    /// fails here is tried again later; until its end the token is good.
    pub(super) async fn renew_if_due(&self) {
        let mut state = self.token.lock().await;
        let now = self.clock.now();
        let Some((old, TokenSource::Kept | TokenSource::New)) = state.current.clone() else { return };
        if state.due.is_none_or(|due| due > now) {
            return;
        }
        match self.transport.renew_token(&old, self.lifetime).await {
            Ok(token) => {
                let token = self.keep_token(token).await.value;
                let due = SignedDuration::from_secs(three_quarters(self.lifetime));
                self.use_token(&mut state, token, TokenSource::Kept, due);
            }
            Err(error) => {
                tracing::info!(%error, "the token could not be prolonged yet");
                state.due = now.checked_add(AGAIN).ok();
            }
        }
    }

    async fn fetch_new(&self) -> Result<Saved<Token>, ServiceError> {
        let ask = || self.transport.generate_token(self.lifetime);
        let token = self
            .past_captchas(&ask)
            .await
            .map_err(|source| ServiceError::service(Doing::GetToken, source))?;
        Ok(self.keep_token(token).await)
    }

    async fn keep_token(&self, token: Token) -> Saved<Token> {
        let kept = token.clone();
        let unsaved = self.on_archive(move |archive, base| archive.put_token(base, &kept)).await.err();
        if let Some(error) = &unsaved {
            tracing::warn!(%error, "a token could not be kept");
        }
        Saved { value: token, unsaved }
    }

    /// Calls the service with a token; heals the token once when it is refused.
    pub(super) async fn call<'a, T: Send>(
        &'a self,
        doing: Doing,
        ask: impl Fn() -> BoxFuture<'a, Result<T, TransportError>> + Send + Sync,
    ) -> Result<T, ServiceError> {
        let generation = {
            let mut state = self.token.lock().await;
            // Whether a new token could be kept was logged; the call itself does not depend on it.
            drop(self.ensure(&mut state).await?);
            state.generation
        };
        match self.patiently(&ask).await {
            Err(refusal @ (TransportError::TokenExpired | TransportError::TokenRefused(_))) => {
                self.heal(generation, refusal).await?;
                self.patiently(&ask).await
            }
            other => other,
        }
        .map_err(|source| ServiceError::service(doing, source))
    }

    /// Makes a call; what the service refuses for its rate was not done, so it is made again when the
    /// wait that all calls keep to is over.
    async fn patiently<'a, T: Send>(
        &self,
        ask: &(impl Fn() -> BoxFuture<'a, Result<T, TransportError>> + Send + Sync),
    ) -> Result<T, TransportError> {
        let mut tries = 1;
        loop {
            match self.past_captchas(ask).await {
                Err(TransportError::RateLimited { retry_after })
                    if tries < MAX_TRIES && retry_after.is_none_or(|wait| wait <= MAX_WAIT) =>
                {
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    async fn heal(&self, seen: u64, refusal: TransportError) -> Result<(), ServiceError> {
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
        let old = state.current.as_ref().map(|(token, _)| token.clone());
        // One that was refused for another reason is asked for too: a firewall that writes like the
        // service must not cost the sessions of a token that is good.
        let renewed = match &old {
            Some(old) => self.renewed(old).await?,
            None => None,
        };
        let (token, source) = match renewed {
            Some(token) => (self.keep_token(token).await.value, TokenSource::Kept),
            None => (self.fetch_new().await?.value, TokenSource::New),
        };
        let due = SignedDuration::from_secs(three_quarters(self.lifetime));
        self.use_token(&mut state, token, source, due);
        Ok(())
    }

    /// A token with a longer life, or `None` when the service says that this one has no other:
    /// what is only out of reach for now must not cost the sessions of the old token.
    async fn renewed(&self, old: &Token) -> Result<Option<Token>, ServiceError> {
        let ask = || self.transport.renew_token(old, self.lifetime);
        let renewed = match self.past_captchas(&ask).await {
            // A shorter life is better than another identity.
            Err(TransportError::CaptchaRequired) if self.lifetime != Lifetime::Day => {
                self.transport.renew_token(old, Lifetime::Day).await
            }
            other => other,
        };
        match renewed {
            Ok(token) => Ok(Some(token)),
            Err(
                TransportError::TokenExpired
                | TransportError::TokenRefused(_)
                | TransportError::Refused(_)
                | TransportError::Unexpected(_)
                | TransportError::CaptchaRequired,
            ) => Ok(None),
            Err(source) => Err(ServiceError::service(Doing::GetToken, source)),
        }
    }
}

/// When a token is prolonged: late enough to cost little, early enough for many tries.
fn three_quarters(lifetime: Lifetime) -> i64 {
    lifetime.seconds() / 4 * 3
}
