//! Non-Latin keyboard layouts, read from an embedded table that lists the character that each key produces.

use std::sync::LazyLock;

/// The text of the keyboard layout table, whose first lines describe its format.
const TABLE: &str = include_str!("../../assets/keyboards.txt");

/// The valid values of the `keyboard` setting: `auto` and the names of the keyboard layouts.
pub const NAMES: &[&str] = &[
    "auto",
    "russian",
    "ukrainian",
    "belarusian",
    "bulgarian",
    "bulgarian-phonetic",
    "serbian",
    "macedonian",
    "kazakh",
    "kyrgyz",
    "tajik",
    "mongolian",
    "greek",
    "hebrew",
    "arabic",
    "persian",
    "urdu",
    "georgian",
    "armenian",
    "thai",
    "lao",
    "korean",
    "hindi",
    "bengali",
];

/// A non-Latin keyboard layout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyboardLayout {
    /// Name of the keyboard layout in the settings.
    pub name: &'static str,
    /// ISO 639-1 codes of the languages for which this keyboard layout is commonly used.
    languages: Vec<&'static str>,
    /// The Latin character of each key, and the character that the key produces in this layout.
    pairs: Vec<(char, char)>,
}

impl KeyboardLayout {
    /// Returns the Latin character of the key that produces `character` in this layout; `None` if no key produces it.
    pub fn latin_of(&self, character: char) -> Option<char> {
        self.pairs.iter().find(|(_, typed)| *typed == character).map(|(latin, _)| *latin)
    }

    /// Returns the character that the key for the Latin character `latin` produces in this layout; `None` if the key
    /// produces an ASCII character.
    pub fn character_of(&self, latin: char) -> Option<char> {
        self.pairs.iter().find(|(key, _)| *key == latin).map(|(_, typed)| *typed)
    }
}

/// All keyboard layouts, in the order of the embedded table.
static LAYOUTS: LazyLock<Vec<KeyboardLayout>> = LazyLock::new(|| parse(TABLE));

/// Returns all keyboard layouts. If several layouts contain the same character, the most common of these layouts comes
/// first.
pub fn all() -> &'static [KeyboardLayout] {
    &LAYOUTS
}

/// Returns the keyboard layout for `setting`, the value of the `keyboard` setting. For `auto`, returns the layout for
/// the language of `locale` (such as `ru_RU.UTF-8`), or `None` if that language has a Latin layout.
pub fn choose(setting: &str, locale: &str) -> Option<&'static KeyboardLayout> {
    let language = locale.split(['_', '.', '@']).next().unwrap_or_default();
    let fits = |layout: &&KeyboardLayout| match setting {
        "auto" => layout.languages.contains(&language),
        name => layout.name == name,
    };
    all().iter().find(fits)
}

fn parse(table: &'static str) -> Vec<KeyboardLayout> {
    let mut layouts: Vec<KeyboardLayout> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with("# ")) {
        if let Some((name, languages)) = line.strip_prefix('[').and_then(|line| line.split_once("] ")) {
            let languages = languages.split(' ').collect();
            layouts.push(KeyboardLayout { name, languages, pairs: Vec::new() });
        } else if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            layouts.push(KeyboardLayout { name, languages: Vec::new(), pairs: Vec::new() });
        } else if let Some(layout) = layouts.last_mut() {
            let pair = |word: &str| Some((word.chars().next()?, word.chars().nth(1)?));
            layout.pairs.extend(line.split(' ').filter_map(pair));
        }
    }
    layouts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_can_be_configured_and_maps_each_character_to_one_key() {
        let names: Vec<&str> = all().iter().map(|layout| layout.name).collect();
        assert_eq!(names, NAMES[1..]);
        for layout in all() {
            assert!(layout.pairs.len() >= 26, "{}", layout.name);
            for (at, (latin, typed)) in layout.pairs.iter().enumerate() {
                assert!(latin.is_ascii_graphic() && !typed.is_ascii(), "{}: {latin}{typed}", layout.name);
                let later = &layout.pairs[at + 1..];
                assert!(later.iter().all(|pair| pair.0 != *latin && pair.1 != *typed), "{latin}{typed}");
            }
        }
    }

    #[test]
    fn the_locale_selects_the_layout_that_is_tried_first() {
        let name = |locale| choose("auto", locale).map(|layout| layout.name);
        assert_eq!(name("ru_RU.UTF-8"), Some("russian"));
        assert_eq!(name("bg"), Some("bulgarian"));
        assert_eq!(name("de_DE.UTF-8"), None);
        assert_eq!(name(""), None);
        assert_eq!(choose("greek", "ru_RU").map(|layout| layout.name), Some("greek"));
    }
}
