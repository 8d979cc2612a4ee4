//! Determines the current code for each pair of sender and recipient: the code that was sent most recently, regardless
//! of the order in which the mails arrive.

use super::ids::MailId;
use super::mail::Summary;
use super::time::Timestamp;
use mail_reader::sanitize::SafeText;
use std::collections::HashMap;

/// The current code for each pair of sender and recipient, determined from the mails that were passed to
/// [`CurrentCodes::add`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CurrentCodes(HashMap<Correspondence, CurrentCode>);

/// The most recent code from a sender to an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CurrentCode {
    /// The id of the mail that contains the code.
    pub mail: MailId,
    /// The code as a string, such as `482913`.
    pub value: SafeText,
    /// The times at which the mail was sent and received, in this order.
    age: (Timestamp, Timestamp),
}

/// Sender and recipient of a mail, both in lower case. A new code replaces only earlier codes from the same sender to
/// the same recipient.
type Correspondence = (String, String);

impl CurrentCodes {
    /// Determines the current code for each pair of sender and recipient in the given mails.
    pub fn from_mails<'a>(mails: impl Iterator<Item = &'a Summary>) -> Self {
        let mut codes = Self::default();
        mails.for_each(|mail| codes.add(mail));
        codes
    }

    /// Adds the code of a mail. Ignores a mail without a code.
    pub fn add(&mut self, mail: &Summary) {
        let Some(code) = &mail.code else { return };
        let age = age(mail);
        let new = || CurrentCode { mail: mail.envelope.id.clone(), value: code.value.clone(), age };
        let known = self.0.entry(correspondence(mail)).or_insert_with(new);
        // If two mails were sent and received at the same time, the code of the one that was added later is current.
        if known.age <= age {
            *known = new();
        }
    }

    /// Returns the newer code that has replaced the mail's code. Returns `None` if the mail's code is still current, if
    /// the newer mail contains the same code, or if this mail has no code.
    pub fn newer(&self, mail: &Summary) -> Option<&CurrentCode> {
        let code = mail.code.as_ref()?;
        let current = self.0.get(&correspondence(mail))?;
        (current.age > age(mail) && current.value != code.value).then_some(current)
    }
}

/// Returns the times at which a mail was sent and received, in this order. The sender's clock may be fast, so a sending
/// time after the time of receipt is replaced with the time of receipt.
pub fn age(mail: &Summary) -> (Timestamp, Timestamp) {
    let received = mail.envelope.received_at;
    let sent = mail.code.as_ref().and_then(|code| code.sent_at);
    (sent.map_or(received, |sent| sent.min(received)), received)
}

fn correspondence(mail: &Summary) -> Correspondence {
    let sender = if mail.sender_address.is_empty() { &mail.envelope.from } else { &mail.sender_address };
    (sender.to_lowercase(), mail.envelope.to_orig.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::SessionId;
    use crate::domain::mail::Envelope;
    use mail_codes::MailWithFindings;

    fn mail(id: &str, from: &str, to: &str, code: &str, sent: Option<&str>, received: &str) -> Summary {
        let date = sent.map_or_else(String::new, |sent| format!("Date: Tue, 24 Nov 2026 {sent} +0000\n"));
        let raw = format!("From: {from}\nSubject: Your code\n{date}\nYour code is {code}.\n");
        let mail: MailWithFindings = mail_codes::parse(raw.as_bytes());
        let envelope = Envelope {
            id: MailId::new(id),
            session: SessionId::new("s"),
            received_at: format!("2026-11-24T{received}Z").parse().unwrap(),
            from: from.into(),
            to: to.into(),
            to_orig: to.into(),
            size: 1,
            oddities: Vec::new(),
        };
        Summary::new(envelope, &mail)
    }

    fn newer(mails: &[Summary]) -> Vec<Option<String>> {
        let codes = CurrentCodes::from_mails(mails.iter());
        mails.iter().map(|mail| codes.newer(mail).map(|newer| newer.value.to_string())).collect()
    }

    #[test]
    fn a_late_older_code_does_not_replace_a_newer_one() {
        let opal =
            |id, code, sent, received| mail(id, "a@opal.example", "me@x.example", code, sent, received);
        let mails = [
            opal("1", "350612", Some("09:00:00"), "09:00:01"),
            opal("2", "904477", Some("09:00:20"), "09:00:21"),
            opal("3", "127733", Some("08:59:00"), "09:00:40"),
        ];
        assert_eq!(newer(&mails), [Some("904477".to_owned()), None, Some("904477".to_owned())]);
        let [first, second, third] = mails;
        assert_eq!(
            newer(&[third, second, first]),
            [Some("904477".to_owned()), None, Some("904477".to_owned())]
        );
    }

    #[test]
    fn the_receipt_time_decides_if_the_date_is_missing_or_in_the_future() {
        let undated = |id, code, received| mail(id, "a@opal.example", "me@x.example", code, None, received);
        let mails = [undated("1", "350612", "09:00:01"), undated("2", "904477", "09:00:21")];
        assert_eq!(newer(&mails), [Some("904477".to_owned()), None]);
        let ahead = mail("3", "a@opal.example", "me@x.example", "127733", Some("23:00:00"), "09:00:10");
        let [first, second] = mails;
        assert_eq!(newer(&[first, second, ahead]).last().unwrap().as_deref(), Some("904477"));
    }

    #[test]
    fn other_senders_other_recipients_and_the_same_code_replace_nothing() {
        let mails = [
            mail("1", "a@opal.example", "me@x.example", "350612", None, "09:00:01"),
            mail("2", "b@opal.example", "me@x.example", "904477", None, "09:00:21"),
            mail("3", "a@opal.example", "you@x.example", "127733", None, "09:00:22"),
            mail("4", "A@Opal.example", "me@x.example", "350612", None, "09:00:23"),
        ];
        assert_eq!(newer(&mails), [None, None, None, None]);
    }
}
