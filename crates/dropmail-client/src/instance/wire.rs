//! The values in the protocol messages between the processes that share a data directory, and their conversions to and
//! from the types of [`domain`](crate::domain).

mod change;
mod error;

pub(super) use change::Change;
pub(super) use error::WireError;

use crate::domain::delivery::{self, Body, DownloadUrl, ListingGap};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::secrets::RestoreKey;
use crate::domain::time::Timestamp;
use crate::domain::{mail, session};
use mail_reader::sanitize::SafeText;
use mail_reader::smtp_oddity;
use serde::{Deserialize, Serialize};

/// A secret in a protocol message, such as a restore key. Its `Debug` output is `***`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Secret(pub(super) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Address {
    id: String,
    name: String,
    key: Secret,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Session {
    id: String,
    /// Expiry time of the session in milliseconds since 1970, on the local clock.
    expires_at: i64,
    addresses: Vec<Address>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Domain {
    id: String,
    name: String,
    expires_at: Option<i64>,
    introduced_at: Option<i64>,
    available_via: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Envelope {
    id: String,
    session: String,
    /// Time at which the service received the mail, in microseconds since 1970, on the service's clock.
    received_at: i64,
    from: String,
    to: String,
    to_orig: String,
    size: u64,
    oddities: String,
}

/// A mail without its raw bytes, which are in the archive or are fetched by the process that owns the data directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub(super) envelope: Envelope,
}

fn from_milliseconds(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn from_microseconds(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl From<&session::Address> for Address {
    fn from(address: &session::Address) -> Self {
        Self {
            id: address.id.as_str().to_owned(),
            name: address.address.as_str().to_owned(),
            key: Secret(address.restore_key.expose().to_owned()),
        }
    }
}

impl From<Address> for session::Address {
    fn from(address: Address) -> Self {
        Self {
            id: AddressId::new(address.id),
            address: SafeText::new(&address.name),
            restore_key: RestoreKey::new(address.key.0),
        }
    }
}

impl From<&session::Session> for Session {
    fn from(session: &session::Session) -> Self {
        Self {
            id: session.id.as_str().to_owned(),
            expires_at: session.expires_at.as_millisecond(),
            addresses: session.addresses.iter().map(Address::from).collect(),
        }
    }
}

impl From<Session> for session::Session {
    fn from(session: Session) -> Self {
        Self {
            id: SessionId::new(session.id),
            expires_at: from_milliseconds(session.expires_at),
            addresses: session.addresses.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&session::Domain> for Domain {
    fn from(domain: &session::Domain) -> Self {
        let milliseconds = |at: Timestamp| at.as_millisecond();
        Self {
            id: domain.id.as_str().to_owned(),
            name: domain.name.as_str().to_owned(),
            expires_at: domain.expires_at.map(milliseconds),
            introduced_at: domain.introduced_at.map(milliseconds),
            available_via: domain.available_via.iter().map(|via| via.as_str().to_owned()).collect(),
        }
    }
}

impl From<Domain> for session::Domain {
    fn from(domain: Domain) -> Self {
        Self {
            id: DomainId::new(domain.id),
            name: SafeText::new(&domain.name),
            expires_at: domain.expires_at.map(from_milliseconds),
            introduced_at: domain.introduced_at.map(from_milliseconds),
            available_via: domain.available_via.iter().map(|via| SafeText::new(via)).collect(),
        }
    }
}

impl From<&mail::Envelope> for Envelope {
    fn from(envelope: &mail::Envelope) -> Self {
        Self {
            id: envelope.id.as_str().to_owned(),
            session: envelope.session.as_str().to_owned(),
            received_at: envelope.received_at.as_microsecond(),
            from: envelope.from.as_str().to_owned(),
            to: envelope.to.as_str().to_owned(),
            to_orig: envelope.to_orig.as_str().to_owned(),
            size: envelope.size,
            oddities: smtp_oddity::names(&envelope.oddities),
        }
    }
}

impl From<Envelope> for mail::Envelope {
    fn from(envelope: Envelope) -> Self {
        Self {
            id: MailId::new(envelope.id),
            session: SessionId::new(envelope.session),
            received_at: from_microseconds(envelope.received_at),
            from: SafeText::new(&envelope.from),
            to: SafeText::new(&envelope.to),
            to_orig: SafeText::new(&envelope.to_orig),
            size: envelope.size,
            oddities: smtp_oddity::parse(&envelope.oddities),
        }
    }
}

/// The URL scheme that marks a mail to be fetched through the process that owns the data directory. It is not a network
/// scheme, so no HTTP client can request such a URL.
const OWNED_MAIL: &str = "owned-mail:";

/// Returns a placeholder for the download URL of a mail. A process that does not own the data directory does not
/// download the mail itself but requests that the owner store it.
fn owned_url(envelope: &mail::Envelope) -> DownloadUrl {
    let names = [envelope.session.as_str(), envelope.id.as_str()];
    DownloadUrl(format!("{OWNED_MAIL}{}", serde_json::json!(names)))
}

/// Returns the session and the mail to which a URL returned by [`owned_url`] refers; `None` for any other URL.
pub(super) fn owned_mail(url: &DownloadUrl) -> Option<(SessionId, MailId)> {
    let names = url.0.strip_prefix(OWNED_MAIL)?;
    let (session, mail): (String, String) = serde_json::from_str(names).ok()?;
    Some((SessionId::new(session), MailId::new(mail)))
}

impl From<&delivery::Delivery> for Delivery {
    fn from(delivery: &delivery::Delivery) -> Self {
        Self { envelope: (&delivery.envelope).into() }
    }
}

impl From<Delivery> for delivery::Delivery {
    fn from(delivery: Delivery) -> Self {
        let envelope = mail::Envelope::from(delivery.envelope);
        // The archive contains the number that the process that owns the data directory has assigned to the mail.
        Self { body: Body::Url(owned_url(&envelope)), envelope, order: None }
    }
}

/// Returns the number for a [`ListingGap`] (the reason why the service's list of new mails is incomplete) in protocol
/// messages.
pub(super) fn gap_to_number(gap: ListingGap) -> u8 {
    match gap {
        ListingGap::OlderMailsWithheld => 0,
        ListingGap::TooMany => 1,
    }
}

/// Returns the [`ListingGap`] (the reason why the service's list of new mails is incomplete) for a number returned by
/// [`gap_to_number`].
pub(super) fn gap_from_number(number: u8) -> ListingGap {
    if number == 0 { ListingGap::OlderMailsWithheld } else { ListingGap::TooMany }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_never_contain_the_bytes_of_a_mail() {
        let envelope = mail::Envelope {
            id: MailId::new("m\"]1"),
            session: SessionId::new("s,[1"),
            received_at: Timestamp::UNIX_EPOCH,
            from: "a@b.test".into(),
            to: "c@d.test".into(),
            to_orig: "c+x@d.test".into(),
            size: 7,
            oddities: vec![smtp_oddity::SmtpOddity::NoAngleBrackets],
        };
        let whole = delivery::Delivery {
            envelope: envelope.clone(),
            body: Body::Inline(b"Secret".as_slice().into()),
            order: None,
        };
        let text = serde_json::to_string(&Delivery::from(&whole)).unwrap();
        assert!(!text.contains("Secret"));
        let back = delivery::Delivery::from(serde_json::from_str::<Delivery>(&text).unwrap());
        assert_eq!(back.envelope, envelope);
        let Body::Url(url) = back.body else { panic!("{back:?}") };
        assert_eq!(owned_mail(&url), Some((envelope.session, envelope.id)));
        assert_eq!(owned_mail(&DownloadUrl("https://h/owned-mail:[]".into())), None);
    }
}
