//! The filter of a wait: the conditions that a matching mail must satisfy.

use super::super::lookup::is_same_address;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Envelope;
use crate::domain::time::Timestamp;
use mail_codes::{LinkKind, MailWithFindings};

/// The point from which a wait looks for mail. Mail that arrived before this point does not match.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StartPoint {
    /// A mail matches if it arrives after the start of the wait. The value is the local time of the start.
    Start(Timestamp),
    /// A mail matches if the service received it at or after the given local time.
    Since(Timestamp),
    /// A mail matches if it arrived after the mail with the given id; `None` means that all mails of the session
    /// match.
    After(Option<MailId>),
}

/// The conditions of a wait. A mail matches only if it satisfies all of them.
#[expect(clippy::struct_excessive_bools, reason = "independent conditions, in any combination")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitFilter {
    /// The start point of the wait; mail that arrived before it does not match.
    pub start_point: StartPoint,
    /// Session to which a matching mail must belong; `None` for any session.
    pub session: Option<SessionId>,
    /// Address to which a matching mail must have been sent; `None` for any address.
    pub address: Option<String>,
    /// Text that the sender's name or address must contain, ignoring case; `None` for any sender.
    pub from: Option<String>,
    /// Text that the subject must contain, ignoring case; `None` for any subject.
    pub subject: Option<String>,
    /// `true` if a matching mail must contain a code.
    pub with_code: bool,
    /// Kind of link that a matching mail must contain with a confidence of at least 50 %; `None` if no particular kind
    /// is required.
    pub with_link: Option<LinkKind>,
    /// `true` if a matching mail must contain a link of any kind with a confidence of at least 50 %.
    pub with_any_link: bool,
    /// Earliest local time at which a matching mail may have been received; `None` for any time. This condition applies
    /// in addition to the start point.
    pub since: Option<Timestamp>,
    /// `true` if the wait may replace a matching mail with the mail that contains the newest code from the same sender
    /// to the same recipient. It does so only if that mail also matches the filter.
    pub takes_current_code: bool,
    /// `true` if the wait ends once all mails currently on the service have been checked, even if none of them
    /// matches.
    pub looks_once: bool,
}

impl WaitFilter {
    /// Creates a filter whose only condition is the start point.
    pub fn from_start_point(start_point: StartPoint) -> Self {
        Self {
            start_point,
            session: None,
            address: None,
            from: None,
            subject: None,
            with_code: false,
            with_link: None,
            with_any_link: false,
            since: None,
            takes_current_code: false,
            looks_once: false,
        }
    }

    /// Returns whether a mail that was received at the given local time satisfies the filter's conditions on time.
    /// [`StartPoint::After`] is not checked here, because it names a mail and not a time. `known` is `true` if the mail
    /// existed before the wait started.
    pub(super) fn is_after_start_point(&self, received: Timestamp, known: bool) -> bool {
        let past = match &self.start_point {
            // A mail that is reported after the start is new, whatever the clocks show.
            StartPoint::Start(start) => !known || received >= truncate_to_millisecond(*start),
            StartPoint::Since(when) => received >= truncate_to_millisecond(*when),
            StartPoint::After(_) => true,
        };
        past && self.since.is_none_or(|when| received >= truncate_to_millisecond(when))
    }

    /// Returns whether the mail was sent to the address that the filter specifies; `true` if it specifies none.
    pub(super) fn matches_recipient(&self, envelope: &Envelope) -> bool {
        let Some(address) = &self.address else { return true };
        // If the address in the filter has a subaddress (`+word`), the subaddress must match. If it has none, any
        // subaddress matches.
        if address.contains('+') {
            envelope.to_orig.eq_ignore_ascii_case(address)
        } else {
            is_same_address(&envelope.to, address)
        }
    }

    /// Returns whether the sender, subject, codes and links of a mail match the filter.
    pub(super) fn matches_content(&self, envelope: &Envelope, mail: &MailWithFindings) -> bool {
        let from = self.from.as_ref().is_none_or(|words| {
            [&envelope.from, &mail.from.name, &mail.from.address]
                .iter()
                .any(|text| contains_ignoring_case(text, words))
        });
        let subject = self.subject.as_ref().is_none_or(|words| contains_ignoring_case(&mail.subject, words));
        let code = !self.with_code || mail.findings.confident_code().is_some();
        let link = self.with_link.is_none_or(|kind| mail.findings.confident_link_of(kind).is_some());
        let any_link = !self.with_any_link || mail.findings.confident_link().is_some();
        from && subject && code && link && any_link
    }
}

/// Truncates a time to milliseconds, as the service does.
fn truncate_to_millisecond(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

fn contains_ignoring_case(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}
