//! What lies over the panes: help, choosers, questions and prompts. Each is state that hears
//! keys first; none is a loop of its own.

mod menu;

pub use menu::{Action, Item, Menu};

use super::captcha_dialog::Captcha;
use super::input::TextInput;
use super::reader::LoadedMail;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::mail::Attachment;
use crate::domain::sanitize::SafeText;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a question is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConfirmableAction {
    /// Stop an address.
    DeleteAddress(SessionId, AddressId),
    /// Take mails out of the list.
    HideMails(Vec<MailId>),
    /// Hand a link to the browser.
    OpenLink(SafeText),
    /// End the program.
    Quit,
    /// Ask the service once more for the domain that `Model::own_domain` holds.
    AddDomain,
}

/// The key that says yes to a question, whatever else it is bound to.
pub const YES: char = 'y';
/// The key that says no.
pub const NO: char = 'n';

/// A question that is answered with yes or no.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirm {
    /// The question.
    pub question: SafeText,
    /// What exactly it is about, on lines of their own.
    pub details: Vec<SafeText>,
    /// What yes does.
    pub action: ConfirmableAction,
}

/// What a typed line is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PromptKind {
    /// Look for it in the message.
    SearchMessage,
    /// Look for it in the inbox.
    SearchInbox,
    /// Show only mails that hold it.
    Filter,
    /// Name the session that `Model::renaming` holds.
    Label,
    /// Name a domain of the user's own.
    DomainName,
    /// The password of the one that `Model::own_domain` holds.
    DomainPassword,
    /// The same once more: nobody sees what is typed.
    DomainPasswordAgain,
    /// A word to put behind the address at hand.
    Extension,
    /// Hand the mail on the screen, or one part of it, to this command.
    Pipe(Option<usize>),
}

impl PromptKind {
    /// Whether each letter that is typed shows at once what it does.
    pub fn is_read_as_typed(self) -> bool {
        matches!(self, Self::Filter | Self::SearchInbox)
    }
}

/// A line to type.
#[derive(Clone, PartialEq, Debug)]
pub struct Prompt {
    /// What it is for.
    pub purpose: PromptKind,
    /// What was typed.
    pub input: TextInput,
    /// What is wrong with it, in words.
    pub wrong: Option<SafeText>,
}

/// The attachments of a mail.
#[derive(Clone, PartialEq, Debug)]
pub struct Attachments {
    /// The mail.
    pub opened: Arc<LoadedMail>,
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
    /// A text as a QR code.
    Qr(Qr),
    /// A picture to read.
    Captcha(Captcha),
}

/// A text as a QR code, for a phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Qr {
    /// What it is.
    pub title: SafeText,
    /// The text.
    pub text: SafeText,
}
