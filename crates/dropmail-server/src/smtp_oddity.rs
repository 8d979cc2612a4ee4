//! Oddities of a delivery: rules of SMTP that the sender of a mail broke. The server accepts such mail
//! nevertheless. The names of the oddities travel as a parameter of the download URL, beside the mail and not in its bytes.

/// Name of the parameter of a download URL that names the oddities.
const PARAMETER: &str = "oddities";

/// A broken rule of RFC 5321 in a command that was accepted nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SmtpOddity {
    /// An address without angle brackets: `MAIL FROM:a@b.test`.
    NoAngleBrackets,
    /// A space around the colon: `MAIL FROM: <a@b.test>`.
    SpaceAroundColon,
    /// A local part that starts or ends with a dot, or has two in a row.
    MisplacedDot,
    /// `HELO` or `EHLO` without a name.
    NoClientName,
    /// A sender without a domain: `MAIL FROM:<root>`.
    NoSenderDomain,
}

impl SmtpOddity {
    /// Returns the name of the oddity, for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoAngleBrackets => "no-angle-brackets",
            Self::SpaceAroundColon => "space-around-colon",
            Self::MisplacedDot => "misplaced-dot",
            Self::NoClientName => "no-client-name",
            Self::NoSenderDomain => "no-sender-domain",
        }
    }

    /// Returns the fault and the rule that it breaks, for the log and for the reader of the mail.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::NoAngleBrackets => "the address has no angle brackets (RFC 5321, 4.1.2: <user@host>)",
            Self::SpaceAroundColon => "a space stands beside the colon (RFC 5321, 3.3: MAIL FROM:<...>)",
            Self::MisplacedDot => {
                "a dot stands at the edge of the local part or beside another (RFC 5321, 4.1.2)"
            }
            Self::NoClientName => "HELO or EHLO names no host (RFC 5321, 4.1.1.1)",
            Self::NoSenderDomain => "the sender has no domain (RFC 5321, 4.1.2: <user@host>)",
        }
    }
}

/// Writes the names of oddities, separated by commas.
fn names(oddities: &[SmtpOddity]) -> String {
    let names: Vec<&str> = oddities.iter().map(|oddity| oddity.name()).collect();
    names.join(",")
}

/// Returns the parameter for a download URL, with its question mark; empty without oddities.
pub(crate) fn url_parameter(oddities: &[SmtpOddity]) -> String {
    if oddities.is_empty() { String::new() } else { format!("?{PARAMETER}={}", names(oddities)) }
}
