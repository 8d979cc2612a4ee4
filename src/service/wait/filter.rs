//! The filter of a wait: the conditions that a mail must meet to match.

use super::super::lookup::same_address;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Envelope;
use crate::domain::time::Timestamp;
use mail_codes::{LinkKind, MailWithFindings};

/// The start point of a wait. Mail that arrived before the start point does not match.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StartPoint {
    /// A mail matches if it arrives after the start of the wait; holds the local time of the start.
    Start(Timestamp),
    /// A mail matches if the service received it at or after this local time.
    Since(Timestamp),
    /// A mail matches if it arrived after the mail with this id. With `None`, all mail of the session matches.
    After(Option<MailId>),
}

/// The conditions that a mail must meet to match. All of them must be met.
#[expect(clippy::struct_excessive_bools, reason = "independent conditions, in any combination")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitFilter {
    /// The start point of the wait; mail that arrived before it does not match.
    pub mark: StartPoint,
    /// Session to which a matching mail belongs; `None` for any session.
    pub session: Option<SessionId>,
    /// Address to which the mail must have been sent; `None` for any address.
    pub address: Option<String>,
    /// Text that the sender's name or address must contain, regardless of case; `None` for any sender.
    pub from: Option<String>,
    /// Text that the subject must contain, regardless of case; `None` for any subject.
    pub subject: Option<String>,
    /// Whether the mail must contain a code.
    pub with_code: bool,
    /// Kind of link that the mail must contain with a confidence of at least 50 %; `None` if no such link is required.
    pub with_link: Option<LinkKind>,
    /// Whether the mail must contain a link of any kind with a confidence of at least 50 %.
    pub with_any_link: bool,
    /// Earliest local time at which a matching mail was received; `None` for any time. This condition applies in
    /// addition to [`StartPoint::After`].
    pub since: Option<Timestamp>,
    /// Whether a matching mail is replaced with a newer mail from the same sender if that mail contains a newer code.
    pub takes_current_code: bool,
    /// Whether the wait ends as soon as it has checked the mail that the service has now, even if no mail matches.
    pub looks_once: bool,
}

impl WaitFilter {
    /// Creates a filter whose only condition is the start point.
    pub fn from_mark(mark: StartPoint) -> Self {
        Self {
            mark,
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

    /// Returns whether a mail that was received at this local time is after the start point. `known` is `true` if the
    /// mail existed before the wait began.
    pub(super) fn is_past_mark(&self, received: Timestamp, known: bool) -> bool {
        let past = match &self.mark {
            // A mail that is reported after the start is new, whatever the clocks show.
            StartPoint::Start(start) => !known || received >= millisecond(*start),
            StartPoint::Since(when) => received >= millisecond(*when),
            StartPoint::After(_) => true,
        };
        past && self.since.is_none_or(|when| received >= millisecond(when))
    }

    /// Returns whether the mail was sent to the address in the filter.
    pub(super) fn is_to(&self, envelope: &Envelope) -> bool {
        let Some(address) = &self.address else { return true };
        // If the address in the filter has a `+` extension, it must match; if it has none, any extension matches.
        if address.contains('+') {
            envelope.to_orig.eq_ignore_ascii_case(address)
        } else {
            same_address(&envelope.to, address)
        }
    }

    /// Returns whether the sender, subject, codes and links of a mail meet the conditions of the filter.
    pub(super) fn holds(&self, envelope: &Envelope, mail: &MailWithFindings) -> bool {
        let from = self.from.as_ref().is_none_or(|words| {
            [&envelope.from, &mail.from.name, &mail.from.address].iter().any(|text| contains(text, words))
        });
        let subject = self.subject.as_ref().is_none_or(|words| contains(&mail.subject, words));
        let code = !self.with_code || mail.findings.confident_code().is_some();
        let link = self.with_link.is_none_or(|kind| mail.findings.confident_link_of(kind).is_some());
        let any_link = !self.with_any_link || mail.findings.confident_link().is_some();
        from && subject && code && link && any_link
    }
}

/// Rounds a time down to the millisecond, as the service does.
fn millisecond(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

fn contains(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}
