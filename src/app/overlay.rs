//! Overlays: dialogs over the panes, such as the help, lists, questions and text prompts. Overlays are part of the
//! model and have no event loop of their own. The topmost overlay receives the key presses instead of the panes.

mod menu;

pub use menu::{Action, Item, Menu, MenuContent};

use super::captcha_dialog::Captcha;
use super::effect::CopiedMail;
use super::input::TextInput;
use super::message_pane::LoadedMail;
use dropmail_client::domain::ids::{AddressId, SessionId};
use mail_reader::mail::Attachment;
use mail_reader::sanitize::SafeText;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Actions that run only after the user has confirmed them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConfirmableAction {
    /// Delete an address from a session.
    DeleteAddress(SessionId, AddressId),
    /// Open this link from this mail in the browser.
    OpenLink(CopiedMail, SafeText),
    /// Quit the program.
    Quit,
    /// Repeat the request to add the personal domain in `Model::own_domain`, after the user has set the DNS records
    /// that were missing.
    AddDomain,
}

impl ConfirmableAction {
    /// Returns the title of the dialog in which the user confirms the action.
    pub fn title(&self) -> &'static str {
        match self {
            Self::DeleteAddress(..) => "Delete an address",
            Self::OpenLink(..) => "Open a link",
            Self::AddDomain => "Add a domain",
            Self::Quit => "Quit",
        }
    }
}

/// The user's answer in a confirmation dialog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Run the action.
    Yes,
    /// Copy the link to the clipboard instead of opening it.
    CopyLink,
    /// Cancel the action.
    No,
}

/// Key that confirms the action in a confirmation dialog; the user cannot rebind it.
pub const YES: char = 'y';
/// Key that cancels the action in a confirmation dialog; the user cannot rebind it.
pub const NO: char = 'n';

/// A confirmation dialog, in which the user confirms or cancels an action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirm {
    /// The question that asks the user to confirm the action.
    pub question: SafeText,
    /// Explanations below the question, one entry for each paragraph.
    pub details: Vec<SafeText>,
    /// The action that runs if the user confirms it.
    pub action: ConfirmableAction,
}

/// Purpose of a text prompt; determines how the typed text is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PromptKind {
    /// The user types the text to search for in the message pane.
    SearchMessage,
    /// The user types the text to search for in all stored mails.
    SearchInbox,
    /// The user types the text of the inbox filter.
    Filter,
    /// The user types a name for this session.
    Label(SessionId),
    /// The user types the name of a personal domain.
    DomainName,
    /// The user types the password for the personal domain in `Model::own_domain`.
    DomainPassword,
    /// The user types the password for a new personal domain a second time, because typing errors are not visible in a
    /// masked prompt.
    DomainPasswordAgain,
    /// The user types the plus tag for the selected address, as in `login+word@domain`.
    Extension,
    /// The user types the shell command to which the mail in the message pane is piped. If an index is given, only the
    /// MIME part with this index is piped.
    Pipe(Option<usize>),
}

impl PromptKind {
    /// Returns `true` if the typed text takes effect on every key press, and `false` if it takes effect only on Enter.
    pub fn applies_while_typing(&self) -> bool {
        matches!(self, Self::Filter | Self::SearchInbox)
    }
}

/// A text prompt: a dialog in which the user types one line of text.
#[derive(Clone, PartialEq, Debug)]
pub struct Prompt {
    /// Purpose of the text prompt; determines how the typed text is used.
    pub purpose: PromptKind,
    /// Input field of the text prompt.
    pub input: TextInput,
    /// Message that the prompt shows, for example about an error in the typed text; `None` if there is no message.
    pub wrong: Option<SafeText>,
}

/// State of the dialog that lists the attachments of a mail: the cursor and the marks.
#[derive(Clone, PartialEq, Debug)]
pub struct Attachments {
    /// The mail whose attachments are listed.
    pub opened: Arc<LoadedMail>,
    /// Index of the attachment under the cursor, counted from 0.
    pub cursor: usize,
    /// Indices of the MIME parts of the attachments that the user has marked.
    pub marked: BTreeSet<usize>,
}

impl Attachments {
    /// Returns the attachment under the cursor; `None` if the list is empty.
    pub fn current(&self) -> Option<&Attachment> {
        self.opened.mail.attachments.get(self.cursor)
    }

    /// Moves the cursor in the attachment list down by `by` lines (up if negative) and stops at the ends of the list.
    pub fn move_by(&mut self, by: isize) {
        let last = self.opened.mail.attachments.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

/// An overlay: a dialog over the panes, which receives key presses before the panes do.
#[derive(Clone, PartialEq, Debug)]
pub enum Overlay {
    /// A list of the attachments of a mail, which the user can view, save or open.
    Attachments(Attachments),
    /// A menu: a list from which the user chooses an item.
    Menu(Menu),
    /// A dialog in which the user confirms or cancels an action.
    Confirm(Confirm),
    /// A text prompt, in which the user types one line of text.
    Prompt(Prompt),
    /// A QR code that encodes, for example, a link or an address.
    Qr(Qr),
    /// The captcha dialog: a captcha image and a field for the answer.
    Captcha(Captcha),
}

/// A dialog with a QR code, which the user can scan with a phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Qr {
    /// Title of the dialog that shows the QR code.
    pub title: SafeText,
    /// Text that is encoded in the QR code.
    pub text: SafeText,
}
