//! Identifies the SMTP rules that a client violated when it sent a mail. The local server accepts such a mail anyway,
//! and lists the violations in a parameter of the mail's download URL, because the bytes of the mail must not be
//! changed.

/// Name of the download URL parameter that lists the violations of SMTP rules.
const PARAMETER: &str = "oddities";
/// Maximum length in bytes of a download URL that is searched for violations of SMTP rules. Longer URLs are not
/// searched.
const MAX_URL_BYTES: usize = 4096;

/// A violation of RFC 5321 in an SMTP command that the server accepted anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SmtpOddity {
    /// The address is not in angle brackets: `MAIL FROM:a@b.test`.
    NoAngleBrackets,
    /// A space precedes or follows the colon: `MAIL FROM: <a@b.test>`.
    SpaceAroundColon,
    /// The local part of an address starts or ends with a dot, or contains two consecutive dots.
    MisplacedDot,
    /// The `HELO` or `EHLO` command has no host name.
    NoClientName,
    /// The sender address has no domain: `MAIL FROM:<root>`.
    NoSenderDomain,
}

impl SmtpOddity {
    const ALL: [Self; 5] = [
        Self::NoAngleBrackets,
        Self::SpaceAroundColon,
        Self::MisplacedDot,
        Self::NoClientName,
        Self::NoSenderDomain,
    ];

    /// Returns the identifier of the violation, such as `misplaced-dot`, which is used in URLs and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAngleBrackets => "no-angle-brackets",
            Self::SpaceAroundColon => "space-around-colon",
            Self::MisplacedDot => "misplaced-dot",
            Self::NoClientName => "no-client-name",
            Self::NoSenderDomain => "no-sender-domain",
        }
    }

    /// Returns a description of the violation and the violated rule, for the log and for the user who reads the mail.
    pub fn text(self) -> &'static str {
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

/// Formats violations of SMTP rules as a comma-separated list of their names, such as `misplaced-dot`.
pub fn names(oddities: &[SmtpOddity]) -> String {
    let names: Vec<&str> = oddities.iter().map(|oddity| oddity.name()).collect();
    names.join(",")
}

/// Parses a comma-separated list of violations of SMTP rules in the format of [`names`]. Unknown and repeated names are
/// ignored.
pub fn parse(names: &str) -> Vec<SmtpOddity> {
    let has = |oddity: &SmtpOddity| names.split(',').any(|name| name == oddity.name());
    SmtpOddity::ALL.into_iter().filter(has).collect()
}

/// Returns the query string of a download URL, including the leading `?`, that lists the violations of SMTP rules;
/// empty if no rule was violated.
pub fn url_parameter(oddities: &[SmtpOddity]) -> String {
    if oddities.is_empty() { String::new() } else { format!("?{PARAMETER}={}", names(oddities)) }
}

/// Returns the violations of SMTP rules that a download URL lists; empty if it lists none.
pub fn of_url(url: &str) -> Vec<SmtpOddity> {
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    if url.len() > MAX_URL_BYTES {
        return Vec::new();
    }
    let mut values = parameters.split('&').filter_map(|parameter| parameter.split_once('='));
    values.find(|(name, _)| *name == PARAMETER).map(|(_, names)| parse(names)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_url_carries_known_oddities_only() {
        let odd = [SmtpOddity::NoAngleBrackets, SmtpOddity::MisplacedDot];
        let url = format!("http://h/download/mail/x/y{}", url_parameter(&odd));
        assert_eq!(url_parameter(&[]), "");
        assert_eq!(of_url(&url), odd);
        for (url, found) in [
            ("http://h/x", vec![]),
            ("http://h/x?oddities=", vec![]),
            ("http://h/x?a=b&oddities=evil,no-client-name,no-client-name", vec![SmtpOddity::NoClientName]),
            ("http://h/x?noddities=no-client-name", vec![]),
        ] {
            assert_eq!(of_url(url), found, "{url}");
        }
    }
}
