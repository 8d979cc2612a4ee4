//! Mails that are attached to mails: each is read as a mail of its own.

use super::reader::LoadedMail;
use crate::domain::ids::MailId;
use crate::domain::mail::{Envelope, Mail, Summary};
use crate::domain::sanitize::SafeText;
use bytes::Bytes;
use std::sync::Arc;

/// Where an attached mail was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Nested {
    /// The mail that it is attached to.
    pub outer: Arc<LoadedMail>,
    /// What there is to copy of it, as a list would show it.
    pub summary: Summary,
}

impl LoadedMail {
    /// A mail that is attached to another as one of its parts. Its own header is all that is known of it.
    pub fn attached(outer: Arc<Self>, part: usize, raw: Bytes, mail: Mail) -> Self {
        let names = |mailboxes: &[crate::domain::mail::EmailAddress]| {
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
        };
        let summary = Summary::new(envelope.clone(), &mail);
        Self { nested: Some(Nested { outer, summary }), ..Self::whole(envelope, raw, mail) }
    }

    /// The mail that came, to which this one is attached at whatever depth; this one where it came itself.
    pub fn outermost(&self) -> &Self {
        let mut opened = self;
        while let Some(nested) = &opened.nested {
            opened = &nested.outer;
        }
        opened
    }
}
