//! What is suspicious about a link, in words.

use crate::domain::sanitize::SafeText;
use unicode_security::MixedScript;
use url::{Host, Url};

/// The part of a host that its owner registered (`example.co.uk`), in lower case; the host
/// itself where there is none.
pub(super) fn site(host: &str) -> String {
    let host = host.trim_end_matches('.').to_lowercase();
    psl::domain_str(&host).unwrap_or(&host).to_owned()
}

/// Whether a host is of a [`site`].
pub(super) fn is_of_site(host: &str, own: &str) -> bool {
    // The list of what may be registered is slow to ask, and nearly no other host ends like it.
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

/// Warnings about an absolute address that stands under some words.
pub(super) fn warnings(url: &Url, words: &str) -> Vec<SafeText> {
    let mut found = Vec::new();
    if !matches!(url.scheme(), "http" | "https" | "mailto") {
        found.push(format!("it is no web address but '{}:'", url.scheme()));
    }
    if matches!(url.scheme(), "http" | "https") {
        if !url.username().is_empty() || url.password().is_some() {
            found.push(format!(
                "what stands before '@' is no host; it goes to {}",
                url.host_str().unwrap_or_default()
            ));
        }
        match url.host() {
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
                found.push("it goes to a bare number instead of a name".to_owned());
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

/// A host in letters of several scripts, or in letters that look like Latin ones.
fn look_alike(host: &str) -> Option<String> {
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let (shown, _) = idna::domain_to_unicode(host);
    let odd = shown.split('.').any(|label| {
        let skeleton: String = unicode_security::skeleton(label).collect();
        !label.is_ascii() && (!label.is_single_script() || skeleton.is_ascii())
    });
    Some(if odd {
        format!("its host '{shown}' has letters that look like others ({host})")
    } else {
        format!("its host is '{shown}' ({host})")
    })
}

/// How many words of a link are looked at.
const MAX_WORDS: usize = 60;
/// Endings of two letters that end file names, names of programs and words of running text at
/// least as often as hosts.
const AMBIGUOUS: [&str; 24] = [
    "ai", "am", "as", "at", "be", "cc", "do", "fm", "in", "io", "is", "it", "me", "md", "my", "no", "pl",
    "ps", "py", "rs", "sh", "so", "to", "us",
];

/// The words name one host, the link goes to another.
fn other_host(host: &str, words: &str) -> Option<String> {
    let alone = words.split_whitespace().nth(1).is_none();
    let words = || words.split_whitespace().take(MAX_WORDS).map(bare_word);
    let named = words().find_map(|word| named_host(word, alone))?;
    let own = site(host);
    // Words that tell where it goes may speak of others as well.
    if words().filter_map(spelled_host).any(|named| is_of_site(named, &own)) {
        return None;
    }
    Some(format!("its words name {named}, but it goes to {host}"))
}

/// Without quotes, brackets and the mark that ends a sentence.
fn bare_word(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/')
}

/// What stands where an address has its host.
fn spelled_host(word: &str) -> Option<&str> {
    let mut bare = word;
    for lead in ["https://", "http://", "//"] {
        while let Some(rest) = bare.strip_prefix(lead) {
            bare = rest;
        }
    }
    Some(bare.split(['/', '?', '#', ':']).next()?.trim_end_matches('.'))
}

/// The host that a word is; among other words only one that can be nothing else.
fn named_host(word: &str, alone: bool) -> Option<String> {
    if word.contains('@') {
        return None;
    }
    let spelled_out = word.contains("://") || word.starts_with("www.");
    let named = spelled_host(word)?;
    // A name with capitals is a brand that is spoken of.
    if !named.contains('.') || !(alone || spelled_out || named == named.to_lowercase()) {
        return None;
    }
    let named = named.to_lowercase();
    let suffix = psl::suffix(named.as_bytes()).filter(psl::Suffix::is_known);
    let ending = suffix.and_then(|suffix| std::str::from_utf8(suffix.as_bytes()).ok());
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
    use super::other_host;

    #[test]
    fn words_that_name_another_host_are_told() {
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
    fn words_that_name_none_or_the_same_are_not() {
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
