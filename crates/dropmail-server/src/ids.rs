//! Formats and parses object ids in the format of the service: base64 of `Type:payload`. Clients treat ids as opaque
//! strings. An invalid id refers to no object.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use uuid::Uuid;

/// Maximum length in bytes of an object id; a longer id is invalid and is not parsed.
const MAX_ID_BYTES: usize = 1024;
const SALT_BITS: u128 = (1 << 96) - 1;

/// Identifies a mail within its session by its sequence number in order of arrival, and by a random salt that makes
/// download URLs unguessable. The number of a mail that was dropped to free memory is not reused, so that
/// `mailsAfterId` can still refer to that mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MailRef {
    pub(super) seq: u64,
    salt: u128,
}

impl MailRef {
    pub(super) fn new(seq: u64) -> Self {
        Self { seq, salt: super::random::pooled_bits() & SALT_BITS }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let known = text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let (seq, salt) = if known { text.split_at_checked(16)? } else { return None };
        Some(Self { seq: u64::from_str_radix(seq, 16).ok()?, salt: u128::from_str_radix(salt, 16).ok()? })
    }
}

impl std::fmt::Display for MailRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:024x}", self.seq, self.salt)
    }
}

/// The API object that an object id refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeId {
    Session(Uuid),
    Mail(Uuid, MailRef),
    Address(Uuid, String),
    Domain(u32),
    Attachment(Uuid, MailRef, u32),
}

impl NodeId {
    /// Returns the object id in the form that clients receive.
    pub(super) fn encode(&self) -> ID {
        let of_session = |kind: &str, session: &Uuid, rest: &str| {
            let mut bytes = kind.as_bytes().to_vec();
            bytes.extend_from_slice(session.as_bytes());
            bytes.extend_from_slice(rest.as_bytes());
            ID(URL_SAFE_NO_PAD.encode(bytes))
        };
        match self {
            Self::Session(session) => of_session("Session:", session, ""),
            Self::Mail(session, mail) => of_session("Mail:", session, &format!(":{mail}")),
            Self::Address(session, address) => of_session("Address:", session, &format!(":{address}")),
            Self::Attachment(session, mail, part) => {
                of_session("Attachment:", session, &format!(":{mail}:{part}"))
            }
            Self::Domain(number) => ID(URL_SAFE.encode(format!("Domain:{number}"))),
        }
    }

    /// Parses an object id in either base64 alphabet, with or without padding. Returns `None` if the id is invalid.
    pub(super) fn parse(id: &str) -> Option<Self> {
        if id.len() > MAX_ID_BYTES {
            return None;
        }
        let standard: String = id
            .trim_end_matches('=')
            .chars()
            .map(|c| match c {
                '-' => '+',
                '_' => '/',
                other => other,
            })
            .collect();
        let bytes = STANDARD_NO_PAD.decode(standard).ok()?;
        let colon = memchr::memchr(b':', &bytes)?;
        let (kind, payload) = (bytes.get(..colon)?, bytes.get(colon + 1..)?);
        if kind == b"Domain" {
            return Some(Self::Domain(std::str::from_utf8(payload).ok()?.parse().ok()?));
        }
        let (session, rest) = payload.split_at_checked(16)?;
        let session = Uuid::from_slice(session).ok()?;
        let rest = std::str::from_utf8(rest).ok()?;
        match (kind, rest.strip_prefix(':')) {
            (b"Session", None) if rest.is_empty() => Some(Self::Session(session)),
            (b"Mail", Some(mail)) => Some(Self::Mail(session, MailRef::parse(mail)?)),
            (b"Address", Some(address)) => Some(Self::Address(session, address.to_owned())),
            (b"Attachment", Some(rest)) => {
                let (mail, part) = rest.split_once(':')?;
                Some(Self::Attachment(session, MailRef::parse(mail)?, part.parse().ok()?))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_format_of_the_service_and_can_be_parsed() {
        let session = Uuid::from_u128(u128::MAX);
        let mail = MailRef::new(7);
        for node in [
            NodeId::Session(session),
            NodeId::Mail(session, mail),
            NodeId::Address(session, "a@b.test".into()),
            NodeId::Domain(1),
            NodeId::Attachment(session, mail, 3),
        ] {
            let id = node.encode();
            assert_eq!(NodeId::parse(&id), Some(node.clone()), "{id:?}");
            let other = id.replace('-', "+").replace('_', "/");
            assert_eq!(NodeId::parse(other.trim_end_matches('=')), Some(node));
        }
        assert_eq!(NodeId::Domain(1).encode().as_str(), "RG9tYWluOjE=");
        assert!(NodeId::Session(session).encode().starts_with("U2Vzc2lvbj"));
    }

    #[test]
    fn an_invalid_id_matches_nothing() {
        for bad in ["", "=", "U2Vzc2lvbjo", "RG9tYWluOg==", "not base64!", "TWFpbDo=", &"A".repeat(2000)] {
            assert_eq!(NodeId::parse(bad), None, "{bad}");
        }
    }
}
