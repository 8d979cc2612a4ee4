//! The kinds of faults, by the names under which a plan knows them.

use std::fmt;

/// Where in an SMTP dialogue a refusal strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SmtpStage {
    /// In place of the banner; the connection is closed.
    Connect,
    /// `EHLO` and `HELO`.
    Hello,
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Rcpt,
    /// `DATA`, before the mail.
    Data,
    /// After the mail, in place of storing it.
    Message,
}

impl SmtpStage {
    /// All stages, in the order of a dialogue.
    pub const ALL: [Self; 6] =
        [Self::Connect, Self::Hello, Self::Mail, Self::Rcpt, Self::Data, Self::Message];

    /// The name of the stage in a plan.
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

/// One kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The connection (HTTP, WebSocket, stream, SMTP) is closed without a word.
    Drop,
    /// A request, an event or an SMTP reply is held back for a while.
    Delay,
    /// A mail is pushed twice.
    Duplicate,
    /// HTTP 403 with an HTML page, as a firewall writes it.
    Http403,
    /// HTTP 429 with an HTML page.
    Http429,
    /// HTTP 500 with an HTML page.
    Http500,
    /// HTTP 502 with an HTML page.
    Http502,
    /// `RATE_LIMIT_EXCEEDED`, although no limit is reached; a running subscription ends with it.
    RateLimit,
    /// The session that is asked for lapses, with its mail.
    SessionExpiry,
    /// A reply is cut in the middle and the connection closed.
    Truncate,
    /// A subscription is acknowledged before the server listens: mail that comes meanwhile is not pushed.
    LateListening,
    /// SMTP says "try again later" (RFC 5321, 4.2.1: 4yz).
    SmtpLater(SmtpStage),
    /// SMTP says "never" (5yz).
    SmtpNever(SmtpStage),
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

    /// All kinds, always in the same order.
    pub fn all() -> impl Iterator<Item = Self> {
        let later = SmtpStage::ALL.into_iter().map(Self::SmtpLater);
        let never = SmtpStage::ALL.into_iter().map(Self::SmtpNever);
        // What was added later stands last: the throws of the others stay as they are.
        Self::PLAIN.into_iter().chain(later).chain(never).chain([Self::LateListening])
    }

    /// Where the kind stands among all.
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
            Self::SmtpLater(stage) => return write!(f, "smtp-4xx@{}", stage.name()),
            Self::SmtpNever(stage) => return write!(f, "smtp-5xx@{}", stage.name()),
        })
    }
}
