//! A parsed mail, which may be attached to another mail. The program shows an attached mail in the same way as any
//! other mail.

use bytes::Bytes;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::{Envelope, Summary};
use mail_codes::MailWithFindings;
use std::sync::Arc;

/// A parsed mail with its raw bytes and its envelope.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadedMail {
    /// The envelope of the mail, as reported by the service.
    pub envelope: Envelope,
    /// The raw mail: its bytes as received.
    pub raw: Bytes,
    /// The parsed mail. For a large mail, it initially contains only the beginning.
    pub mail: Arc<MailWithFindings>,
    /// `true` if `mail` is parsed completely. A large mail is parsed in two steps: first its beginning, then all of it.
    pub is_complete: bool,
    /// Total number of attachments of the mail, even while `mail` is incomplete and lists only some of them.
    pub attachments: usize,
    /// The outer mail and the inbox summary of this mail if it is an attached mail; `None` if it is not.
    pub nested: Option<AttachedMail>,
}

impl LoadedMail {
    /// Creates a completely parsed mail that is not attached to another mail.
    pub fn fully_parsed(envelope: Envelope, raw: Bytes, mail: MailWithFindings) -> Self {
        let attachments = mail.attachments.len();
        Self { envelope, raw, mail: Arc::new(mail), is_complete: true, attachments, nested: None }
    }
}

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
