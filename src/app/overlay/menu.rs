//! A list to choose from: help, palette and all choosers.

use crate::app::command::{Command, row_of};
use crate::app::effect::CopySource;
use crate::app::input::TextInput;
use crate::domain::ids::{DomainId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::session::Address;
use crate::ports::archive::StoredMail;
use crate::ports::dropmail_api::AddressOptions;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Matcher, Utf32Str};

/// What a line of a menu does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Runs a command.
    Run(Command),
    /// Makes an address on a domain, or on a random one.
    NewAddressOn(AddressOptions),
    /// Begins to add a domain of the user's own.
    AddDomain,
    /// Begins to give one up.
    DeleteDomain(DomainId, SafeText),
    /// Copies something of a mail.
    Copy(CopySource, SafeText),
    /// Only closes the menu.
    Nothing,
    /// Takes a theme; it shows as soon as the cursor is on it.
    Theme(&'static str),
    /// Shows a text as a QR code, under a title.
    ShowQr(SafeText, SafeText),
    /// Brings hidden mails back into the list.
    BringBackMails(Vec<StoredMail>),
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
    /// What Enter does with the line under the cursor; nothing where there is nothing to do.
    pub enter: &'static str,
    /// What Esc does.
    pub esc: &'static str,
    /// All lines.
    pub items: Vec<Item>,
    /// Which of the matching lines the cursor is on.
    pub cursor: usize,
    /// Text that a line must hold; `Some` while typing goes into it.
    pub filter: Option<TextInput>,
}

/// What a line is found by: a command by its name or by what it does, not by its keys.
fn item_texts(item: &Item) -> [&str; 2] {
    match &item.action {
        Action::Run(command) => row_of(*command).map_or(["", ""], |row| [row.name, row.help]),
        _ => [item.label.as_str(), item.detail.as_str()],
    }
}

/// A line whose letters are strewn so that it scores less than this for each letter that was typed
/// (sixteen is what a letter is worth, before what lies between two is taken off) is not meant, and
/// one that scores less than three quarters of the best is not either.
const MIN_SCORE: u32 = 17;

/// So many lines are looked over faster than a word is typed.
const MANY: usize = 9;

impl Menu {
    /// A list to go through by keys.
    pub fn new(title: impl Into<SafeText>, items: Vec<Item>) -> Self {
        Self { title: title.into(), enter: "", esc: "closes", items, cursor: 0, filter: None }
    }

    /// What Enter does, in a word.
    #[must_use]
    pub fn enter(self, enter: &'static str) -> Self {
        Self { enter, ..self }
    }

    /// What is typed narrows it from the start.
    #[must_use]
    pub fn typing(self) -> Self {
        Self { filter: Some(TextInput::default()), ..self }
    }

    /// What it is, and what the keys do; `search` begins to narrow it.
    pub fn heading(&self, search: &str) -> String {
        let enter = if self.enter.is_empty() { String::new() } else { format!(" · Enter {}", self.enter) };
        let can_search = self.filter.is_none() && self.items.len() > MANY;
        let search = if can_search { format!(" · {search} searches") } else { String::new() };
        format!("{}{enter}{search} · Esc {}", self.title, self.esc)
    }

    /// The lines that the filter leaves, the best match first.
    pub fn matching(&self) -> Vec<&Item> {
        let text = self.filter.as_ref().map_or("", TextInput::text).trim();
        if text.is_empty() {
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
        // Where what was typed stands as it is, nobody means letters strewn over several words.
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

    /// Moves the cursor, not beyond the ends.
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
        let name = |item: &&Item| match item.action {
            Action::Run(command) => row_of(command).map_or("", |row| row.name),
            _ => "",
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
