//! Overlays: dialogs over the panes, such as help, lists, questions and prompts. Each is a part of the model
//! that receives the keys before the panes do. None has an event loop of its own.

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

/// Action that is run when the user answers a question with yes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConfirmableAction {
    /// Delete an address of a session.
    DeleteAddress(SessionId, AddressId),
    /// Hide mails from the inbox.
    HideMails(Vec<MailId>),
    /// Open a link in the browser.
    OpenLink(SafeText),
    /// Quit the program.
    Quit,
    /// Ask the service again to add the personal domain in `Model::own_domain`.
    AddDomain,
}

/// Key that answers a question with yes, regardless of the key bindings.
pub const YES: char = 'y';
/// Key that answers a question with no, regardless of the key bindings.
pub const NO: char = 'n';

/// A question that the user answers with yes or no.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirm {
    /// Text of the question.
    pub question: SafeText,
    /// Further information below the question, one entry per paragraph.
    pub details: Vec<SafeText>,
    /// Action to run after the answer yes.
    pub action: ConfirmableAction,
}

/// Purpose of a prompt; it decides what happens with the typed text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PromptKind {
    /// Search for the text in the message.
    SearchMessage,
    /// Search for the text in the inbox.
    SearchInbox,
    /// Show only mails that match the text as a filter.
    Filter,
    /// Set the name of the session in `Model::renaming`.
    Label,
    /// Enter the name of a personal domain.
    DomainName,
    /// Enter the password of the personal domain in `Model::own_domain`.
    DomainPassword,
    /// Repeat the password of a new personal domain, because the prompt does not show what is typed.
    DomainPasswordAgain,
    /// Enter the word for a subaddress of the current address: `login+word@domain`.
    Extension,
    /// Pass the mail on the screen to this shell command. A number selects a part of the mail.
    Pipe(Option<usize>),
}

impl PromptKind {
    /// Whether the prompt takes effect at each keystroke, not only after Enter.
    pub fn is_read_as_typed(self) -> bool {
        matches!(self, Self::Filter | Self::SearchInbox)
    }
}

/// A prompt for one line of text.
#[derive(Clone, PartialEq, Debug)]
pub struct Prompt {
    /// Purpose of the prompt.
    pub purpose: PromptKind,
    /// The input field.
    pub input: TextInput,
    /// Text about an error in the input, if there is one.
    pub wrong: Option<SafeText>,
}

/// The list of attachments of a mail.
#[derive(Clone, PartialEq, Debug)]
pub struct Attachments {
    /// The mail with the attachments.
    pub opened: Arc<LoadedMail>,
    /// Index of the attachment under the cursor.
    pub cursor: usize,
    /// Indices of the marked parts.
    pub marked: BTreeSet<usize>,
}

impl Attachments {
    /// The attachment under the cursor.
    pub fn current(&self) -> Option<&Attachment> {
        self.opened.mail.attachments.get(self.cursor)
    }

    /// Moves the cursor by `by` lines, but not past the first or last line.
    pub fn move_by(&mut self, by: isize) {
        let last = self.opened.mail.attachments.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

/// An overlay: a dialog over the panes.
#[derive(Clone, PartialEq, Debug)]
pub enum Overlay {
    /// The list of attachments of a mail.
    Attachments(Attachments),
    /// A list to choose an item from.
    Menu(Menu),
    /// A question with the answers yes and no.
    Confirm(Confirm),
    /// A prompt for one line of text.
    Prompt(Prompt),
    /// A QR code.
    Qr(Qr),
    /// A captcha: its picture and a field for the answer.
    Captcha(Captcha),
}

/// A QR code with a title, to be scanned with a phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Qr {
    /// Title over the QR code.
    pub title: SafeText,
    /// Text that the QR code encodes.
    pub text: SafeText,
}
