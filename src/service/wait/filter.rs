//! The conditions that a mail must meet to end a wait.

use super::super::lookup::same_address;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::{Envelope, Mail};
use crate::domain::time::Timestamp;

/// The point from which mail counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StartPoint {
    /// Mail that arrives after this start of the wait, by the local clock.
    Start(Timestamp),
    /// Mail that the service received at or after this time of the local clock.
    Since(Timestamp),
    /// Mail after the mail with this id; with `None` all mail of the session.
    After(Option<MailId>),
}

/// The conditions for a mail to wait for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitFilter {
    /// The point from which mail counts.
    pub mark: StartPoint,
    /// Only mail of this session; `None` for any session.
    pub session: Option<SessionId>,
    /// Only mail to this address; `None` for any address.
    pub address: Option<String>,
    /// Text that the sender's name or address contains, in upper or lower case.
    pub from: Option<String>,
    /// Text that the subject contains, in upper or lower case.
    pub subject: Option<String>,
    /// Only mail with a code.
    pub with_code: bool,
    /// Additional limit beside [`StartPoint::After`]: only mail received at or after this time of the local clock.
    pub since: Option<Timestamp>,
}

impl WaitFilter {
    /// Accepts any mail from a mark on.
    pub fn from_mark(mark: StartPoint) -> Self {
        Self { mark, session: None, address: None, from: None, subject: None, with_code: false, since: None }
    }

    /// Whether a mail received at this time of the local clock is past the mark. `known` says whether the
    /// mail existed when the wait began.
    pub(super) fn is_past_mark(&self, received: Timestamp, known: bool) -> bool {
        let past = match &self.mark {
            // A mail reported after the start is new, whatever the clocks say.
            StartPoint::Start(start) => !known || received >= millisecond(*start),
            StartPoint::Since(when) => received >= millisecond(*when),
            StartPoint::After(_) => true,
        };
        past && self.since.is_none_or(|when| received >= millisecond(when))
    }

    /// Whether the mail is to the given address.
    pub(super) fn is_to(&self, envelope: &Envelope) -> bool {
        let Some(address) = &self.address else { return true };
        // If the given address has a `+` extension, it must match; otherwise any extension matches.
        if address.contains('+') {
            envelope.to_orig.eq_ignore_ascii_case(address)
        } else {
            same_address(&envelope.to, address)
        }
    }

    /// Whether sender, subject and codes of the mail match.
    pub(super) fn holds(&self, envelope: &Envelope, mail: &Mail) -> bool {
        let from = self.from.as_ref().is_none_or(|words| {
            [&envelope.from, &mail.from.name, &mail.from.address].iter().any(|text| contains(text, words))
        });
        let subject = self.subject.as_ref().is_none_or(|words| contains(&mail.subject, words));
        let code = !self.with_code || mail.codes.first().is_some_and(|code| code.confidence.is_confident());
        from && subject && code
    }
}

/// Rounds down to the millisecond, as the service does.
fn millisecond(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

fn contains(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}
