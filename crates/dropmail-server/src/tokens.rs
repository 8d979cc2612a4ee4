//! Issues and checks access tokens. The server signs its tokens (HMAC-SHA-256) with a stored key or with a new key for
//! each run. It therefore needs no list of issued tokens, and can distinguish an expired token from a forged one.
//!
//! A token contains an identity, which stays the same when the token is renewed. An identity can access only its own
//! sessions.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, hmac};
use uuid::Uuid;

use super::clock;
use super::signing_key::SigningKey;
use crate::AccessToken;
use jiff::Timestamp;

/// Length in bytes of the identity in an access token.
const IDENTITY_BYTES: usize = 16;
const SIGNED_BYTES: usize = IDENTITY_BYTES + 8;
/// Length in bytes of a token's signature. The signature is truncated to half its length in order to keep the token
/// short. Forging it takes 2^128 attempts.
const SIGNATURE_BYTES: usize = 16;
/// Minimum length in bytes of a legacy token; a shorter token is refused. Users make up their own legacy tokens, and a
/// short token could be guessed.
const MIN_LEGACY_BYTES: usize = 8;

/// The identity of an API user, who owns sessions and personal domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct UserIdentity(Uuid);

/// The bearer of an access token: the identity, and whether the token is a legacy token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) identity: UserIdentity,
    /// Whether the token does not start with the prefix of issued tokens (`af_`). If so, responses contain a
    /// deprecation warning.
    pub(super) legacy: bool,
}

/// Reason why an access token is refused. `Display` formats the reason as the service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenRejection {
    #[error("token_expired")]
    Expired,
    #[error("legacy_token_rejected")]
    Legacy,
    #[error("token_too_short")]
    TooShort,
    #[error("invalid_token")]
    Malformed,
    #[error("invalid_signature")]
    BadSignature,
}

/// A token lifetime that a client can request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenLifetime {
    Hour,
    Day,
    NinetyDays,
}

impl TokenLifetime {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "1h" => Some(Self::Hour),
            "1d" => Some(Self::Day),
            "90d" => Some(Self::NinetyDays),
            _ => None,
        }
    }

    fn duration(self) -> Duration {
        let hours = match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::NinetyDays => 90 * 24,
        };
        Duration::from_secs(hours * 3600)
    }
}

/// The server settings for issuing and checking access tokens.
#[derive(Clone, Copy)]
pub(super) struct TokenSettings<'a> {
    /// Key that signs the tokens; `None` to generate a new key.
    pub(super) key: Option<&'a SigningKey>,
    /// Access tokens that are accepted in addition to signed tokens.
    pub(super) accepted: &'a [AccessToken],
    /// Maximum lifetime of issued tokens; a longer requested lifetime is reduced to this value. `None` for no maximum.
    pub(super) lifetime_max: Option<Duration>,
    /// Whether legacy tokens are accepted.
    pub(super) takes_legacy: bool,
}

/// Issues and checks access tokens.
pub(super) struct TokenIssuer {
    key: hmac::Key,
    configured: HashMap<String, UserIdentity>,
    first_configured: Option<UserIdentity>,
    lifetime_max: Option<Duration>,
    takes_legacy: bool,
}

impl std::fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenIssuer").field("configured", &self.configured.len()).finish_non_exhaustive()
    }
}

impl TokenIssuer {
    /// Creates the token issuer with the given settings.
    pub(super) fn new(settings: TokenSettings<'_>) -> Self {
        let key = settings.key.cloned().unwrap_or_else(SigningKey::generate);
        let entry =
            |token: &AccessToken| (token.expose().to_owned(), UserIdentity::of_configured(token.expose()));
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key.bytes()),
            configured: settings.accepted.iter().map(entry).collect(),
            first_configured: settings
                .accepted
                .first()
                .map(|token| UserIdentity::of_configured(token.expose())),
            lifetime_max: settings.lifetime_max,
            takes_legacy: settings.takes_legacy,
        }
    }

    /// Returns the identity of the first access token in the settings; `None` if the settings contain no token.
    pub(super) fn first_configured(&self) -> Option<UserIdentity> {
        self.first_configured
    }

    /// Issues an access token with a new identity.
    pub(super) fn generate(&self, lifetime: TokenLifetime) -> String {
        self.sign(UserIdentity::random(), lifetime)
    }

    /// Issues a new access token with the identity of an earlier token, which may have expired.
    ///
    /// # Errors
    /// [`TokenRejection`] if the earlier token was never valid, or is a legacy token.
    pub(super) fn renew(&self, token: &str, lifetime: TokenLifetime) -> Result<String, TokenRejection> {
        let (identity, _) = self.read(token)?;
        Ok(self.sign(identity, lifetime))
    }

    /// Checks an access token and returns its bearer.
    ///
    /// # Errors
    /// [`TokenRejection`] with the reason that is reported to the client.
    pub(super) fn check(&self, token: &str) -> Result<Bearer, TokenRejection> {
        match self.read(token) {
            Ok((_, Some(end))) if end <= clock::now() => Err(TokenRejection::Expired),
            Ok((identity, _)) => Ok(Bearer { identity, legacy: !token.starts_with("af_") }),
            Err(TokenRejection::Legacy) if self.takes_legacy && token.len() < MIN_LEGACY_BYTES => {
                Err(TokenRejection::TooShort)
            }
            Err(TokenRejection::Legacy) if self.takes_legacy => {
                Ok(Bearer { identity: UserIdentity::of_configured(token), legacy: true })
            }
            Err(why) => Err(why),
        }
    }

    fn sign(&self, identity: UserIdentity, lifetime: TokenLifetime) -> String {
        let asked = lifetime.duration();
        let lifetime = self.lifetime_max.map_or(asked, |max| max.min(asked));
        let end = clock::now().as_second().saturating_add_unsigned(lifetime.as_secs());
        let mut bytes = identity.0.as_bytes().to_vec();
        bytes.extend_from_slice(&end.to_be_bytes());
        let tag = hmac::sign(&self.key, &bytes);
        bytes.extend(tag.as_ref().iter().take(SIGNATURE_BYTES));
        format!("af_{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    fn read(&self, token: &str) -> Result<(UserIdentity, Option<Timestamp>), TokenRejection> {
        if let Some(identity) = self.configured.get(token) {
            return Ok((*identity, None));
        }
        let text = token.strip_prefix("af_").ok_or(TokenRejection::Legacy)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_bad_base64| TokenRejection::Malformed)?;
        let (signed, tag) = bytes.split_at_checked(SIGNED_BYTES).ok_or(TokenRejection::Malformed)?;
        let expected = hmac::sign(&self.key, signed);
        if !equal(tag, expected.as_ref().get(..SIGNATURE_BYTES).unwrap_or_default()) {
            return Err(TokenRejection::BadSignature);
        }
        let (identity, end) = signed.split_at_checked(IDENTITY_BYTES).ok_or(TokenRejection::Malformed)?;
        let identity = Uuid::from_slice(identity).map_err(|_short| TokenRejection::Malformed)?;
        let end = <[u8; 8]>::try_from(end).map_err(|_short| TokenRejection::Malformed)?;
        let end =
            Timestamp::from_second(i64::from_be_bytes(end)).map_err(|_range| TokenRejection::Malformed)?;
        Ok((UserIdentity(identity), Some(end)))
    }
}

impl UserIdentity {
    pub(super) fn random() -> Self {
        Self(Uuid::new_v4())
    }

    pub(super) fn uuid(self) -> Uuid {
        self.0
    }

    pub(super) fn of_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// Derives the identity of a configured or legacy token from the token itself, so that the identity is the same in
    /// each run.
    fn of_configured(token: &str) -> Self {
        let digest = digest::digest(&digest::SHA256, token.as_bytes());
        Self(Uuid::from_slice(digest.as_ref().get(..IDENTITY_BYTES).unwrap_or_default()).unwrap_or_default())
    }
}

/// Returns whether two secrets are equal. The comparison takes constant time, so that its duration does not reveal
/// where the secrets differ.
pub(super) fn equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ServerConfig;

    fn tokens(change: impl FnOnce(&mut ServerConfig)) -> TokenIssuer {
        let mut config = ServerConfig::default();
        change(&mut config);
        TokenIssuer::new(config.token_settings())
    }

    #[test]
    fn renewal_keeps_the_identity_and_expiry_is_reported() {
        let tokens = tokens(|_| ());
        let token = tokens.generate(TokenLifetime::Hour);
        assert!(token.strip_prefix("af_").is_some_and(|rest| (8..=256).contains(&rest.len())));
        let bearer = tokens.check(&token).unwrap();
        let renewed = tokens.renew(&token, TokenLifetime::NinetyDays).unwrap();
        assert_ne!(renewed, token);
        assert_eq!(tokens.check(&renewed), Ok(bearer));

        let short_lived = self::tokens(|config| config.token_lifetime_max = Some(Duration::ZERO));
        let expired = short_lived.generate(TokenLifetime::Hour);
        assert_eq!(short_lived.check(&expired), Err(TokenRejection::Expired));
        assert!(short_lived.renew(&expired, TokenLifetime::Hour).is_ok());
        assert_eq!(
            tokens.check(&expired),
            Err(TokenRejection::BadSignature),
            "a token signed with the key of another server is rejected"
        );
    }

    #[test]
    fn configured_tokens_never_expire_and_others_are_refused_by_reason() {
        let tokens = tokens(|config| {
            config.tokens = vec![AccessToken::new("af_conformance1")];
            config.token_lifetime_max = Some(Duration::ZERO);
        });
        let identity = tokens.check("af_conformance1").unwrap().identity;
        let renewed = tokens.renew("af_conformance1", TokenLifetime::Day).unwrap();
        assert_eq!(tokens.read(&renewed).unwrap().0, identity);
        assert_eq!(tokens.check("legacy"), Err(TokenRejection::Legacy));
        assert_eq!(tokens.check("af_short"), Err(TokenRejection::Malformed));
        assert_eq!(tokens.check("af_!"), Err(TokenRejection::Malformed));
    }

    #[test]
    fn a_stored_key_keeps_tokens_valid_after_a_restart() {
        let key = SigningKey::generate();
        let tokens_with_key = |key: &SigningKey| tokens(|config| config.token_key = Some(key.clone()));
        let token = tokens_with_key(&key).generate(TokenLifetime::Day);
        let before = tokens_with_key(&key).check(&token).unwrap();
        assert_eq!(tokens_with_key(&key).check(&token), Ok(before));
        assert_eq!(tokens_with_key(&SigningKey::generate()).check(&token), Err(TokenRejection::BadSignature));
    }

    #[test]
    fn legacy_tokens_are_accepted_only_if_the_settings_say_so() {
        let tokens = tokens(|config| config.legacy_tokens = true);
        let bearer = tokens.check("my-old-token").unwrap();
        assert!(bearer.legacy);
        assert_eq!(tokens.check("my-old-token"), Ok(bearer));
        assert_ne!(tokens.check("another-token").unwrap().identity, bearer.identity);
        assert_eq!(tokens.check("short"), Err(TokenRejection::TooShort));
        let named = self::tokens(|config| config.tokens = vec![AccessToken::new("my-old-token")]);
        assert!(named.check("my-old-token").unwrap().legacy, "a configured legacy token is accepted");
        assert_eq!(named.check("another-token"), Err(TokenRejection::Legacy));
    }
}
