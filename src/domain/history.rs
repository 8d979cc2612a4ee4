//! The history: what was done with addresses and their mails, and when. It holds no secret: no code, no link,
//! no restore key.

use super::copied_to::CopiedTo;
use super::ids::MailId;
use super::time::Timestamp;
use mail_reader::sanitize::SafeText;
use serde_json::{Value, json};

/// The kind of a copied text. The history does not contain the text itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopiedItem {
    /// A code of a mail.
    Code,
    /// A link of a mail.
    Link,
    /// The address itself.
    Address,
}

impl CopiedItem {
    const ALL: [Self; 3] = [Self::Code, Self::Link, Self::Address];

    /// Returns the name of the item, in the archive and for the user.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
            Self::Address => "address",
        }
    }

    /// Finds an item by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == name)
    }
}

/// Actions that the history records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HistoryAction {
    /// The address was made.
    Made,
    /// The address was restored.
    Restored,
    /// The address was deleted.
    Deleted,
    /// A mail came to the address.
    Arrived {
        /// The mail.
        mail: MailId,
        /// The sender as the inbox shows it.
        sender: SafeText,
        /// The subject of the mail.
        subject: SafeText,
    },
    /// The address, or a code or link of its mail, was copied.
    Copied {
        /// The kind of the copied text.
        item: CopiedItem,
        /// The clipboard that took it.
        to: CopiedTo,
        /// The mail that the item came from; `None` for an address.
        mail: Option<MailId>,
    },
    /// A mail was sent on through an SMTP server.
    Released {
        /// The mail.
        mail: MailId,
        /// The recipients and the server.
        to: SafeText,
    },
}

/// One row of the history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryEntry {
    /// When the action was done. For a mail, the time of the service.
    pub at: Timestamp,
    /// The address that the action concerns.
    pub address: SafeText,
    /// The action.
    pub action: HistoryAction,
}

impl HistoryAction {
    /// Returns the name of the action, in the archive and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Restored => "restored",
            Self::Deleted => "deleted",
            Self::Arrived { .. } => "mail",
            Self::Copied { .. } => "copied",
            Self::Released { .. } => "released",
        }
    }

    /// Returns the mail that the action concerns.
    pub fn mail(&self) -> Option<&MailId> {
        match self {
            Self::Arrived { mail, .. } | Self::Released { mail, .. } => Some(mail),
            Self::Copied { mail, .. } => mail.as_ref(),
            Self::Made | Self::Restored | Self::Deleted => None,
        }
    }

    /// Returns the action in words for the user.
    pub fn text(&self) -> String {
        match self {
            Self::Made => "address made".to_owned(),
            Self::Restored => "address restored".to_owned(),
            Self::Deleted => "address deleted".to_owned(),
            Self::Arrived { sender, subject, .. } => format!("mail from {sender}: {subject}"),
            Self::Copied { item, to, .. } => format!("{} copied to {}", item.as_str(), to.text()),
            Self::Released { to, .. } => format!("mail sent on to {to}"),
        }
    }
}

impl HistoryEntry {
    /// Returns the entry as JSON; `docs/json.md` describes the fields.
    pub fn to_json(&self) -> Value {
        let (sender, subject) = match &self.action {
            HistoryAction::Arrived { sender, subject, .. } => (Some(sender.as_str()), Some(subject.as_str())),
            HistoryAction::Made
            | HistoryAction::Restored
            | HistoryAction::Deleted
            | HistoryAction::Copied { .. }
            | HistoryAction::Released { .. } => (None, None),
        };
        let (item, to) = match &self.action {
            HistoryAction::Copied { item, to, .. } => (Some(item.as_str()), Some(to.as_str())),
            HistoryAction::Released { to, .. } => (None, Some(to.as_str())),
            HistoryAction::Made
            | HistoryAction::Restored
            | HistoryAction::Deleted
            | HistoryAction::Arrived { .. } => (None, None),
        };
        json!({
            "at": self.at.to_string(),
            "address": self.address.as_str(),
            "action": self.action.name(),
            "mail_id": self.action.mail().map(MailId::as_str),
            "sender": sender,
            "subject": subject,
            "item": item,
            "to": to,
        })
    }
}
