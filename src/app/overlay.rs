//! What lies over the panes: help, choosers, questions and prompts. Each is state that hears
//! keys first; none is a loop of its own.

use super::captcha::Captcha;
use super::command::{Command, row_of};
use super::effect::Copying;
use super::input::TextInput;
use super::reader::Opened;
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::mail::Attachment;
use crate::domain::sanitize::SafeText;
use crate::domain::session::Address;
use crate::ports::archive::Kept;
use crate::ports::transport::AddressWish;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Matcher, Utf32Str};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a line of a menu does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Runs a command.
    Run(Command),
    /// Makes an address on a domain, or on a random one.
    NewAddressOn(AddressWish),
    /// Begins to add a domain of the user's own.
    AddDomain,
    /// Begins to give one up.
    DeleteDomain(DomainId, SafeText),
    /// Copies something of a mail.
    Copy(Copying, SafeText),
    /// Only closes the menu.
    Nothing,
    /// Takes a theme; it shows as soon as the cursor is on it.
    Theme(&'static str),
    /// Shows a text as a QR code, under a title.
    ShowQr(SafeText, SafeText),
    /// Brings hidden mails back into the list.
    BringBackMails(Vec<Kept>),
    /// Restores an address that was deleted from a session.
    BringBackAddress(SessionId, Address),
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

/// What a line is found by: a command by its name and what it does, not by its keys.
fn words(item: &Item) -> String {
    match &item.action {
        Action::Run(command) => {
            row_of(*command).map_or_else(String::new, |row| format!("{} {}", row.name, row.help))
        }
        _ => format!("{} {}", item.label, item.detail),
    }
}

impl Menu {
    /// The lines that the filter leaves, the best match first.
    pub fn matching(&self) -> Vec<&Item> {
        let text = self.filter.as_ref().map_or("", TextInput::text).trim();
        if text.is_empty() {
            return self.items.iter().collect();
        }
        let mut matcher = Matcher::new(nucleo_matcher::Config::DEFAULT);
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, &Item)> = self
            .items
            .iter()
            .filter_map(|item| {
                Some((pattern.score(Utf32Str::new(&words(item), &mut buffer), &mut matcher)?, item))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, item)| item).collect()
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
    /// Take mails out of the list.
    HideMails(Vec<MailId>),
    /// Hand a link to the browser.
    OpenLink(SafeText),
    /// Ask the service once more for the domain that `Model::own_domain` holds.
    AddDomain,
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

/// A line to type.
#[derive(Clone, PartialEq, Debug)]
pub struct Prompt {
    /// What it is for.
    pub purpose: Purpose,
    /// What was typed.
    pub input: TextInput,
    /// What is wrong with it, in words.
    pub wrong: Option<SafeText>,
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
