//! Warns the user of suspicious links, such as a link to a host with look-alike letters, or a link whose text
//! names another host.

use super::look_alike::looks_ascii;
use core::net::IpAddr;
use mail_reader::sanitize::SafeText;
use unicode_security::MixedScript;
use url::{Host, Url};

/// Returns the registrable domain of a host in lowercase, such as `example.co.uk`; the host itself if it has
/// no registrable domain, for example an IP address. A domain with letters outside ASCII is returned in
/// Punycode (RFC 3492).
pub fn site(host: &str) -> String {
    let host = host.trim_end_matches('.').to_lowercase();
    let domain = if host.parse::<IpAddr>().is_ok() { None } else { psl2::registrable_domain(&host) };
    domain.unwrap_or(host)
}

/// Returns whether a host belongs to the registrable domain `own`. The caller must obtain `own` from [`site`].
pub(super) fn is_of_site(host: &str, own: &str) -> bool {
    // A lookup in the public suffix list is slow; this comparison rules out nearly all other hosts first.
    if host.is_ascii() {
        let host = host.trim_end_matches('.');
        let tail = host.len().checked_sub(own.len()).and_then(|from| host.get(from..));
        if tail.is_none_or(|tail| !tail.eq_ignore_ascii_case(own)) {
            return false;
        }
        if host.len() == own.len() {
            return true;
        }
    }
    site(host) == own
}

/// Returns the warnings about a link with this URL and the link text `words`.
pub(super) fn warnings(url: &Url, words: &str) -> Vec<SafeText> {
    let mut found = Vec::new();
    if !matches!(url.scheme(), "http" | "https" | "mailto" | "tel" | "sms") {
        found.push(format!("it is not a web address: '{}:'", url.scheme()));
    }
    if matches!(url.scheme(), "http" | "https") {
        if !url.username().is_empty() || url.password().is_some() {
            found.push(format!(
                "the part before '@' is not the host; it leads to {}",
                url.host_str().unwrap_or_default()
            ));
        }
        match url.host() {
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
                found.push("it leads to an IP address instead of a host name".to_owned());
            }
            Some(Host::Domain(host)) => {
                found.extend(look_alike(host));
                found.extend(other_host(host, words));
            }
            None => {}
        }
    }
    found.iter().map(|warning| SafeText::new(warning)).collect()
}

/// Returns a warning if a host name is internationalised (Punycode); `None` for other host names. The warning mentions
/// look-alike letters if a label of the name mixes several scripts or looks like ASCII text.
fn look_alike(host: &str) -> Option<String> {
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let (shown, _) = idna::domain_to_unicode(host);
    let odd =
        shown.split('.').any(|label| !label.is_ascii() && (!label.is_single_script() || looks_ascii(label)));
    Some(if odd {
        format!("its host '{shown}' has look-alike letters ({host})")
    } else {
        format!("its host is '{shown}' ({host})")
    })
}

/// Maximum number of words in a link text that are checked for host names; later words are ignored.
const MAX_WORDS: usize = 60;
/// Two-letter top-level domains that are also common endings of file names, program names and words. A word
/// with such an ending counts as a host name only if it is the whole link text.
const AMBIGUOUS: [&str; 24] = [
    "ai", "am", "as", "at", "be", "cc", "do", "fm", "in", "io", "is", "it", "me", "md", "my", "no", "pl",
    "ps", "py", "rs", "sh", "so", "to", "us",
];

/// Returns a warning if the link text `words` names a host other than the one to which the link leads; `None` if the
/// text names no host or the correct host.
fn other_host(host: &str, words: &str) -> Option<String> {
    // Text without a dot cannot contain a host name.
    if !words.contains('.') {
        return None;
    }
    let alone = words.split_whitespace().nth(1).is_none();
    let words = || words.split_whitespace().take(MAX_WORDS).map(bare_word);
    let named = words().find_map(|word| named_host(word, alone))?;
    let own = site(host);
    // A link text that names the real host may name other hosts as well.
    if words().filter_map(spelled_host).any(|named| is_of_site(named, &own)) {
        return None;
    }
    Some(format!("its text names {named}, but it leads to {host}"))
}

/// Returns a word without surrounding quotes and brackets, and without trailing punctuation.
fn bare_word(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/')
}

/// Returns the part of a word that would be the host if the word were a URL, such as `shop.example` for
/// `https://shop.example/path`.
fn spelled_host(word: &str) -> Option<&str> {
    let mut bare = word;
    for lead in ["https://", "http://", "//"] {
        while let Some(rest) = bare.strip_prefix(lead) {
            bare = rest;
        }
    }
    Some(bare.split(['/', '?', '#', ':']).next()?.trim_end_matches('.'))
}

/// Returns the host that a word of a link text names; `None` if the word is not a host name. The rules are stricter if
/// the word is not the whole link text (`alone` is `false`).
fn named_host(word: &str, alone: bool) -> Option<String> {
    if word.contains('@') {
        return None;
    }
    let spelled_out = word.contains("://") || word.starts_with("www.");
    let named = spelled_host(word)?;
    // A name with a dot and capitals is usually a brand.
    if !named.contains('.') || !(alone || spelled_out || named == named.to_lowercase()) {
        return None;
    }
    let named = named.to_lowercase();
    let domain = psl2::analyze(&named).filter(psl2::Info::is_known);
    let ending = domain.as_ref().map(psl2::Info::suffix);
    let is_host = spelled_out
        || ending.is_some_and(|ending| {
            let common = ["com", "org", "net", "gov", "edu", "info", "bank"].contains(&ending);
            let country = ending.contains('.') || ending.len() == 2 && !AMBIGUOUS.contains(&ending);
            alone || common || country
        });
    is_host.then_some(named)
}

#[cfg(test)]
mod tests {
    use super::{is_of_site, other_host, site, warnings};
    use url::Url;

    #[test]
    fn numbers_to_call_are_no_danger() {
        for (url, count) in [
            ("tel:+3225550101", 0),
            ("sms:+3225550101", 0),
            ("mailto:a@b.example", 0),
            ("ftp://a.example/", 1),
        ] {
            assert_eq!(warnings(&Url::parse(url).unwrap(), "Call us").len(), count, "{url}");
        }
    }

    #[test]
    fn the_registrable_domain_follows_the_public_suffix_list() {
        for (host, domain) in [
            ("www.Example.CO.UK.", "example.co.uk"),
            ("mail.alice.github.io", "alice.github.io"),
            ("co.uk", "co.uk"),
            ("localhost", "localhost"),
            ("a.b.shop.example", "shop.example"),
            ("post.b\u{fc}cher.example", "xn--bcher-kva.example"),
            ("10.0.0.1", "10.0.0.1"),
            ("[::1]", "[::1]"),
            ("not a host", "not a host"),
            ("", ""),
        ] {
            assert_eq!(site(host), domain, "{host}");
        }
        assert!(is_of_site("xn--bcher-kva.example", &site("post.b\u{fc}cher.example")));
    }

    #[test]
    fn link_text_that_names_another_host_is_reported() {
        for words in [
            "paypal.com",
            "https://www.paypal.com/signin",
            "Sign in at paypal.com to go on",
            "Log in to https://paypal.com/login now",
            "(www.paypal.com)",
            "weiter auf paypal.com.",
            "mybank.co.uk: confirm",
        ] {
            assert!(other_host("evil.example", words).is_some(), "{words}");
        }
    }

    #[test]
    fn link_text_that_names_no_host_or_the_same_is_not_reported() {
        for words in [
            "",
            "Confirm your address",
            "Open report.pdf",
            "Read README.md and main.rs first",
            "What is new in node.js and socket.io",
            "Version 4.12.0 is out",
            "Pay with Booking.com",
            "Write to help@paypal.com",
            "shop.example",
            "From paypal.com to shop.example",
            "e.g. this one",
            "Click here.It is quick",
        ] {
            assert_eq!(other_host("www.shop.example", words), None, "{words}");
        }
    }
}
