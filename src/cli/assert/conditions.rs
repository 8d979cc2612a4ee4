//! The conditions of the `assert` command: which mails match, and how many matching mails are expected.

use crate::cli::args::AssertArgs;
use dropmail_client::domain::search;
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::domain::time::Timestamp;
use mail_codes::MailWithFindings;

/// The expected number of matching mails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Expected {
    /// Exactly this number of matching mails is expected.
    Exactly(usize),
    /// At least this number of matching mails is expected.
    AtLeast(usize),
    /// No matching mail is expected.
    Nothing,
}

impl Expected {
    pub(super) fn new(args: &AssertArgs) -> Self {
        match (args.count, args.min, args.none) {
            (_, _, true) | (Some(0), _, _) => Self::Nothing,
            (Some(count), _, _) => Self::Exactly(count),
            (None, min, false) => Self::AtLeast(min.unwrap_or(1)),
        }
    }

    /// Returns `true` if `matching`, the actual number of matching mails, meets this expectation.
    pub(super) fn is_met_by(self, matching: usize) -> bool {
        match self {
            Self::Exactly(count) => matching == count,
            Self::AtLeast(least) => matching >= least,
            Self::Nothing => matching == 0,
        }
    }

    /// Returns `true` if further mails cannot change the result of the check. `matching` is the number of mails that
    /// match so far.
    pub(super) fn is_decided(self, matching: usize) -> bool {
        match self {
            Self::Exactly(count) => matching >= count,
            Self::AtLeast(least) => matching >= least,
            Self::Nothing => matching > 0,
        }
    }

    /// Returns the expected number of matching mails as text, such as `at least 2 matching mails`.
    pub(super) fn text(self) -> String {
        match self {
            Self::Exactly(1) => "exactly 1 matching mail".to_owned(),
            Self::Exactly(count) => format!("exactly {count} matching mails"),
            Self::AtLeast(1) => "a matching mail".to_owned(),
            Self::AtLeast(least) => format!("at least {least} matching mails"),
            Self::Nothing => "no matching mail".to_owned(),
        }
    }
}

/// The conditions by which the `assert` command decides whether a mail matches.
#[derive(Debug)]
pub(super) struct Conditions<'a> {
    args: &'a AssertArgs,
    /// The recipient that a matching mail must have; `None` for any recipient.
    to: Option<String>,
    since: Option<Timestamp>,
    text: Option<String>,
}

impl<'a> Conditions<'a> {
    pub(super) fn new(args: &'a AssertArgs, to: Option<String>, since: Option<Timestamp>) -> Self {
        Self { args, to, since, text: args.text.as_deref().map(search::normalise) }
    }

    /// Returns `true` if a mail meets the `assert` command's conditions for recipient, sender, subject, time and code.
    /// The summary of the mail is sufficient to check these conditions.
    pub(super) fn match_row(&self, stored: &StoredMail) -> bool {
        let (summary, args) = (&stored.summary, self.args);
        let envelope = &summary.envelope;
        let to = self.to.as_ref().is_none_or(|to| {
            [&envelope.to, &envelope.to_orig].iter().any(|address| address.eq_ignore_ascii_case(to))
        });
        let from = args.from.as_ref().is_none_or(|words| {
            let senders = [&summary.sender, &summary.sender_address, &envelope.from];
            senders.iter().any(|sender| contains_normalised(sender, words))
        });
        let subject = args.subject.as_ref().is_none_or(|words| contains_normalised(&summary.subject, words));
        let since = self.since.is_none_or(|since| envelope.received_at >= since);
        let code = !args.code || summary.code.is_some();
        to && from && subject && since && code
    }

    /// Returns `true` if the `assert` command has conditions for the content of a mail, such as its text.
    pub(super) fn need_content(&self) -> bool {
        self.args.link.is_some() || self.args.attachment.is_some() || self.text.is_some()
    }

    /// Returns `true` if the content of a mail meets the `assert` command's conditions for links, attachments and text.
    pub(super) fn match_content(&self, stored: &StoredMail, mail: &MailWithFindings) -> bool {
        let link = self.args.link.is_none_or(|kind| {
            let findings = &mail.findings;
            kind.map_or_else(|| findings.confident_link(), |kind| findings.confident_link_of(kind)).is_some()
        });
        let attachment = self.args.attachment.as_ref().is_none_or(|name| {
            mail.attachments.iter().any(|attachment| contains_normalised(attachment.name.as_str(), name))
        });
        let text = self
            .text
            .as_ref()
            .is_none_or(|text| search::text_of(&stored.summary.envelope, mail).contains(text.as_str()));
        link && attachment && text
    }
}

fn contains_normalised(text: &str, words: &str) -> bool {
    search::normalise(text).contains(&search::normalise(words))
}

#[cfg(test)]
mod tests {
    use super::Expected;

    #[test]
    fn an_expectation_is_decided_by_the_number_of_mails() {
        for (expected, holds, decided) in [
            (Expected::Exactly(2), [false, false, true, false], [false, false, true, true]),
            (Expected::AtLeast(2), [false, false, true, true], [false, false, true, true]),
            (Expected::Nothing, [true, false, false, false], [false, true, true, true]),
        ] {
            assert_eq!([0, 1, 2, 3].map(|matching| expected.is_met_by(matching)), holds, "{expected:?}");
            assert_eq!([0, 1, 2, 3].map(|matching| expected.is_decided(matching)), decided, "{expected:?}");
        }
    }
}
