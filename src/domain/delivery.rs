//! A mail that the service reports in a push or in the reply to a query, and the type of that reply.

use super::mail::Envelope;
use super::session::Session;
use super::stored_mail::ArrivalOrder;
use super::text_fingerprint::TextFingerprint;
use bytes::Bytes;

/// Where the client gets the raw bytes of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// The raw bytes of the mail arrived together with the envelope.
    Inline(Bytes),
    /// The raw bytes of the mail can be downloaded from this URL, which is secret.
    Url(DownloadUrl),
    /// The raw bytes of the mail can be downloaded from this URL. The mail also arrived as a string, which may differ
    /// from the raw bytes and of which only the fingerprint is kept.
    UrlWithFingerprint(DownloadUrl, TextFingerprint),
}

/// The download URL of a mail. The URL is secret, because anyone who has it can read the mail.
#[derive(Clone, PartialEq, Eq)]
pub struct DownloadUrl(pub String);

impl std::fmt::Debug for DownloadUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DownloadUrl(***)")
    }
}

/// A mail that the service has reported: its envelope, and where the client gets its raw bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The envelope of the mail as the service reported it.
    pub envelope: Envelope,
    /// Where the client gets the raw bytes of the mail.
    pub body: Body,
    /// Position among the mails with the same timestamp; `None` until the client has assigned a number.
    pub order: Option<ArrivalOrder>,
}

/// An event on the push connection of a session: the connection is ready, or a mail arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Push {
    /// The service has acknowledged the subscription, and from now on reports each mail when it arrives.
    Ready,
    /// A mail arrived in the session.
    Mail(Box<Delivery>),
}

/// Why the service's list of new mails is incomplete: its oldest entries are missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListingGap {
    /// The service reports that the session has older mails but does not return them.
    OlderMailsWithheld,
    /// The service has more new mails than the client reads, so the client fetched only the newest of them.
    TooMany,
}

impl ListingGap {
    /// Returns a sentence for the user that explains why mails are missing from the list.
    pub fn words(self) -> &'static str {
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

/// The reply to a session query: the session with its extended lifetime, and its mails after a known mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchReply {
    /// The queried session with its new expiry time.
    pub session: Session,
    /// The mails that arrived after the known mail in the request, oldest first.
    pub mails: Vec<Delivery>,
    /// Why the oldest of the new mails are missing from `mails`; `None` if `mails` is complete.
    pub gap: Option<ListingGap>,
}
