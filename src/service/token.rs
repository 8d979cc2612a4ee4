//! Which token is used, and what happens when the service no longer takes it.
//!
//! A token of the user's is never replaced. One that the program fetched is prolonged when it
//! has expired and replaced when it is refused, and the old one stays set aside in the archive:
//! the sessions that it opened can only be reached with it.

use super::{Doing, Mailbox, Saved, ServiceError};
use crate::domain::secrets::Token;
use crate::ports::BoxFuture;
use crate::ports::transport::TransportError;

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
}

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
        self.use_token(state, token, source);
        Ok(Saved { value: source, unsaved })
    }

    fn use_token(&self, state: &mut TokenState, token: Token, source: TokenSource) {
        self.transport.set_token(token.clone());
        state.current = Some((token, source));
        state.generation += 1;
    }

    async fn fetch_new(&self) -> Result<Saved<Token>, ServiceError> {
        let token = self
            .transport
            .generate_token()
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
        match ask().await {
            Err(refusal @ (TransportError::TokenExpired | TransportError::TokenRefused(_))) => {
                self.heal(generation, refusal).await?;
                ask().await
            }
            other => other,
        }
        .map_err(|source| ServiceError::service(doing, source))
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
        let (token, source) = match (refusal, old) {
            (TransportError::TokenExpired, Some(old)) => match self.renewed(&old).await? {
                Some(token) => (self.keep_token(token).await.value, TokenSource::Kept),
                None => (self.fetch_new().await?.value, TokenSource::New),
            },
            _ => (self.fetch_new().await?.value, TokenSource::New),
        };
        self.use_token(&mut state, token, source);
        Ok(())
    }

    /// A token with a longer life, or `None` when the service says that this one has no other:
    /// what is only out of reach for now must not cost the sessions of the old token.
    async fn renewed(&self, old: &Token) -> Result<Option<Token>, ServiceError> {
        match self.transport.renew_token(old).await {
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
