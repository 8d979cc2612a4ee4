//! The history of actions on addresses and on their mails, with the time of each action. It contains no secrets such
//! as codes, links or restore keys.

use super::copied_to::CopiedTo;
use super::ids::MailId;
use super::time::Timestamp;
use mail_reader::sanitize::SafeText;
use serde_json::{Value, json};

/// The kind of item that the user copied. The history does not contain the copied text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopiedItem {
    /// The user copied a code from a mail.
    Code,
    /// The user copied a link from a mail.
    Link,
    /// The user copied the address itself.
    Address,
}

impl CopiedItem {
    const ALL: [Self; 3] = [Self::Code, Self::Link, Self::Address];

    /// Returns the name of this kind of item, as used in the archive and in messages to the user.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
            Self::Address => "address",
        }
    }

    /// Returns the kind of item with this name; `None` for an unknown name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == name)
    }
}

/// An action on an address that the history records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HistoryAction {
    /// The address was created.
    Made,
    /// The address was restored.
    Restored,
    /// The address was deleted.
    Deleted,
    /// A mail arrived at the address.
    Arrived {
        /// The id of the mail that arrived.
        mail: MailId,
        /// The sender of the mail as shown in the inbox.
        sender: SafeText,
        /// The subject of the mail that arrived.
        subject: SafeText,
    },
    /// The user copied the address, or a code or link from a mail to it.
    Copied {
        /// The kind of copied item: the address, a code or a link.
        item: CopiedItem,
        /// The clipboard or program that received the copied text.
        to: CopiedTo,
        /// The id of the mail from which the text was copied; `None` for a copied address.
        mail: Option<MailId>,
    },
    /// A mail to the address was relayed to another SMTP server.
    Released {
        /// The id of the mail that was relayed.
        mail: MailId,
        /// The recipients of the relayed mail, and the SMTP server that received it.
        to: SafeText,
    },
}

/// An entry of the history: an action on an address, and its time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryEntry {
    /// The time of the action. If a mail arrived, this is the time at which the service received it.
    pub at: Timestamp,
    /// The address to which the action applies.
    pub address: SafeText,
    /// The action that this entry records.
    pub action: HistoryAction,
}

impl HistoryAction {
    /// Returns the name of the action, as used in the archive and in JSON output.
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

    /// Returns the id of the mail to which the action applies; `None` if it applies only to the address.
    pub fn mail(&self) -> Option<&MailId> {
        match self {
            Self::Arrived { mail, .. } | Self::Released { mail, .. } => Some(mail),
            Self::Copied { mail, .. } => mail.as_ref(),
            Self::Made | Self::Restored | Self::Deleted => None,
        }
    }

    /// Returns a description of the action for the user.
    pub fn text(&self) -> String {
        match self {
            Self::Made => "address made".to_owned(),
            Self::Restored => "address restored".to_owned(),
            Self::Deleted => "address deleted".to_owned(),
            Self::Arrived { sender, subject, .. } => format!("mail from {sender}: {subject}"),
            Self::Copied { item, to, .. } => format!("{} copied to {}", item.as_str(), to.description()),
            Self::Released { to, .. } => format!("mail sent on to {to}"),
        }
    }
}

impl HistoryEntry {
    /// Returns the history entry as JSON; `docs/json.md` describes the fields.
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
