//! Oddities of a mail: rules of SMTP that its sender broke. The server accepts such a mail nevertheless. The names
//! of the oddities are in a parameter of the mail's download URL and not in the mail itself.

/// Name of the download URL parameter that lists the oddities.
const PARAMETER: &str = "oddities";

/// A broken rule of RFC 5321 in an SMTP command that the server accepted nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SmtpOddity {
    /// An address without angle brackets: `MAIL FROM:a@b.test`.
    NoAngleBrackets,
    /// A space before or after the colon: `MAIL FROM: <a@b.test>`.
    SpaceAroundColon,
    /// A local part that starts or ends with a dot or contains two consecutive dots.
    MisplacedDot,
    /// A `HELO` or `EHLO` without the name of the client.
    NoClientName,
    /// A sender without a domain: `MAIL FROM:<root>`.
    NoSenderDomain,
}

impl SmtpOddity {
    /// Returns the machine-readable name of the oddity.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoAngleBrackets => "no-angle-brackets",
            Self::SpaceAroundColon => "space-around-colon",
            Self::MisplacedDot => "misplaced-dot",
            Self::NoClientName => "no-client-name",
            Self::NoSenderDomain => "no-sender-domain",
        }
    }

    /// Returns a description of the oddity and the rule that it breaks, for the log and the user.
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

/// Returns the names of oddities, separated by commas.
fn names(oddities: &[SmtpOddity]) -> String {
    let names: Vec<&str> = oddities.iter().map(|oddity| oddity.name()).collect();
    names.join(",")
}

/// Returns the oddities as a query string for a download URL, with the question mark; an empty string without
/// oddities.
pub(crate) fn url_parameter(oddities: &[SmtpOddity]) -> String {
    if oddities.is_empty() { String::new() } else { format!("?{PARAMETER}={}", names(oddities)) }
}
