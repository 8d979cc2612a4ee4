//! A mail as reported by the service ([`Envelope`]) and as shown in a row of the inbox ([`Summary`]).

use super::ids::{MailId, SessionId};
use super::time::Timestamp;
use mail_codes::{Code, Link, MailWithFindings};
use mail_reader::sanitize::SafeText;
use mail_reader::smtp_oddity::SmtpOddity;

/// Metadata of a mail as reported by the service: the SMTP envelope (RFC 5321), id, session, time and size.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// The id that the service assigned to the mail.
    pub id: MailId,
    /// The session whose address received the mail.
    pub session: SessionId,
    /// Time at which the service received the mail.
    pub received_at: Timestamp,
    /// The envelope sender (SMTP `MAIL FROM`).
    pub from: SafeText,
    /// The user's address that received the mail, without its subaddress (the part from `+` to `@`).
    pub to: SafeText,
    /// The recipient address as specified by the sender, including its subaddress (`+tag`), if any.
    pub to_orig: SafeText,
    /// Size of the raw mail in bytes as reported by the service; 0 if the service has reported none.
    pub size: u64,
    /// The SMTP rules that the sender broke, as reported by the service.
    pub oddities: Vec<SmtpOddity>,
}

/// The data about a mail that its row in the inbox shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Metadata of the mail as reported by the service.
    pub envelope: Envelope,
    /// Display name of the sender, or the sender's address if there is no display name.
    pub sender: SafeText,
    /// E-mail address in the `From` header field; empty if the field contains none.
    pub sender_address: SafeText,
    /// The subject of the mail; empty if the mail has no subject.
    pub subject: SafeText,
    /// The code with the highest confidence; `None` if no code reaches [`mail_codes::Confidence::CONFIDENT`].
    pub code: Option<Code>,
    /// The link that the user most likely wants to open; `None` if there is no such link.
    pub link: Option<Link>,
    /// Number of attachments of the mail.
    pub attachments: usize,
}

impl Summary {
    /// Creates the summary of a mail for its row in the inbox.
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
