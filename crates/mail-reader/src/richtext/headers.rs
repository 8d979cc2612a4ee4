//! Lays out the decoded header fields of a mail. A description of the receiving server's sender checks (SPF, DKIM,
//! DMARC) precedes them.

use super::Role;
use super::page::LineBuilder;
use super::wrap::StyledText;
use crate::mail::Mail;
use crate::sanitize::SafeText;

/// Maximum number of `Authentication-Results` header fields that are described in words. Further fields of this kind
/// are only listed with the other header fields.
const MAX_REPORTS: usize = 5;

pub(super) fn lay_out(page: &mut LineBuilder, mail: &Mail) {
    let reports =
        mail.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("Authentication-Results"));
    let mut any_reported = false;
    for said in reports.take(MAX_REPORTS).filter_map(|header| in_words(&header.value)) {
        page.note(&said);
        any_reported = true;
    }
    if any_reported {
        page.note("Only what your own server says can be trusted; a sender can write such lines too.");
        page.blank();
    }
    for header in &mail.headers {
        let name = SafeText::new(&format!("{}: ", header.name));
        page.push(&[
            StyledText { text: name, role: Role::HeaderName, link: None },
            StyledText { text: header.value.clone(), role: Role::Plain, link: None },
        ]);
    }
    if mail.headers.is_empty() {
        page.note("This mail has no header.");
    }
}

/// Describes the results of sender checks in a sentence (RFC 8601); `None` if `value` contains no known check. An
/// example of a value is `mx.example; spf=pass smtp.mailfrom=a.example; dkim=fail`.
fn in_words(value: &str) -> Option<String> {
    let mut parts = value.split(';').map(str::trim);
    let server = parts.next()?.split_ascii_whitespace().next()?;
    let found: Vec<String> = parts.filter_map(method).collect();
    (!found.is_empty()).then(|| format!("{server} says: {}.", found.join(", ")))
}

fn method(part: &str) -> Option<String> {
    let mut words = part.split_ascii_whitespace();
    let (name, result) = words.next()?.split_once('=')?;
    let what = match name.split('/').next()?.to_ascii_lowercase().as_str() {
        "spf" => "the sending server (SPF)",
        "dkim" => "the signature (DKIM)",
        "dmarc" => "the sender's domain (DMARC)",
        "arc" => "the chain of forwarders (ARC)",
        "iprev" => "the server's name (iprev)",
        "auth" => "the sender's login",
        _ => return None,
    };
    let outcome = match result.to_ascii_lowercase().as_str() {
        "pass" => "is right",
        "fail" | "hardfail" => "is WRONG",
        "softfail" => "is doubtful",
        "none" => "was not given",
        "neutral" | "policy" => "says nothing",
        "temperror" | "permerror" => "could not be checked",
        _ => return None,
    };
    let domain = words.find_map(|word| {
        let (property, value) = word.split_once('=')?;
        matches!(property, "header.d" | "header.from" | "smtp.mailfrom" | "smtp.helo" | "header.i")
            .then_some(value)
    });
    Some(match domain {
        Some(domain) => format!("{what} {outcome} for {domain}"),
        None => format!("{what} {outcome}"),
    })
}
