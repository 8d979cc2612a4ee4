//! The conditions that a mail must meet to end a wait.

use super::super::lookup::same_address;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Envelope;
use crate::domain::time::Timestamp;
use mail_codes::{LinkKind, MailWithFindings};

/// The start point of a wait: mail that arrived before it is ignored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StartPoint {
    /// Mail counts if it arrives after the wait has started, which was at this time of the local clock.
    Start(Timestamp),
    /// Mail counts if the service received it at or after this time of the local clock.
    Since(Timestamp),
    /// Mail counts if it arrived after the mail with this id; with `None`, all mail of the session counts.
    After(Option<MailId>),
}

/// The conditions that a mail must meet to end a wait.
#[expect(clippy::struct_excessive_bools, reason = "independent conditions, in any combination")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitFilter {
    /// The start point of the wait: mail that arrived before it is ignored.
    pub mark: StartPoint,
    /// Session whose mail counts; `None` for any session.
    pub session: Option<SessionId>,
    /// Address to which the mail must have been sent; `None` for any address.
    pub address: Option<String>,
    /// Text that the sender's name or address must contain, regardless of case; `None` for any sender.
    pub from: Option<String>,
    /// Text that the subject must contain, regardless of case; `None` for any subject.
    pub subject: Option<String>,
    /// Whether the mail must contain a code.
    pub with_code: bool,
    /// Kind of link that the mail must contain with enough confidence; `None` if no such link is required.
    pub with_link: Option<LinkKind>,
    /// Whether the mail must contain a link of any kind with enough confidence.
    pub with_any_link: bool,
    /// Earliest time of receipt, by the local clock; earlier mail is ignored. This limit applies in addition
    /// to [`StartPoint::After`].
    pub since: Option<Timestamp>,
    /// Whether the wait looks for a newer code. If a newer code has replaced the code of a matching mail, the wait then
    /// returns the mail with the newer code.
    pub takes_current_code: bool,
    /// Whether the wait ends as soon as it has checked the mail that the service has now, even without a match.
    pub looks_once: bool,
}

impl WaitFilter {
    /// Creates a filter without conditions: any mail from the start point on matches.
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

    /// Returns whether a mail that was received at this time of the local clock is after the start point. `known` is
    /// true if the mail existed before the wait began.
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

    /// Returns whether the sender, the subject, the codes and the links of a mail meet the conditions of the filter.
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
