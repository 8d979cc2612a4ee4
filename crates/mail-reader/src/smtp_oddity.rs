//! SMTP rules that the sender of a mail broke. The local server accepts such mail nevertheless. It adds the names of
//! the broken rules to the download URL as a parameter, because the mail's bytes must not change.

/// Name of the parameter of a download URL that lists the broken SMTP rules.
const PARAMETER: &str = "oddities";
/// Maximum length in bytes of a download URL that is searched for the parameter. In a longer URL, the parameter is
/// ignored.
const MAX_URL_BYTES: usize = 4096;

/// A rule of RFC 5321 that a command broke. The server accepted the command nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SmtpOddity {
    /// An address had no angle brackets: `MAIL FROM:a@b.test`.
    NoAngleBrackets,
    /// There was a space after or before the colon: `MAIL FROM: <a@b.test>`.
    SpaceAroundColon,
    /// A local part started or ended with a dot, or contained two consecutive dots.
    MisplacedDot,
    /// The command `HELO` or `EHLO` contained no host name.
    NoClientName,
    /// The sender address had no domain: `MAIL FROM:<root>`.
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

    /// Returns the name of the broken rule in URLs and JSON, such as `misplaced-dot`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAngleBrackets => "no-angle-brackets",
            Self::SpaceAroundColon => "space-around-colon",
            Self::MisplacedDot => "misplaced-dot",
            Self::NoClientName => "no-client-name",
            Self::NoSenderDomain => "no-sender-domain",
        }
    }

    /// Returns a description of the fault and of the broken rule, for the log and for the reader of the mail.
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

/// Formats broken SMTP rules as a list of their names, separated by commas.
pub fn names(oddities: &[SmtpOddity]) -> String {
    let names: Vec<&str> = oddities.iter().map(|oddity| oddity.name()).collect();
    names.join(",")
}

/// Parses a list of names that [`names`] formatted. Unknown names and repeated names are ignored.
pub fn parse(names: &str) -> Vec<SmtpOddity> {
    let has = |oddity: &SmtpOddity| names.split(',').any(|name| name == oddity.name());
    SmtpOddity::ALL.into_iter().filter(has).collect()
}

/// Returns the query string that lists the broken SMTP rules in a download URL, with the question mark; an
/// empty string if no rule was broken.
pub fn url_parameter(oddities: &[SmtpOddity]) -> String {
    if oddities.is_empty() { String::new() } else { format!("?{PARAMETER}={}", names(oddities)) }
}

/// Reads the broken SMTP rules from a download URL.
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
