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

/// Warnings about an absolute address that stands under some words.
pub(super) fn warnings(address: &str, words: &str) -> Vec<SafeText> {
    let Ok(url) = Url::parse(address) else { return Vec::new() };
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

/// The words name one host, the link goes to another.
fn other_host(host: &str, words: &str) -> Option<String> {
    let word = words.split_whitespace().next().filter(|_| words.split_whitespace().count() == 1)?;
    let spelled = word.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("//");
    let named = spelled.split(['/', '?', '#', ':']).next()?.to_lowercase();
    let spelled_out = word.contains("://") || word.starts_with("www.");
    let suffix = psl::suffix(named.as_bytes());
    let known = suffix.is_some_and(|suffix| suffix.is_known());
    let is_host = named.contains('.') && !named.contains('@') && (known || spelled_out);
    (is_host && site(&named) != site(host)).then(|| format!("its words name {named}, but it goes to {host}"))
}
