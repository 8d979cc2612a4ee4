//! Menus: lists from which the user chooses an item, such as the help, the command palette and the theme picker.

mod matching;

use crate::app::command::{AddressCommand, Command, ListCommand};
use crate::app::effect::{CopiedMail, CopySource};
use crate::app::input::TextInput;
use crate::app::invocation::Invocation;
use crate::app::jobs::JobId;
use crate::app::keymap::Keymap;
use dropmail_client::domain::ids::{DomainId, SessionId};
use dropmail_client::domain::session::{Address, AddressOptions, Session};
use dropmail_client::domain::stored_mail::StoredMail;
use mail_codes::Link;
use mail_reader::sanitize::SafeText;

/// Actions of menu items, which run when the user presses Enter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Run a user interface command without an argument.
    Run(Command),
    /// Run a user interface command with an argument.
    Invoke(Invocation),
    /// Create an address on the given domain or, if no domain is given, on a random domain.
    NewAddressOn(AddressOptions),
    /// Start the dialogs in which the user adds a personal domain.
    AddDomain,
    /// Start the dialogs in which the user deletes the personal domain with this id and name.
    DeleteDomain(DomainId, SafeText),
    /// Copy this code, link or address to the clipboard.
    Copy(CopySource, SafeText),
    /// Ask whether to open a link of a mail in the browser.
    OpenLink(CopiedMail, Link),
    /// Close the menu without any other effect.
    Nothing,
    /// The item is a heading: the cursor skips it, and a filter hides it.
    Heading,
    /// Switch to the theme with this name. While the cursor is on the item, the screen previews the theme.
    Theme(&'static str),
    /// Show a QR code. The values are the title of the dialog and the text to encode.
    ShowQr(SafeText, SafeText),
    /// Stop the job with this number. The menu stays open.
    StopJob(JobId),
    /// Show hidden mails in the inbox again.
    BringBackMails(Vec<StoredMail>),
    /// Restore a deleted address. The id is that of the session from which the address was deleted.
    BringBackAddress(SessionId, Address),
    /// Put an expired session that the user has removed back into the sessions pane.
    BringBackSession(Session),
}

/// An item of a menu: its label, its additional text and its action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Label on the left of the menu item.
    pub label: SafeText,
    /// Additional text to the right of the menu item's label.
    pub detail: SafeText,
    /// Action that runs when the user presses Enter on the menu item.
    pub action: Action,
}

/// How the program determines the items of a menu while the menu is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MenuContent {
    /// The items of the menu do not change while it is open.
    Fixed,
    /// The menu is the command palette. Its items depend on the typed text, which may be a command with an argument.
    Palette,
    /// The menu lists the running jobs. Its items are updated as the jobs make progress.
    Jobs,
    /// The menu lists the history of the given address; `None` stands for all addresses.
    History(Option<SafeText>),
}

/// A menu: a dialog with a list from which the user chooses an item.
#[derive(Clone, PartialEq, Debug)]
pub struct Menu {
    /// Title of the menu, which is the first part of the menu heading.
    pub title: SafeText,
    /// Verb in the menu heading that describes the effect of the Enter key, such as `runs`; empty if Enter has no
    /// effect.
    pub enter: &'static str,
    /// Verb in the menu heading that describes the effect of the Esc key, such as `closes`.
    pub esc: &'static str,
    /// All items of the menu, including those that do not match its filter.
    pub items: Vec<Item>,
    /// Index of the menu item under the cursor in the list of items that match the filter.
    pub cursor: usize,
    /// Input field for the text that filters the menu items; `None` while the field is closed.
    pub filter: Option<TextInput>,
    /// How the program determines the items of the menu while the menu is open.
    pub content: MenuContent,
}

/// Maximum number of items of a menu whose heading does not mention the search key. Reading such a short list is faster
/// than searching it.
const MAX_ITEMS_WITHOUT_SEARCH: usize = 9;

impl Menu {
    /// Creates a menu without a filter field.
    pub fn new(title: impl Into<SafeText>, items: Vec<Item>) -> Self {
        Self {
            title: title.into(),
            enter: "",
            esc: "closes",
            items,
            cursor: 0,
            filter: None,
            content: MenuContent::Fixed,
        }
        .with_selectable_cursor()
    }

    /// Creates an item that is a heading above other items.
    pub fn heading_item(text: &str) -> Item {
        Item { label: text.into(), detail: SafeText::default(), action: Action::Heading }
    }

    /// Moves the cursor to the first item, skipping a heading.
    pub fn select_first(&mut self) {
        self.cursor = 0;
        self.skip_heading(true);
    }

    /// Moves the cursor to the item with this index among the matching items, unless the item is a heading.
    pub fn select(&mut self, index: usize) {
        if self.matching_items().get(index).is_some_and(|item| item.action != Action::Heading) {
            self.cursor = index;
        }
    }

    /// Returns the number of the item under the cursor, counted from 1, and the number of matching items. Headings are
    /// not counted.
    pub fn position(&self) -> (usize, usize) {
        let matching = self.matching_items();
        let is_item = |item: &&&Item| item.action != Action::Heading;
        let before = matching.iter().take(self.cursor).filter(is_item).count();
        (before + 1, matching.iter().filter(is_item).count())
    }

    fn with_selectable_cursor(mut self) -> Self {
        self.skip_heading(true);
        self
    }

    /// If the cursor is on a heading, moves it to the next item below the heading, or to the next item above the heading
    /// if `down` is `false`. If there is none in that direction, moves it in the other direction.
    pub fn skip_heading(&mut self, down: bool) {
        let matching = self.matching_items();
        let is_item = |index: &usize| matching.get(*index).is_some_and(|item| item.action != Action::Heading);
        let cursor = self.cursor.min(matching.len().saturating_sub(1));
        let below = || (cursor..matching.len()).find(is_item);
        let above = || (0..=cursor).rev().find(is_item);
        let found = if down { below().or_else(above) } else { above().or_else(below) };
        self.cursor = found.unwrap_or(cursor);
    }

    /// Sets the verb in the menu heading that describes the effect of the Enter key.
    #[must_use]
    pub fn with_enter_label(self, enter: &'static str) -> Self {
        Self { enter, ..self }
    }

    /// Adds an open filter field to this menu.
    #[must_use]
    pub fn with_filter_field(self) -> Self {
        Self { filter: Some(TextInput::default()), ..self }
    }

    /// Returns the heading of the menu: its title and the effects of its keys.
    pub fn heading(&self, keymap: &Keymap) -> String {
        let enter = if self.enter.is_empty() { String::new() } else { format!(" · Enter {}", self.enter) };
        let all = if self.can_show_all_history() {
            format!(" · {} shows all addresses", keymap.key_text(AddressCommand::History))
        } else {
            String::new()
        };
        let can_search = self.filter.is_none() && self.items.len() > MAX_ITEMS_WITHOUT_SEARCH;
        let search = if can_search {
            format!(" · {} searches", keymap.key_text(ListCommand::Search))
        } else {
            String::new()
        };
        format!("{}{enter}{all}{search} · Esc {}", self.title, self.esc)
    }

    /// Returns `true` if the menu lists the history of one address, and the key of the history can replace it with the
    /// history of all addresses. Returns `false` while the filter field is open, because the key then types a
    /// character.
    pub fn can_show_all_history(&self) -> bool {
        matches!(self.content, MenuContent::History(Some(_))) && self.filter.is_none()
    }

    /// Moves the cursor in the menu down by `by` items (up if negative) and stops at the ends of the list.
    pub fn move_by(&mut self, by: isize) {
        let last = self.matching_items().len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
        self.skip_heading(by >= 0);
    }
}
