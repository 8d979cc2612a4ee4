//! Oddities of a delivery: rules of SMTP that the sender of a mail broke. The local server accepts such
//! mail nevertheless. The names of the oddities travel as a parameter of the download URL, beside the mail and not in its bytes.

/// Name of the parameter of a download URL that names the oddities.
const PARAMETER: &str = "oddities";
/// Maximum length of a download URL in bytes that is searched for the parameter.
const MAX_URL_BYTES: usize = 4096;

/// A broken rule of RFC 5321 in a command that was accepted nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SmtpOddity {
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
    const ALL: [Self; 5] = [
        Self::NoAngleBrackets,
        Self::SpaceAroundColon,
        Self::MisplacedDot,
        Self::NoClientName,
        Self::NoSenderDomain,
    ];

    /// Returns the name of the oddity, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAngleBrackets => "no-angle-brackets",
            Self::SpaceAroundColon => "space-around-colon",
            Self::MisplacedDot => "misplaced-dot",
            Self::NoClientName => "no-client-name",
            Self::NoSenderDomain => "no-sender-domain",
        }
    }

    /// Returns the fault and the rule that it breaks, for the log and for the reader of the mail.
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

/// Writes the names of oddities, separated by commas.
pub fn names(oddities: &[SmtpOddity]) -> String {
    let names: Vec<&str> = oddities.iter().map(|oddity| oddity.name()).collect();
    names.join(",")
}

/// Reads names that [`names`] wrote. Unknown names are ignored, and each name counts once.
pub fn parse(names: &str) -> Vec<SmtpOddity> {
    let has = |oddity: &SmtpOddity| names.split(',').any(|name| name == oddity.name());
    SmtpOddity::ALL.into_iter().filter(has).collect()
}

/// Reads the oddities from a download URL.
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
        let url = format!("http://h/download/mail/x/y?oddities={}", names(&odd));
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
