//! The kinds of faults that the server can inject, with their names in a fault injection plan.

use std::fmt;

/// The stage of an SMTP session at which an injected fault makes the server return an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SmtpStage {
    /// The server replies with an error instead of the banner, and closes the connection.
    Connect,
    /// The server refuses `EHLO` and `HELO`.
    Hello,
    /// The server refuses `MAIL FROM`.
    Mail,
    /// The server refuses `RCPT TO`.
    Rcpt,
    /// The server refuses `DATA`, so the client does not send the mail.
    Data,
    /// The server refuses the mail after receiving it, and does not store it.
    Message,
}

impl SmtpStage {
    /// All SMTP stages, in the order in which they occur in an SMTP session.
    pub const ALL: [Self; 6] =
        [Self::Connect, Self::Hello, Self::Mail, Self::Rcpt, Self::Data, Self::Message];

    /// Returns the name of the SMTP stage in a fault injection plan.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Hello => "ehlo",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Message => "message",
        }
    }
}

/// A kind of fault that the server can inject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The server closes the connection (HTTP, WebSocket, event stream or SMTP) without a reply.
    Drop,
    /// The server delays a request, an event or an SMTP reply.
    Delay,
    /// The server pushes a mail twice.
    Duplicate,
    /// The server replies with HTTP 403 and an HTML page, as a firewall does.
    Http403,
    /// The server replies with HTTP 429 and an HTML page.
    Http429,
    /// The server replies with HTTP 500 and an HTML page.
    Http500,
    /// The server replies with HTTP 502 and an HTML page.
    Http502,
    /// The server replies with the `RATE_LIMIT_EXCEEDED` error although no limit is exceeded. An open subscription ends
    /// with this error.
    RateLimit,
    /// The requested session expires early, and its mail is lost.
    SessionExpiry,
    /// The server sends only the first half of a response, and then closes the connection.
    Truncate,
    /// The server acknowledges a subscription before it listens for mail. Mail that arrives in between is not
    /// pushed.
    LateListening,
    /// The server does not push a mail, although the subscription stays open. Only a query returns the mail.
    LostPush,
    /// The SMTP server replies with a transient error (RFC 5321, section 4.2.1: 4yz), after which the client may try
    /// again.
    SmtpTransient(SmtpStage),
    /// The SMTP server replies with a permanent error (RFC 5321, section 4.2.1: 5yz).
    SmtpPermanent(SmtpStage),
}

impl Fault {
    pub(super) const PLAIN: [Self; 10] = [
        Self::Drop,
        Self::Delay,
        Self::Duplicate,
        Self::Http403,
        Self::Http429,
        Self::Http500,
        Self::Http502,
        Self::RateLimit,
        Self::SessionExpiry,
        Self::Truncate,
    ];

    /// Returns all kinds of faults in a fixed order.
    pub fn all() -> impl Iterator<Item = Self> {
        let later = SmtpStage::ALL.into_iter().map(Self::SmtpTransient);
        let never = SmtpStage::ALL.into_iter().map(Self::SmtpPermanent);
        // New kinds of faults are appended, so that the random numbers of the existing kinds stay the same.
        Self::PLAIN.into_iter().chain(later).chain(never).chain([Self::LateListening, Self::LostPush])
    }

    /// Returns the index of this kind of fault in [`Self::all`].
    pub(super) fn place(self) -> usize {
        Self::all().position(|fault| fault == self).unwrap_or_default()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Drop => "drop",
            Self::Delay => "delay",
            Self::Duplicate => "duplicate",
            Self::Http403 => "403",
            Self::Http429 => "429",
            Self::Http500 => "500",
            Self::Http502 => "502",
            Self::RateLimit => "rate-limit",
            Self::SessionExpiry => "session-expiry",
            Self::Truncate => "truncate",
            Self::LateListening => "late-listening",
            Self::LostPush => "lost-push",
            Self::SmtpTransient(stage) => return write!(f, "smtp-4xx@{}", stage.name()),
            Self::SmtpPermanent(stage) => return write!(f, "smtp-5xx@{}", stage.name()),
        })
    }
}
