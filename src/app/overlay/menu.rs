//! Menus: lists from which the user chooses an item, such as the help, the command palette and the theme picker.

use crate::app::command::{AddressCommand, Command, ListCommand, row_of};
use crate::app::effect::{CopiedMail, CopySource};
use crate::app::input::TextInput;
use crate::app::invocation::Invocation;
use crate::app::jobs::JobId;
use crate::app::keymap::Keymap;
use dropmail_client::domain::ids::{DomainId, SessionId};
use dropmail_client::domain::session::{Address, AddressOptions, Session};
use dropmail_client::domain::sorting::sort_by_number;
use dropmail_client::domain::stored_mail::StoredMail;
use mail_codes::Link;
use mail_reader::sanitize::SafeText;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Matcher, Utf32Str};

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

/// Returns the two texts of a menu item that the menu filter searches. For a command, they are its name and its
/// description; its keys are not searched. For any other item, they are the label and the additional text.
fn item_texts(item: &Item) -> [&str; 2] {
    if let Action::Run(command) = &item.action {
        row_of(*command).map_or(["", ""], |row| [row.name, row.help])
    } else {
        [item.label.as_str(), item.detail.as_str()]
    }
}

/// Minimum score per typed character; the menu filter hides an item with a lower score, because the matched characters
/// are too scattered in the text of the item.
///
/// The fuzzy matcher adds 16 points for each matched character and deducts points for gaps. Items that score less than
/// three quarters of the best score are also hidden.
const MIN_SCORE: u32 = 17;

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
    /// history of all addresses. While the filter field is open, this key is text.
    pub fn can_show_all_history(&self) -> bool {
        matches!(self.content, MenuContent::History(Some(_))) && self.filter.is_none()
    }

    /// Returns the menu items that match the filter, the best match first.
    pub fn matching_items(&self) -> Vec<&Item> {
        let text = self.filter.as_ref().map_or("", TextInput::text).trim();
        // The palette has already filtered the arguments of a command, and its first item must be the text that
        // the user typed.
        let arguments = matches!(self.items.first(), Some(Item { action: Action::Invoke(_), .. }));
        if text.is_empty() || arguments {
            return self.items.iter().collect();
        }
        let mut matcher = Matcher::new(nucleo_matcher::Config::DEFAULT);
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let letters = text.chars().filter(|c| !c.is_whitespace()).count();
        let least = u32::try_from(letters).unwrap_or(u32::MAX).saturating_mul(MIN_SCORE);
        let mut buffer = Vec::new();
        let mut score = |item: &Item| {
            let scores =
                item_texts(item).map(|words| pattern.score(Utf32Str::new(words, &mut buffer), &mut matcher));
            scores.into_iter().flatten().max().filter(|score| *score >= least)
        };
        let mut scored: Vec<(u32, &Item)> =
            self.items.iter().filter_map(|item| Some((score(item)?, item))).collect();
        sort_by_number(&mut scored, |(score, _)| -i128::from(*score));
        let best = scored.first().map_or(0, |(score, _)| *score);
        scored.retain(|(score, _)| score * 4 >= best * 3);
        // If any item contains the typed words literally, items that contain only their scattered characters are
        // removed.
        let typed: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let stands = |item: &Item| {
            let fields = item_texts(item).map(str::to_lowercase);
            fields.iter().any(|field| typed.iter().all(|part| field.contains(part.as_str())))
        };
        if scored.iter().any(|(_, item)| stands(item)) {
            scored.retain(|(_, item)| stands(item));
        }
        scored.into_iter().map(|(_, item)| item).collect()
    }

    /// Moves the cursor in the menu down by `by` items (up if negative) and stops at the ends of the list.
    pub fn move_by(&mut self, by: isize) {
        let last = self.matching_items().len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::COMMANDS;

    fn palette_matches(typed: &str) -> Vec<&'static str> {
        let item = |row: &crate::app::command::CommandSpec| Item {
            label: row.help.into(),
            detail: row.name.into(),
            action: Action::Run(row.command),
        };
        let mut menu = Menu::new("", COMMANDS.iter().map(item).collect());
        menu.filter = Some(TextInput::new(typed));
        let name = |item: &&Item| {
            let Action::Run(command) = item.action else { return "" };
            row_of(command).map_or("", |row| row.name)
        };
        menu.matching_items().iter().map(name).collect()
    }

    #[test]
    fn the_best_match_is_first_and_weak_matches_are_omitted() {
        assert_eq!(palette_matches("cpl"), ["copy-link", "copy-extended"]);
        assert_eq!(palette_matches("theme"), ["theme"]);
        assert_eq!(palette_matches("quit"), ["quit"]);
        assert_eq!(palette_matches("wtch"), ["watch"]);
        assert_eq!(palette_matches("next mail"), ["next-mail"]);
        assert_eq!(palette_matches("larger"), ["grow"]);
        assert_eq!(palette_matches("copy").first(), Some(&"copy-code"));
        assert_eq!(palette_matches("cpcod").first(), Some(&"copy-code"));
        assert_eq!(palette_matches("nad").first(), Some(&"new-address"));
        assert!(
            palette_matches("co").iter().all(|name| !["mark-range", "refresh", "one-by-one"].contains(name))
        );
        assert!(palette_matches("x").is_empty() && palette_matches("zz").is_empty());
        assert_eq!(palette_matches("").len(), COMMANDS.len());
    }
}
