//! How the token stands, told without mending anything.

use super::{Doing, Mailbox, ServiceError, TokenSource};
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::Token;
use crate::domain::time::Timestamp;
use crate::ports::archive::KeptToken;
use crate::ports::transport::TransportError;

/// What the service says of a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TokenHealth {
    /// It is taken.
    Valid,
    /// It has passed its end; it can be renewed.
    Expired,
    /// It is not taken, for this reason.
    Refused(SafeText),
}

/// The token that would be used, and how it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenReport {
    /// The token.
    pub token: Token,
    /// Where it came from.
    pub source: TokenSource,
    /// When it ends, by the local clock, as far as is known.
    pub ends_at: Option<Timestamp>,
    /// What the service says of it.
    pub health: TokenHealth,
}

/// A token that was prolonged, and where it is now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Prolonged {
    /// The new token is on disk.
    Kept(TokenReport),
    /// It is not, since another token than the given one is kept there.
    BesideAnother(TokenReport),
}

impl Mailbox {
    /// The token that would be used, and how it stands; `None` when there is none yet. Fetches and
    /// renews nothing.
    pub async fn token_report(&self) -> Result<Option<TokenReport>, ServiceError> {
        let Some((KeptToken { token, ends_at }, source)) = self.token_at_hand().await? else {
            return Ok(None);
        };
        self.transport.set_token(token.clone());
        let health = match self.transport.sessions().await {
            Ok(_) => TokenHealth::Valid,
            Err(TransportError::TokenExpired) => TokenHealth::Expired,
            Err(TransportError::TokenRefused(reason)) => TokenHealth::Refused(reason),
            Err(source) => return Err(ServiceError::service(Doing::CheckToken, source)),
        };
        Ok(Some(TokenReport { token, source, ends_at, health }))
    }

    /// Prolongs the token; what the old one made stays reachable. The new one is kept, unless it is for
    /// one that the user gave while another is kept here: addresses depend on that one.
    pub async fn prolong_token(&self) -> Result<Prolonged, ServiceError> {
        let (old, source) = self.token_at_hand().await?.ok_or(ServiceError::NoToken)?;
        let ask = || self.transport.renew_token(&old.token, self.lifetime);
        let token = self
            .past_captchas(&ask)
            .await
            .map_err(|source| ServiceError::service(Doing::GetToken, source))?;
        let KeptToken { token, ends_at } = self.given_for(token, self.lifetime);
        let report = TokenReport { token, source, ends_at, health: TokenHealth::Valid };
        let other = self.on_archive(|archive, base| archive.token(base)).await?;
        if source == TokenSource::Given && other.is_some_and(|kept| kept.token != old.token) {
            return Ok(Prolonged::BesideAnother(report));
        }
        let kept = KeptToken { token: report.token.clone(), ends_at };
        self.on_archive(move |archive, base| archive.put_token(base, &kept)).await?;
        Ok(Prolonged::Kept(report))
    }

    async fn token_at_hand(&self) -> Result<Option<(KeptToken, TokenSource)>, ServiceError> {
        if let Some(given) = &self.given {
            let given = KeptToken { token: given.clone(), ends_at: None };
            return Ok(Some((given, TokenSource::Given)));
        }
        let kept = self.on_archive(|archive, base| archive.token(base)).await?;
        Ok(kept.map(|token| (token, TokenSource::Kept)))
    }
}
