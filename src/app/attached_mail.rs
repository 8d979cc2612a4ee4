//! Attached mails: mails that are MIME parts of other mails. The program shows an attached mail like a separate mail.

use super::reader::LoadedMail;
use bytes::Bytes;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::{Envelope, Summary};
use mail_codes::MailWithFindings;
use std::sync::Arc;

/// The data that only an attached mail has: its outer mail and its inbox summary.
#[derive(Clone, PartialEq, Debug)]
pub struct AttachedMail {
    /// The outer mail, of which the attached mail is a MIME part.
    pub outer: Arc<LoadedMail>,
    /// Inbox summary of the attached mail, including its best code and link.
    pub summary: Summary,
}

impl LoadedMail {
    /// Creates an attached mail from the MIME part of `outer` with the index `part`. The envelope is derived from the
    /// header of the attached mail, because the service reports no envelope for attached mails.
    pub fn attached(outer: Arc<Self>, part: usize, raw: Bytes, mail: MailWithFindings) -> Self {
        let first = mail.to.first().map(|one| if one.address.is_empty() { &one.name } else { &one.address });
        let envelope = Envelope {
            id: MailId::new(format!("{}/{part}", outer.envelope.id.as_str())),
            session: outer.envelope.session.clone(),
            received_at: mail.date.unwrap_or(outer.envelope.received_at),
            from: mail.from.address.clone(),
            to: first.cloned().unwrap_or_default(),
            to_orig: mail.recipients(),
            size: raw.len() as u64,
            oddities: Vec::new(),
        };
        let summary = Summary::new(envelope.clone(), &mail);
        Self { nested: Some(AttachedMail { outer, summary }), ..Self::fully_parsed(envelope, raw, mail) }
    }

    /// Returns the outermost mail, that is, the delivered mail that contains this attached mail at any depth. Returns
    /// `self` if this mail is not attached.
    pub fn outermost(&self) -> &Self {
        let mut opened = self;
        while let Some(nested) = &opened.nested {
            opened = &nested.outer;
        }
        opened
    }
}
