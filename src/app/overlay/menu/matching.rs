//! The filter of menus: determines which items match the typed text, and sorts them.

use super::{Action, Item, Menu};
use crate::app::command::row_of;
use crate::app::input::TextInput;
use dropmail_client::domain::sorting::sort_by_number;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Matcher, Utf32Str};

/// Returns the two texts of a menu item that the menu filter searches. For a command, they are its name and its
/// description; its keys are not searched. For any other item, they are the label and the additional text.
fn item_texts(item: &Item) -> [&str; 2] {
    if let Action::Run(command) = &item.action {
        row_of(*command).map_or(["", ""], |row| [row.name, row.help])
    } else {
        [item.label.as_str(), item.detail.as_str()]
    }
}

/// Returns `true` if each typed word is the start of one of the command's synonyms. A typed word must have at least
/// [`MIN_SYNONYM_LETTERS`] letters. `typed` contains the words in lower case.
fn matches_synonyms(item: &Item, typed: &[String]) -> bool {
    let Action::Run(command) = &item.action else { return false };
    let is_start = |part: &String| {
        part.chars().count() >= MIN_SYNONYM_LETTERS
            && command.synonyms().split_whitespace().any(|word| word.starts_with(part.as_str()))
    };
    !typed.is_empty() && typed.iter().all(is_start)
}

/// Minimum number of letters of a typed word that is compared with synonyms. Shorter words would match many commands.
const MIN_SYNONYM_LETTERS: usize = 3;

/// Minimum score per typed character; the menu filter hides an item with a lower score, because the matched characters
/// are too scattered in the text of the item.
///
/// The fuzzy matcher adds 16 points for each matched character and deducts points for gaps. Items that score less than
/// three quarters of the best score are also hidden.
const MIN_SCORE: u32 = 17;

impl Menu {
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
        let items = || self.items.iter().filter(|item| item.action != Action::Heading);
        let mut scored: Vec<(u32, &Item)> = items().filter_map(|item| Some((score(item)?, item))).collect();
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
        let synonymous: Vec<&Item> = items().filter(|item| matches_synonyms(item, &typed)).collect();
        if !synonymous.is_empty() || scored.iter().any(|(_, item)| stands(item)) {
            scored.retain(|(_, item)| stands(item));
        }
        let mut matching: Vec<&Item> = scored.into_iter().map(|(_, item)| item).collect();
        let is_new = |item: &&Item| !matching.iter().any(|known| std::ptr::eq(*known, *item));
        let added: Vec<&Item> = synonymous.into_iter().filter(is_new).collect();
        matching.extend(added);
        matching
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
        assert_eq!(palette_matches("background"), ["running"]);
        assert_eq!(palette_matches("tasks"), ["running"]);
        assert_eq!(palette_matches("otp"), ["copy-code", "choose-code"]);
        assert_eq!(palette_matches("undelete"), ["bring-back"]);
        assert_eq!(palette_matches("exit"), ["quit"]);
        assert!(palette_matches("x").is_empty() && palette_matches("zz").is_empty());
        assert_eq!(palette_matches("").len(), COMMANDS.len());
    }
}
