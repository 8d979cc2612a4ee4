//! Chooses the token, and renews or replaces a token that the service no longer accepts.
//!
//! A token that the user provided is never replaced. A token that the program requested is renewed when it has
//! expired, and replaced when the service rejects it. The old token stays in the archive, because only that token
//! gives access to the sessions that were opened with it.

use super::captcha::RetryableCall;
use super::{Mailbox, Persisted, ServiceError, ServiceOperation};
use crate::domain::backoff::MAX_DEMANDED_DELAY;
use crate::domain::secrets::Token;
use crate::domain::time::{SignedDuration, Timestamp};
use crate::domain::token_lifetime::TokenLifetime;
use crate::ports::BoxFuture;
use crate::ports::archive::{Archive, ArchiveError, ArchivedToken};
use crate::ports::dropmail_api::ApiError;
use std::sync::atomic::Ordering;

/// The source of the token that the program uses: the user, the archive or the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenSource {
    /// The user provided the token, for example in an environment variable.
    Given,
    /// An earlier run of the program stored the token in the archive.
    Kept,
    /// This run of the program requested the token from the service.
    New,
}

/// The place where the user provides a token; error messages about the token name this place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GivenTokenPlace {
    /// The user sets the environment variable `DROPMAIL_TOKEN`.
    #[default]
    Variable,
    /// The user passes the command-line option `--token`.
    CommandLine,
}

impl GivenTokenPlace {
    /// Returns the part of an error message about the token that tells the user what to do.
    pub(super) fn next_step(self) -> &'static str {
        match self {
            Self::Variable => "set DROPMAIL_TOKEN to a valid token, or unset it to use a free token",
            Self::CommandLine => "give --token a valid token, or leave it out to use a free token",
        }
    }
}

/// The token in use. `generation` is incremented each time the token changes, so that a failed request can detect that
/// another request has already renewed the token.
#[derive(Debug, Default)]
pub(super) struct TokenState {
    pub(super) current: Option<(Token, TokenSource)>,
    pub(super) generation: u64,
    /// The time at which the token becomes due for renewal; `None` for a token that the user provided.
    pub(super) due: Option<Timestamp>,
}

/// Maximum number of attempts for a request that the service rejects because of its rate limit. If the service rejects
/// all attempts, the request fails.
const MAX_TRIES: usize = 5;

impl Mailbox {
    /// Ensures that there is a token: the user's own token, a stored token or, if there is neither, a new token, which
    /// is stored before it is used. All other operations do the same first; the screen calls this function separately
    /// so that it can show the progress.
    pub async fn ensure_token(&self) -> Result<Persisted<TokenSource>, ServiceError> {
        let mut state = self.token.lock().await;
        self.ensure_in_state(&mut state).await
    }

    pub(super) async fn ensure_in_state(
        &self,
        state: &mut TokenState,
    ) -> Result<Persisted<TokenSource>, ServiceError> {
        if let Some((_, source)) = &state.current {
            return Ok(Persisted { value: *source, unsaved: None });
        }
        if let Some(token) = &self.given {
            let given = ArchivedToken { token: token.clone(), ends_at: None };
            self.use_token(state, given, TokenSource::Given);
            return Ok(Persisted { value: TokenSource::Given, unsaved: None });
        }
        let (archived, source, unsaved) = match self.with_keyring(stored_token).await {
            Ok(Some(archived)) => (archived, TokenSource::Kept, None),
            Ok(None) => {
                self.fetch_new_token().await.map(|saved| (saved.value, TokenSource::New, saved.unsaved))?
            }
            // Without the stored token, the user's addresses are lost, so the token is replaced only if the user asks
            // for that.
            Err(error) if error.keyring_problem().is_some() && !self.has_temporary_token() => {
                return Err(error);
            }
            // If the archive cannot be read, the user should still be able to open a session.
            Err(error) => (self.fetch_new_token().await?.value, TokenSource::New, Some(error)),
        };
        self.use_token(state, archived, source);
        Ok(Persisted { value: source, unsaved })
    }

    /// Makes `archived` the current token. If the expiry time of the token is unknown, the token is renewed at the next
    /// opportunity, unless the user provided it.
    pub(super) fn use_token(&self, state: &mut TokenState, archived: ArchivedToken, source: TokenSource) {
        self.api.set_token(archived.token.clone());
        let due = archived.ends_at.map_or(Timestamp::MIN, |end| {
            end.checked_sub(renewal_margin(self.lifetime)).unwrap_or(Timestamp::MIN)
        });
        state.due = (source != TokenSource::Given).then_some(due);
        state.current = Some((archived.token, source));
        state.generation += 1;
    }

    pub(super) async fn fetch_new_token(&self) -> Result<Persisted<ArchivedToken>, ServiceError> {
        let ask = || self.api.generate_token(self.lifetime);
        let token = self
            .with_captcha_retry(&ask)
            .await
            .map_err(|source| ServiceError::from_api_error(ServiceOperation::GetToken, source))?;
        Ok(self.store_token(token, self.lifetime).await)
    }

    /// Builds the archive entry for a token that the service has just issued with the given lifetime.
    pub(super) fn to_archived_token(&self, token: Token, lifetime: TokenLifetime) -> ArchivedToken {
        let life = SignedDuration::from_secs(lifetime.seconds());
        ArchivedToken { token, ends_at: self.clock.now().checked_add(life).ok() }
    }

    /// Makes this run of the program use a new, temporary token, which is not stored. This is necessary if the keyring
    /// does not return the key that decrypts the stored token.
    pub fn use_temporary_token(&self) {
        self.temporary.store(true, Ordering::Relaxed);
    }

    /// Makes the locked keyring show its unlock prompt again when an operation next needs the token. That operation
    /// then waits for the keyring.
    pub fn prompt_keyring_again(&self) {
        self.archive.prompt_keyring_again();
    }

    fn has_temporary_token(&self) -> bool {
        self.temporary.load(Ordering::Relaxed)
    }

    /// Stores a token that the service has just issued with the given lifetime, unless this run of the program uses a
    /// temporary token.
    pub(super) async fn store_token(
        &self,
        token: Token,
        lifetime: TokenLifetime,
    ) -> Persisted<ArchivedToken> {
        let token = self.to_archived_token(token, lifetime);
        if self.has_temporary_token() {
            return Persisted { value: token, unsaved: None };
        }
        let archived = token.clone();
        let unsaved = self.with_archive(move |archive, base| archive.put_token(base, &archived)).await.err();
        if let Some(error) = &unsaved {
            tracing::warn!(%error, "a token could not be stored");
        }
        Persisted { value: token, unsaved }
    }

    /// Sends a request with the token. If the service rejects the token, renews or replaces it once and retries the
    /// request.
    pub(super) async fn call<'a, T: Send>(
        &'a self,
        doing: ServiceOperation,
        ask: impl Fn() -> BoxFuture<'a, Result<T, ApiError>> + Send + Sync,
    ) -> Result<T, ServiceError> {
        self.call_with_token(doing, &ask).await
    }

    /// Sends a request as [`Self::call`] does. This function is not generic over the request, so it is compiled only
    /// once per response type.
    async fn call_with_token<'a, T: Send>(
        &'a self,
        doing: ServiceOperation,
        ask: &RetryableCall<'a, '_, T>,
    ) -> Result<T, ServiceError> {
        if !self.api.uses_token().await {
            match self.with_rate_limit_retry(ask).await {
                // If the process that sent the requests has exited, this process sends them.
                Err(ApiError::Unreachable(_)) if self.api.uses_token().await => {}
                other => return other.map_err(|source| ServiceError::from_api_error(doing, source)),
            }
        }
        let generation = {
            let mut state = self.token.lock().await;
            // If a new token could not be stored, that has already been logged; the request works nevertheless.
            drop(self.ensure_in_state(&mut state).await?);
            state.generation
        };
        match self.with_rate_limit_retry(ask).await {
            Err(refusal @ (ApiError::TokenExpired | ApiError::TokenRefused(_))) => {
                self.recover_token(generation, refusal).await?;
                self.with_rate_limit_retry(ask).await
            }
            other => other,
        }
        .map_err(|source| ServiceError::from_api_error(doing, source))
    }

    /// Sends a request, and retries the request if the service rejects it because of the rate limit. After a rejection,
    /// the API client delays all requests, so each retry waits there. A retry is safe, because the service has not
    /// executed a rejected request.
    async fn with_rate_limit_retry<T: Send>(&self, ask: &RetryableCall<'_, '_, T>) -> Result<T, ApiError> {
        let mut tries = 1;
        loop {
            match self.with_captcha_retry(ask).await {
                Err(ApiError::RateLimited { retry_after })
                    if tries < MAX_TRIES && retry_after.is_none_or(|wait| wait <= MAX_DEMANDED_DELAY) =>
                {
                    tries += 1;
                }
                other => return other,
            }
        }
    }
}

/// Reads the stored token; `None` if no token is stored. Returns an error if the keyring does not return the key that
/// encrypts and decrypts tokens.
pub(super) fn stored_token(archive: &dyn Archive, base: &str) -> Result<Option<ArchivedToken>, ArchiveError> {
    match archive.token(base)? {
        Some(archived) => Ok(Some(archived)),
        // A new token must not be stored in plain text, so none is requested while the keyring is locked.
        None => archive.check_keyring().map(|()| None),
    }
}

/// Returns how long before its expiry a token is renewed: a quarter of its lifetime. Renewals are thus rare, but there
/// is enough time for many retries.
pub(super) fn renewal_margin(lifetime: TokenLifetime) -> SignedDuration {
    SignedDuration::from_secs(lifetime.seconds() / 4)
}
