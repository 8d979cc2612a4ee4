//! A mail of the service: what the service reports ([`Envelope`]) and what a list row shows ([`Summary`]).

use super::ids::{MailId, SessionId};
use super::smtp_oddity::SmtpOddity;
use super::time::Timestamp;
use mail_codes::{Code, Link, MailWithFindings};
use mail_reader::sanitize::SafeText;

/// Metadata of a mail as the service reports it: the SMTP envelope (RFC 5321), id, session, time and size.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// The service's id of the mail.
    pub id: MailId,
    /// The session whose address received the mail.
    pub session: SessionId,
    /// Time at which the service received the mail.
    pub received_at: Timestamp,
    /// The sender of the SMTP envelope (`MAIL FROM`).
    pub from: SafeText,
    /// The user's address that received the mail, without the extension behind `+`.
    pub to: SafeText,
    /// The recipient as the sender wrote it, with the extension behind `+`.
    pub to_orig: SafeText,
    /// Size of the raw mail in bytes, as the service reports it; 0 if the service reports none.
    pub size: u64,
    /// The rules of SMTP that the sender broke, as far as the service reports them.
    pub oddities: Vec<SmtpOddity>,
}

/// Everything that a row of the inbox shows of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Metadata of the mail, as the service reports it.
    pub envelope: Envelope,
    /// Display name of the sender; the sender's address if there is no name.
    pub sender: SafeText,
    /// Address in the header field `From`; empty if the header has none.
    pub sender_address: SafeText,
    /// The subject of the mail; empty if there is none.
    pub subject: SafeText,
    /// The most confident code, if its confidence is at least
    /// [`mail_codes::Confidence::CONFIDENT_PERCENT`].
    pub code: Option<Code>,
    /// The link to follow, if the mail has one.
    pub link: Option<Link>,
    /// Number of attachments that the mail has.
    pub attachments: usize,
}

impl Summary {
    /// Creates the summary of a mail for a list.
    pub fn new(envelope: Envelope, mail: &MailWithFindings) -> Self {
        let sender = if !mail.from.name.is_empty() {
            mail.from.name.clone()
        } else if !mail.from.address.is_empty() {
            mail.from.address.clone()
        } else {
            envelope.from.clone()
        };
        Self {
            sender,
            sender_address: mail.from.address.clone(),
            subject: mail.subject.clone(),
            code: mail.findings.confident_code().cloned(),
            link: mail.findings.confident_link().cloned(),
            attachments: mail.attachments.len(),
            envelope,
        }
    }
}
