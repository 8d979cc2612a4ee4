//! Defines the types for a mail as reported by the service, for a push event, and for the response to a query.

use super::mail::Envelope;
use super::session::Session;
use super::stored_mail::ArrivalOrder;
use super::text_fingerprint::TextFingerprint;
use bytes::Bytes;

/// The source of the raw bytes of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// The raw bytes of the mail arrived together with the envelope.
    Inline(Bytes),
    /// The raw bytes of the mail can be downloaded from this URL, which is secret.
    Url(DownloadUrl),
    /// The raw bytes of the mail can be downloaded from this URL. The mail also arrived as a string. Because the string
    /// may differ from the raw bytes, only its fingerprint is kept.
    UrlWithFingerprint(DownloadUrl, TextFingerprint),
}

/// The download URL of a mail. It is secret, because anyone who knows it can read the mail.
#[derive(Clone, PartialEq, Eq)]
pub struct DownloadUrl(pub String);

impl std::fmt::Debug for DownloadUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DownloadUrl(***)")
    }
}

/// A mail that the service has reported: its envelope, and the source of its raw bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The envelope of the mail as the service reported it.
    pub envelope: Envelope,
    /// The source of the raw bytes of the mail.
    pub body: Body,
    /// Position of the mail among mails with the same timestamp; `None` until the client has assigned it.
    pub order: Option<ArrivalOrder>,
}

/// An event on the push connection of a session: the connection has become ready, or a mail has arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Push {
    /// The service has acknowledged the subscription, and will push each mail when it arrives.
    Ready,
    /// A mail arrived in the session.
    Mail(Box<Delivery>),
}

/// The reason why the service's list of new mails lacks the oldest ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListingGap {
    /// The service reports that the session has older mails, but does not return them.
    OlderMailsWithheld,
    /// The number of new mails exceeds the client's limit, so the client read only the newest ones.
    TooMany,
}

impl ListingGap {
    /// Returns a sentence for the user that explains why mails are missing from the list.
    pub fn description(self) -> &'static str {
        match self {
            Self::OlderMailsWithheld => {
                "the service says that there is older mail, and does not list it; the listed mail was fetched"
            }
            Self::TooMany => {
                "the service lists more mail than this program reads; the newest mail was fetched, older mail is missing"
            }
        }
    }
}

/// The response to a query of a session: the session with its extended lifetime, and the mails that arrived after the
/// last known mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchReply {
    /// The queried session, with its new expiry time.
    pub session: Session,
    /// The mails that arrived after the last known mail, oldest first.
    pub mails: Vec<Delivery>,
    /// The reason why the oldest of the new mails are missing from `mails`; `None` if `mails` is complete.
    pub gap: Option<ListingGap>,
}
