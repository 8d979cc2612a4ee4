//! What lies over the panes: help, choosers, questions and prompts. Each is state that hears
//! keys first; none is a loop of its own.

use super::captcha::Captcha;
use super::command::Command;
use super::effect::Copying;
use super::input::TextInput;
use super::reader::Opened;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::mail::Attachment;
use crate::domain::sanitize::SafeText;
use crate::domain::session::Address;
use crate::ports::transport::AddressWish;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a line of a menu does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Runs a command.
    Run(Command),
    /// Makes an address on a domain, or on a random one.
    NewAddressOn(AddressWish),
    /// Copies something of a mail.
    Copy(Copying, SafeText),
    /// Only closes the menu.
    Nothing,
    /// Shows a hidden mail again.
    Unhide(MailId),
    /// Restores an address that was deleted from a session.
    BringBack(SessionId, Address),
}

/// A line of a menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// What it is.
    pub label: SafeText,
    /// More about it, at the right or behind.
    pub detail: SafeText,
    /// What Enter does.
    pub action: Action,
}

/// A list to choose from.
#[derive(Clone, PartialEq, Debug)]
pub struct Menu {
    /// What is chosen.
    pub title: SafeText,
    /// All lines.
    pub items: Vec<Item>,
    /// Which of the matching lines the cursor is on.
    pub cursor: usize,
    /// Text that a line must hold; `Some` while typing goes into it.
    pub filter: Option<TextInput>,
}

impl Menu {
    /// The lines that the filter leaves.
    pub fn matching(&self) -> Vec<&Item> {
        let text = self.filter.as_ref().map_or("", TextInput::text).to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let holds = |item: &&Item| {
            let all = format!("{} {}", item.label, item.detail).to_lowercase();
            words.iter().all(|word| all.contains(word))
        };
        self.items.iter().filter(holds).collect()
    }

    /// Moves the cursor, not beyond the ends.
    pub fn move_by(&mut self, by: isize) {
        let last = self.matching().len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

/// What a question is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Stop an address.
    DeleteAddress(SessionId, AddressId),
    /// Take a mail out of the list.
    HideMail(MailId),
    /// Hand a link to the browser.
    OpenLink(SafeText),
}

/// A question that is answered with yes or no.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirm {
    /// The question.
    pub question: SafeText,
    /// What exactly it is about, on lines of their own.
    pub details: Vec<SafeText>,
    /// What yes does.
    pub deed: Deed,
}

/// What a typed line is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Look for it in the message.
    SearchMessage,
    /// Look for it in the inbox.
    SearchInbox,
    /// Show only mails that hold it.
    Filter,
    /// Hand the mail on the screen, or one part of it, to this command.
    Pipe(Option<usize>),
}

/// A line to type.
#[derive(Clone, PartialEq, Debug)]
pub struct Prompt {
    /// What it is for.
    pub purpose: Purpose,
    /// What was typed.
    pub input: TextInput,
}

/// The attachments of a mail.
#[derive(Clone, PartialEq, Debug)]
pub struct Attachments {
    /// The mail.
    pub opened: Arc<Opened>,
    /// Which of them the cursor is on.
    pub cursor: usize,
    /// Parts that are marked.
    pub marked: BTreeSet<usize>,
}

impl Attachments {
    /// The one under the cursor.
    pub fn current(&self) -> Option<&Attachment> {
        self.opened.mail.attachments.get(self.cursor)
    }

    /// Moves the cursor, not beyond the ends.
    pub fn move_by(&mut self, by: isize) {
        let last = self.opened.mail.attachments.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

/// Something over the panes.
#[derive(Clone, PartialEq, Debug)]
pub enum Overlay {
    /// The attachments of a mail.
    Attachments(Attachments),
    /// A list to choose from.
    Menu(Menu),
    /// A question.
    Confirm(Confirm),
    /// A line to type.
    Prompt(Prompt),
    /// A picture to read.
    Captcha(Captcha),
}
