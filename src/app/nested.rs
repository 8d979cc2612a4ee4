//! Attached mails: mails that are parts of other mails. Each one is shown like a mail of its own.

use super::reader::LoadedMail;
use crate::domain::ids::MailId;
use crate::domain::mail::{Envelope, Summary};
use bytes::Bytes;
use mail_codes::MailWithFindings;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// Origin of an attached mail: its outer mail, and its summary.
#[derive(Clone, PartialEq, Debug)]
pub struct Nested {
    /// The outer mail, which contains the attached mail.
    pub outer: Arc<LoadedMail>,
    /// Summary of the attached mail, including its best code and link.
    pub summary: Summary,
}

impl LoadedMail {
    /// Creates the attached mail in part number `part` of `outer`. The envelope comes from the header of the
    /// attached mail, because the service reports none for it.
    pub fn attached(outer: Arc<Self>, part: usize, raw: Bytes, mail: MailWithFindings) -> Self {
        let names = |mailboxes: &[mail_reader::mail::EmailAddress]| {
            let named =
                mailboxes.iter().map(|one| if one.address.is_empty() { &one.name } else { &one.address });
            named.map(SafeText::as_str).collect::<Vec<_>>().join(", ")
        };
        let envelope = Envelope {
            id: MailId::new(format!("{}/{part}", outer.envelope.id.as_str())),
            session: outer.envelope.session.clone(),
            received_at: mail.date.unwrap_or(outer.envelope.received_at),
            from: mail.from.address.clone(),
            to: SafeText::new(&names(mail.to.get(..1).unwrap_or_default())),
            to_orig: SafeText::new(&names(&mail.to)),
            size: raw.len() as u64,
            oddities: Vec::new(),
        };
        let summary = Summary::new(envelope.clone(), &mail);
        Self { nested: Some(Nested { outer, summary }), ..Self::whole(envelope, raw, mail) }
    }

    /// Returns the mail that the service delivered and that contains this one at any depth; returns `self` if
    /// it is not attached.
    pub fn outermost(&self) -> &Self {
        let mut opened = self;
        while let Some(nested) = &opened.nested {
            opened = &nested.outer;
        }
        opened
    }
}
