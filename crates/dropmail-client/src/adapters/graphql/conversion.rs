//! Converts the types of API responses to the types of [`domain`](crate::domain). The functions in this module have no
//! access to the client, so they cannot register secrets. Sessions, addresses and mails must therefore be converted
//! with the methods of [`Client`](super::client::Client) in `client_conversion.rs`.

use super::operations as ops;
use super::scalars::UNNAMED;
use crate::domain::delivery::{Body, Delivery, DownloadUrl};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::mail::Envelope;
use crate::domain::secrets::RestoreKey;
use crate::domain::session::{Address, Domain};
use crate::domain::text_fingerprint::TextFingerprint;
use crate::domain::time::Timestamp;
use mail_reader::sanitize::SafeText;
use mail_reader::smtp_oddity;
use ring::digest::{Context, SHA256};

/// Converts a session's address from an API response; returns `None` if the address is empty. The result has no restore
/// key if the response contains none.
pub(super) fn address(address: ops::Address) -> Option<Address> {
    (!address.address.is_empty()).then(|| Address {
        id: AddressId::new(address.id.into_inner()),
        address: address.address.into(),
        restore_key: RestoreKey::new(address.restore_key),
    })
}

/// Converts a restored address from an API response. If the response lacks the address itself, uses `requested`, the
/// address that was to be restored; without an address, the new restore key would be lost.
pub(super) fn restored_address(mut address: ops::Address, requested: &str) -> Address {
    if address.address.is_empty() {
        requested.clone_into(&mut address.address);
    }
    Address {
        id: AddressId::new(address.id.into_inner()),
        address: address.address.into(),
        restore_key: RestoreKey::new(address.restore_key),
    }
}

/// Converts a domain from an API response. Returns `None` if its name or id is missing, because such a domain cannot be
/// used.
pub(super) fn domain(domain: ops::Domain) -> Option<Domain> {
    let id = domain.id.into_inner();
    (!id.is_empty() && !domain.name.is_empty()).then(|| Domain {
        id: DomainId::new(id),
        name: domain.name.into(),
        expires_at: domain.expires_at.and_then(|moment| moment.0),
        introduced_at: domain.introduced_at.0,
        available_via: domain.available_via.into_iter().flatten().flatten().map(access_interface).collect(),
    })
}

fn access_interface(interface: ops::AccessInterface) -> SafeText {
    match interface {
        ops::AccessInterface::Web => "web".into(),
        ops::AccessInterface::Telegram => "Telegram".into(),
        ops::AccessInterface::Viber => "Viber".into(),
        ops::AccessInterface::Api => "API".into(),
        ops::AccessInterface::App => "app".into(),
        ops::AccessInterface::Other(name) => name.into(),
    }
}

/// Returns the id of a mail. If the service returned no id, returns a hash of the mail's metadata, so that the mail has
/// the same id in every response.
fn id(head: &ops::MailMetadata) -> MailId {
    let given = head.id.inner();
    if !given.is_empty() {
        return MailId::new(given);
    }
    let mut digest = Context::new(&SHA256);
    let received = head.received_at.0.map_or_else(|| head.download_url.0.clone(), |at| at.to_string());
    let size = head.raw_size.to_string();
    for part in [&received, &head.from_addr, &head.to_addr_orig, &size] {
        digest.update(part.as_bytes());
        digest.update(b"\0");
    }
    let begin =
        digest.finish().as_ref().iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    MailId::new(format!("{UNNAMED}{begin}"))
}

/// Converts a mail from an API response to a [`Delivery`] without raw bytes, which must be downloaded separately.
pub(super) fn remote_delivery(head: ops::MailMetadata, session: &SessionId, now: Timestamp) -> Delivery {
    let id = id(&head);
    let oddities = smtp_oddity::of_url(&head.download_url.0);
    let body = Body::Url(DownloadUrl(head.download_url.0));
    let envelope = Envelope {
        id,
        session: session.clone(),
        received_at: head.received_at.0.unwrap_or(now),
        from: head.from_addr.into(),
        to: head.to_addr.into(),
        to_orig: head.to_addr_orig.into(),
        size: u64::try_from(head.raw_size).unwrap_or(0),
        oddities,
    };
    Delivery { envelope, body, order: None }
}

/// Converts a mail from an API response that contains the raw mail as a string. Uses the string only if it has the
/// expected size and no replacement characters; if not, the raw bytes must be downloaded separately.
pub(super) fn inline_delivery(whole: ops::FullMail, session: &SessionId, now: Timestamp) -> Delivery {
    let nowhere_else = whole.head.raw_size < 0 && whole.head.download_url.0.is_empty();
    let mut delivery = remote_delivery(whole.head, session, now);
    let of_that_size = whole.raw.len() as u64 == delivery.envelope.size;
    let exact = (of_that_size || nowhere_else)
        && !whole.raw.is_empty()
        && !whole.raw.contains(char::REPLACEMENT_CHARACTER);
    if exact {
        delivery.body = Body::Inline(whole.raw.into_bytes().into());
    } else if let (Body::Url(url), Some(fingerprint)) = (&delivery.body, TextFingerprint::new(&whole.raw)) {
        delivery.body = Body::UrlWithFingerprint(url.clone(), fingerprint);
    }
    delivery
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::graphql::scalars::{WireTimestamp, WireUrl};

    fn whole(raw: &str, size: i32) -> Delivery {
        let mail = ops::FullMail {
            head: ops::MailMetadata {
                id: cynic::Id::new("m"),
                received_at: WireTimestamp(None),
                from_addr: "a@b".to_owned(),
                to_addr: "c@d".to_owned(),
                to_addr_orig: "c+x@d".to_owned(),
                raw_size: size,
                download_url: WireUrl("http://h/secret".to_owned()),
            },
            raw: raw.to_owned(),
        };
        inline_delivery(mail, &SessionId::new("s"), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn text_stands_for_the_bytes_only_without_replacement_characters() {
        assert_eq!(whole("é\r\n", 4).body, Body::Inline("é\r\n".as_bytes().into()));
        for (raw, size) in [("\u{fffd}", 3), ("ab", 3), ("", 1)] {
            assert!(matches!(whole(raw, size).body, Body::Url(_) | Body::UrlWithFingerprint(..)), "{raw:?}");
        }
        assert!(!format!("{:?}", whole("", 1)).contains("secret"));
    }

    #[test]
    fn an_invalid_timestamp_is_none() {
        let read = |text: &str| serde_json::from_str::<WireTimestamp>(text).unwrap().0;
        assert!(read("\"2026-11-24T03:00:00.123+00:00\"").is_some());
        assert_eq!(read("\"soon\""), None);
        assert_eq!(read("null"), None);
    }
}
