//! Which token is used, and what happens when the service no longer takes it.
//!
//! A token of the user's is never replaced. One that the program fetched is prolonged when it
//! has expired and replaced when it is refused, and the old one stays set aside in the archive:
//! the sessions that it opened can only be reached with it.

use super::captcha::Asking;
use super::{Doing, Mailbox, Saved, ServiceError};
use crate::domain::lifetime::Lifetime;
use crate::domain::secrets::Token;
use crate::domain::time::{SignedDuration, Timestamp};
use crate::ports::BoxFuture;
use crate::ports::archive::{ArchiveError, KeptToken};
use crate::ports::transport::TransportError;
use std::sync::atomic::Ordering;
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
    pub(super) current: Option<(Token, TokenSource)>,
    pub(super) generation: u64,
    /// When it is to be prolonged; never where it is the user's own.
    pub(super) due: Option<Timestamp>,
}

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

    pub(super) async fn ensure(&self, state: &mut TokenState) -> Result<Saved<TokenSource>, ServiceError> {
        if let Some((_, source)) = &state.current {
            return Ok(Saved { value: *source, unsaved: None });
        }
        if let Some(token) = &self.given {
            let given = KeptToken { token: token.clone(), ends_at: None };
            self.use_token(state, given, TokenSource::Given);
            return Ok(Saved { value: TokenSource::Given, unsaved: None });
        }
        let (kept, source, unsaved) = match self.on_archive(|archive, base| archive.token(base)).await {
            Ok(Some(kept)) => (kept, TokenSource::Kept, None),
            Ok(None) => self.fetch_new().await.map(|saved| (saved.value, TokenSource::New, saved.unsaved))?,
            // The stored token is the only way to the user's addresses: it is never replaced unasked.
            Err(error @ ServiceError::Archive(ArchiveError::Sealed { .. })) if !self.is_temporary() => {
                return Err(error);
            }
            // An archive that cannot be read must not keep the user from a mailbox.
            Err(error) => (self.fetch_new().await?.value, TokenSource::New, Some(error)),
        };
        self.use_token(state, kept, source);
        Ok(Saved { value: source, unsaved })
    }

    /// Uses a token from here on. One whose end nobody has written down is prolonged soon.
    pub(super) fn use_token(&self, state: &mut TokenState, kept: KeptToken, source: TokenSource) {
        self.transport.set_token(kept.token.clone());
        let due = kept.ends_at.map_or(Timestamp::MIN, |end| {
            end.checked_sub(last_quarter(self.lifetime)).unwrap_or(Timestamp::MIN)
        });
        state.due = (source != TokenSource::Given).then_some(due);
        state.current = Some((kept.token, source));
        state.generation += 1;
    }

    pub(super) async fn fetch_new(&self) -> Result<Saved<KeptToken>, ServiceError> {
        let ask = || self.transport.generate_token(self.lifetime);
        let token = self
            .past_captchas(&ask)
            .await
            .map_err(|source| ServiceError::service(Doing::GetToken, source))?;
        Ok(self.keep_token(token, self.lifetime).await)
    }

    /// A token that was given for a lifetime, which begins now.
    pub(super) fn given_for(&self, token: Token, lifetime: Lifetime) -> KeptToken {
        let life = SignedDuration::from_secs(lifetime.seconds());
        KeptToken { token, ends_at: self.clock.now().checked_add(life).ok() }
    }

    /// Goes on without the stored token where the keyring does not open it: a new one is used in this run
    /// and stored nowhere.
    pub fn use_temporary_token(&self) {
        self.temporary.store(true, Ordering::Relaxed);
    }

    /// Has a keyring that stayed locked show its prompt again; the next reading of the token waits for it.
    pub fn ask_keyring_again(&self) {
        self.archive.ask_keyring_again();
    }

    fn is_temporary(&self) -> bool {
        self.temporary.load(Ordering::Relaxed)
    }

    /// Keeps a token that was given just now.
    pub(super) async fn keep_token(&self, token: Token, lifetime: Lifetime) -> Saved<KeptToken> {
        let token = self.given_for(token, lifetime);
        if self.is_temporary() {
            return Saved { value: token, unsaved: None };
        }
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
        self.call_with_token(doing, &ask).await
    }

    /// Made once for each kind of answer, and not for each question.
    async fn call_with_token<'a, T: Send>(
        &'a self,
        doing: Doing,
        ask: &Asking<'a, '_, T>,
    ) -> Result<T, ServiceError> {
        let generation = {
            let mut state = self.token.lock().await;
            // Whether a new token could be kept was logged; the call itself does not depend on it.
            drop(self.ensure(&mut state).await?);
            state.generation
        };
        match self.patiently(ask).await {
            Err(refusal @ (TransportError::TokenExpired | TransportError::TokenRefused(_))) => {
                self.heal(generation, refusal).await?;
                self.patiently(ask).await
            }
            other => other,
        }
        .map_err(|source| ServiceError::service(doing, source))
    }

    /// Makes a call; what the service refuses for its rate was not done, so it is made again when the
    /// wait that all calls keep to is over.
    async fn patiently<T: Send>(&self, ask: &Asking<'_, '_, T>) -> Result<T, TransportError> {
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
}

/// How long before its end a token is prolonged: late enough to cost little, early enough for many
/// tries.
pub(super) fn last_quarter(lifetime: Lifetime) -> SignedDuration {
    SignedDuration::from_secs(lifetime.seconds() / 4)
}
