//! Mails that the service reports, in a push or in the reply to a query.

use super::mail::Envelope;
use super::session::Session;
use super::stored_mail::ArrivalOrder;
use super::text_sketch::TextSketch;
use bytes::Bytes;

/// Where the program gets the bytes of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// The exact bytes of the mail arrived with the envelope.
    Here(Bytes),
    /// The program can download the bytes of the mail from this URL, which is a secret.
    At(DownloadUrl),
    /// The program can download the bytes from this URL, and a text of the mail arrived too. The text is not
    /// exact.
    AtBesideText(DownloadUrl, TextSketch),
}

/// The download URL of a mail, which is a secret, because anyone who has the URL can read the mail.
#[derive(Clone, PartialEq, Eq)]
pub struct DownloadUrl(pub String);

impl std::fmt::Debug for DownloadUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DownloadUrl(***)")
    }
}

/// A mail that the service reported: its envelope, and where its bytes are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The envelope of the mail, as the service reports it.
    pub envelope: Envelope,
    /// Where the program gets the bytes of the mail.
    pub body: Body,
    /// Position among the mails of the same time; `None` until the client numbers the mail.
    pub order: Option<ArrivalOrder>,
}

/// Events on the push connection of a session: the connection is ready, or a mail arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Push {
    /// The service has acknowledged the subscription, and from now on reports each mail on arrival.
    Ready,
    /// A mail arrived in the session.
    Mail(Box<Delivery>),
}

/// Why the service's list of new mails lacks older ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListingGap {
    /// The service says that older mails follow, and does not list them.
    Stuck,
    /// The service lists more mails than the client reads. The reply contains only the newest ones.
    TooMany,
}

impl ListingGap {
    /// Describes the missing content for the user, in one sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stuck => {
                "the service says that there is older mail, and does not list it; the listed mail was fetched"
            }
            Self::TooMany => {
                "the service lists more mail than this program reads; the newest mail was fetched, older mail is missing"
            }
        }
    }
}

/// The reply to a touch: the session with its extended life, and the mails that arrived after a known one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchReply {
    /// The session with its new time of expiry.
    pub session: Session,
    /// The mails that arrived after the mail named in the request, oldest first.
    pub mails: Vec<Delivery>,
    /// Why the oldest of these mails are missing in `mails`; `None` if `mails` contains all of them.
    pub gap: Option<ListingGap>,
}
