//! Checks and renews the token for the `token` command, which never replaces it with an unrelated token.

use super::{Mailbox, ServiceError, ServiceOperation, TokenSource};
use crate::domain::secrets::Token;
use crate::domain::time::Timestamp;
use crate::ports::archive::ArchivedToken;
use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;

/// The result of checking whether the service accepts a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TokenHealth {
    /// The service accepts the token.
    Valid,
    /// The token has expired but can be renewed.
    Expired,
    /// The service rejects the token, for the given reason.
    Refused(SafeText),
}

/// A report on the token in use, for the `token` command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenReport {
    /// The token to which the report applies.
    pub token: Token,
    /// The source of the token: the user, the archive or the service.
    pub source: TokenSource,
    /// The local time at which the token expires; `None` if it is unknown.
    pub ends_at: Option<Timestamp>,
    /// Whether the service accepts the token.
    pub health: TokenHealth,
}

/// The result of renewing a token: a report on the new token. The variant shows whether the new token is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RenewedToken {
    /// The new token is stored in the archive.
    Kept(TokenReport),
    /// The new token is not stored. The user provided the token that was renewed, but the archive contains an
    /// unrelated token, which must not be replaced.
    BesideAnother(TokenReport),
}

impl Mailbox {
    /// Returns a report on the token that the program would use, after checking whether the service accepts it.
    /// Returns `None` if there is no token. Does not request or renew a token.
    pub async fn token_report(&self) -> Result<Option<TokenReport>, ServiceError> {
        let Some((ArchivedToken { token, ends_at }, source)) = self.available_token().await? else {
            return Ok(None);
        };
        self.api.set_token(token.clone());
        let health = match self.api.sessions().await {
            Ok(_) => TokenHealth::Valid,
            Err(ApiError::TokenExpired) => TokenHealth::Expired,
            Err(ApiError::TokenRefused(reason)) => TokenHealth::Refused(reason),
            Err(source) => return Err(ServiceError::from_api_error(ServiceOperation::CheckToken, source)),
        };
        Ok(Some(TokenReport { token, source, ends_at, health }))
    }

    /// Renews the token. Sessions that were opened with the old token remain accessible. Stores the new token, except
    /// if the old one was provided by the user and the archive contains a different token. The stored addresses depend
    /// on the token in the archive, so it must not be replaced.
    pub async fn renew_token_now(&self) -> Result<RenewedToken, ServiceError> {
        let (old, source) = self.available_token().await?.ok_or(ServiceError::NoToken)?;
        let ask = || self.api.renew_token(&old.token, self.lifetime);
        let token = self
            .with_captcha_retry(&ask)
            .await
            .map_err(|source| ServiceError::from_api_error(ServiceOperation::GetToken, source))?;
        let ArchivedToken { token, ends_at } = self.to_archived_token(token, self.lifetime);
        let report = TokenReport { token, source, ends_at, health: TokenHealth::Valid };
        let other = self.with_archive(|archive, base| archive.token(base)).await?;
        if source == TokenSource::Given && other.is_some_and(|archived| archived.token != old.token) {
            return Ok(RenewedToken::BesideAnother(report));
        }
        let archived = ArchivedToken { token: report.token.clone(), ends_at };
        self.with_archive(move |archive, base| archive.put_token(base, &archived)).await?;
        Ok(RenewedToken::Kept(report))
    }

    async fn available_token(&self) -> Result<Option<(ArchivedToken, TokenSource)>, ServiceError> {
        if let Some(given) = &self.given {
            let given = ArchivedToken { token: given.clone(), ends_at: None };
            return Ok(Some((given, TokenSource::Given)));
        }
        let archived = self.with_keyring(|archive, base| archive.token(base)).await?;
        Ok(archived.map(|token| (token, TokenSource::Kept)))
    }
}
