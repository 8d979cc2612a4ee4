//! Menus: lists to choose an item from, such as the help, the palette and the theme picker.

use crate::app::command::{Command, row_of};
use crate::app::effect::CopySource;
use crate::app::input::TextInput;
use crate::app::invocation::Invocation;
use crate::app::jobs::JobId;
use crate::domain::ids::{DomainId, SessionId};
use crate::domain::session::{Address, AddressOptions, Session};
use crate::domain::stored_mail::StoredMail;
use mail_reader::sanitize::SafeText;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Matcher, Utf32Str};

/// The actions that a menu item can have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Run a command of the command table.
    Run(Command),
    /// Run a command with an argument.
    Invoke(Invocation),
    /// Create an address on the given domain, or on a random one if none is given.
    NewAddressOn(AddressOptions),
    /// Start the dialog in which the user adds a personal domain.
    AddDomain,
    /// Start the dialog in which the user deletes a personal domain, given by id and name.
    DeleteDomain(DomainId, SafeText),
    /// Copy a code or a link of a mail to the clipboard.
    Copy(CopySource, SafeText),
    /// Close the menu and do nothing else.
    Nothing,
    /// Use the theme with this name. While the cursor is on the item, the screen previews the theme.
    Theme(&'static str),
    /// Show a text as a QR code: first the title of the dialog, then the encoded text.
    ShowQr(SafeText, SafeText),
    /// Stop a job; the menu stays open.
    StopJob(JobId),
    /// Show hidden mails in the inbox again.
    BringBackMails(Vec<StoredMail>),
    /// Restore an address that was deleted from a session.
    BringBackAddress(SessionId, Address),
    /// Put a lapsed session back into the list.
    BringBackSession(Session),
}

/// A menu item: its texts, and the action that Enter runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Label of the menu item, at the left.
    pub label: SafeText,
    /// Further text of the menu item, to the right of the label.
    pub detail: SafeText,
    /// Action that Enter runs on the menu item.
    pub action: Action,
}

/// Where the items of a menu come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MenuContent {
    /// The items stay as they are.
    Fixed,
    /// The menu is the palette, in which the user can also type a command with its argument.
    Palette,
    /// The menu lists the work that runs, and follows its progress.
    Jobs,
}

/// A menu: a list from which the user chooses an item.
#[derive(Clone, PartialEq, Debug)]
pub struct Menu {
    /// Title of the menu, shown in its heading.
    pub title: SafeText,
    /// Text that says what Enter does with the item under the cursor; empty if Enter has no function.
    pub enter: &'static str,
    /// Text in the heading that says what Esc does, for example that it closes the menu.
    pub esc: &'static str,
    /// All items of the menu, including those that the filter hides.
    pub items: Vec<Item>,
    /// Index of the item under the cursor, among the items that match the filter.
    pub cursor: usize,
    /// Input field with the filter text of the menu; `None` while the field is not shown.
    pub filter: Option<TextInput>,
    /// Where the items come from.
    pub content: MenuContent,
}

/// Returns the texts of an item that the filter searches: for a command the name and the description, not the
/// keys; for other items the label and the detail.
fn item_texts(item: &Item) -> [&str; 2] {
    if let Action::Run(command) = &item.action {
        row_of(*command).map_or(["", ""], |row| [row.name, row.help])
    } else {
        [item.label.as_str(), item.detail.as_str()]
    }
}

/// Minimum score of a match for each typed character. An item with a lower score is hidden, because the
/// matched characters are scattered.
///
/// The matcher gives 16 points per character and subtracts points for gaps. Items that score less than three
/// quarters of the best are hidden as well.
const MIN_SCORE: u32 = 17;

/// Maximum number of items for which the heading offers no search, because reading so few is faster than
/// typing.
const MANY: usize = 9;

impl Menu {
    /// Creates a menu that shows no filter field yet.
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

    /// Returns the menu with a text that says what Enter does.
    #[must_use]
    pub fn enter(self, enter: &'static str) -> Self {
        Self { enter, ..self }
    }

    /// Returns the menu with the filter field shown from the start.
    #[must_use]
    pub fn typing(self) -> Self {
        Self { filter: Some(TextInput::default()), ..self }
    }

    /// Returns the heading of the menu: the title and the keys. `search` names the key that shows the filter
    /// field.
    pub fn heading(&self, search: &str) -> String {
        let enter = if self.enter.is_empty() { String::new() } else { format!(" · Enter {}", self.enter) };
        let can_search = self.filter.is_none() && self.items.len() > MANY;
        let search = if can_search { format!(" · {search} searches") } else { String::new() };
        format!("{}{enter}{search} · Esc {}", self.title, self.esc)
    }

    /// Lists the items that match the filter, the best match first.
    pub fn matching(&self) -> Vec<&Item> {
        let text = self.filter.as_ref().map_or("", TextInput::text).trim();
        // Arguments of a command are narrowed already, because what the user typed must come first.
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
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let best = scored.first().map_or(0, |(score, _)| *score);
        scored.retain(|(score, _)| score * 4 >= best * 3);
        // If an item contains the typed words literally, items with only scattered characters are dropped.
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

    /// Moves the cursor of the menu by `by` items, but not past the first or last item.
    pub fn move_by(&mut self, by: isize) {
        let last = self.matching().len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::COMMANDS;

    fn palette(typed: &str) -> Vec<&'static str> {
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
        menu.matching().iter().map(name).collect()
    }

    #[test]
    fn what_is_meant_comes_first_and_what_is_far_fetched_not_at_all() {
        assert_eq!(palette("cpl"), ["copy-link", "copy-extended"]);
        assert_eq!(palette("theme"), ["theme"]);
        assert_eq!(palette("quit"), ["quit"]);
        assert_eq!(palette("wtch"), ["watch"]);
        assert_eq!(palette("next mail"), ["next-mail"]);
        assert_eq!(palette("larger"), ["grow"]);
        assert_eq!(palette("copy").first(), Some(&"copy-code"));
        assert_eq!(palette("cpcod").first(), Some(&"copy-code"));
        assert_eq!(palette("nad").first(), Some(&"new-address"));
        assert!(palette("co").iter().all(|name| !["mark-range", "refresh", "one-by-one"].contains(name)));
        assert!(palette("x").is_empty() && palette("zz").is_empty());
        assert_eq!(palette("").len(), COMMANDS.len());
    }
}
