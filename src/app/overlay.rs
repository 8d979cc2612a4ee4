//! Overlays: dialogs over the panes, such as help, lists, questions and prompts. An overlay is a part of the
//! model and receives the keys before the panes do. No overlay has an event loop of its own.

mod menu;

pub use menu::{Action, Item, Menu, MenuContent};

use super::captcha_dialog::Captcha;
use super::input::TextInput;
use super::reader::LoadedMail;
use crate::domain::ids::{AddressId, MailId, SessionId};
use mail_reader::mail::Attachment;
use mail_reader::sanitize::SafeText;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Actions that run only after the user has answered a question with yes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConfirmableAction {
    /// Delete an address from a session.
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

impl ConfirmableAction {
    /// Names the action in the title of the question.
    pub fn title(&self) -> &'static str {
        match self {
            Self::DeleteAddress(..) => "Delete an address",
            Self::HideMails(_) => "Hide mail",
            Self::OpenLink(_) => "Open a link",
            Self::AddDomain => "Add a domain",
            Self::Quit => "Quit",
        }
    }
}

/// Key that answers a question with yes, regardless of the key bindings.
pub const YES: char = 'y';
/// Key that answers a question with no, regardless of the key bindings.
pub const NO: char = 'n';

/// A yes-or-no question to the user, and the action that depends on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirm {
    /// Text of the question that the user answers with yes or no.
    pub question: SafeText,
    /// Further information below the question, one entry per paragraph.
    pub details: Vec<SafeText>,
    /// Action that runs if the user answers yes.
    pub action: ConfirmableAction,
}

/// Purpose of a prompt; it decides what happens with the text that the user types.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PromptKind {
    /// Search for the typed text in the message pane.
    SearchMessage,
    /// Search for the typed text in the inbox.
    SearchInbox,
    /// Show only mails that match the typed text as a filter.
    Filter,
    /// Give the typed name to this session.
    Label(SessionId),
    /// Use the typed text as the name of a personal domain.
    DomainName,
    /// Use the typed text as the password of the personal domain in `Model::own_domain`.
    DomainPassword,
    /// Ask for the password of a new personal domain once more, because the prompt hides what the user types.
    DomainPasswordAgain,
    /// Use the typed word for a subaddress of the current address: `login+word@domain`.
    Extension,
    /// Pass the mail on the screen to the typed shell command; `Some` passes only the part with this index.
    Pipe(Option<usize>),
}

impl PromptKind {
    /// Returns whether the prompt takes effect at each keystroke, not only after Enter.
    pub fn is_read_as_typed(&self) -> bool {
        matches!(self, Self::Filter | Self::SearchInbox)
    }
}

/// Dialog in which the user types one line of text.
#[derive(Clone, PartialEq, Debug)]
pub struct Prompt {
    /// Purpose of the prompt, which decides what happens with the typed text.
    pub purpose: PromptKind,
    /// The input field of the prompt.
    pub input: TextInput,
    /// Text about an error in the typed text; `None` if there is no error.
    pub wrong: Option<SafeText>,
}

/// State of the attachment list of a mail: the cursor and the marks.
#[derive(Clone, PartialEq, Debug)]
pub struct Attachments {
    /// The mail whose attachments are listed.
    pub opened: Arc<LoadedMail>,
    /// Index of the attachment under the cursor, from 0.
    pub cursor: usize,
    /// Indexes of the MIME parts that the user has marked.
    pub marked: BTreeSet<usize>,
}

impl Attachments {
    /// Returns the attachment under the cursor; `None` if the list is empty.
    pub fn current(&self) -> Option<&Attachment> {
        self.opened.mail.attachments.get(self.cursor)
    }

    /// Moves the cursor of the attachment list by `by` lines, but not past the first or last line.
    pub fn move_by(&mut self, by: isize) {
        let last = self.opened.mail.attachments.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

/// A dialog over the panes; it receives the keys before the panes do.
#[derive(Clone, PartialEq, Debug)]
pub enum Overlay {
    /// The list of attachments of a mail, to save or open them.
    Attachments(Attachments),
    /// A list to choose an item from.
    Menu(Menu),
    /// A question with the answers yes and no.
    Confirm(Confirm),
    /// A prompt in which the user types one line of text.
    Prompt(Prompt),
    /// A QR code, for example of a link or an address.
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
