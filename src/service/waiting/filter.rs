//! Which mail is wanted.

use super::super::find::same;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::{Envelope, Mail};
use crate::domain::time::Timestamp;

/// From where on mail counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Mail that came after a wait began, at this moment of our clock.
    Start(Timestamp),
    /// Mail that was received at this moment of our clock or later.
    Since(Timestamp),
    /// Mail after this one; all mail of the session when none is named.
    After(Option<MailId>),
}

/// A mail to wait for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// From where on mail counts.
    pub mark: Mark,
    /// Only mail of this session.
    pub session: Option<SessionId>,
    /// Only mail to this address.
    pub address: Option<String>,
    /// Words of the sender's name or address, in either case.
    pub from: Option<String>,
    /// Words of the subject, in either case.
    pub subject: Option<String>,
    /// Only mail that holds a code.
    pub with_code: bool,
    /// Where a lower bound stands beside [`Mark::After`]: received at this moment of our clock or
    /// later.
    pub since: Option<Timestamp>,
}

impl Wanted {
    /// Any mail from a mark on.
    pub fn from_mark(mark: Mark) -> Self {
        Self { mark, session: None, address: None, from: None, subject: None, with_code: false, since: None }
    }

    /// Whether the moment at which a mail was received (by our clock) is past the mark. `known` is
    /// whether the mail was there when the wait began.
    pub(super) fn is_past_mark(&self, received: Timestamp, known: bool) -> bool {
        let past = match &self.mark {
            // What is told after the beginning is new, whatever the clocks say.
            Mark::Start(start) => !known || received >= millisecond(*start),
            Mark::Since(when) => received >= millisecond(*when),
            Mark::After(_) => true,
        };
        past && self.since.is_none_or(|when| received >= millisecond(when))
    }

    /// Whether it is to the address that is wanted.
    pub(super) fn is_to(&self, envelope: &Envelope) -> bool {
        let Some(address) = &self.address else { return true };
        // An extension that is named is part of what is wanted; else any will do.
        if address.contains('+') {
            envelope.to_orig.eq_ignore_ascii_case(address)
        } else {
            same(&envelope.to, address)
        }
    }

    /// Whether its content is what is wanted.
    pub(super) fn holds(&self, envelope: &Envelope, mail: &Mail) -> bool {
        let from = self.from.as_ref().is_none_or(|words| {
            [&envelope.from, &mail.from.name, &mail.from.address].iter().any(|text| contains(text, words))
        });
        let subject = self.subject.as_ref().is_none_or(|words| contains(&mail.subject, words));
        let code = !self.with_code || mail.codes.first().is_some_and(|code| code.confidence.is_claim());
        from && subject && code
    }
}

/// The service tells milliseconds, and cuts what is behind them.
fn millisecond(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

fn contains(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}
