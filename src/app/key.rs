//! Types for keyboard keys, so that the core and the tests do not depend on the terminal library.

use std::fmt;

/// A key without its modifiers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyCode {
    /// A key that types this character. The character reflects whether Shift was held down, as in `a` and `A`.
    Char(char),
    /// The Enter (Return) key.
    Enter,
    /// The Escape key.
    Esc,
    /// The Tab key.
    Tab,
    /// The Tab key with Shift.
    BackTab,
    /// The Backspace key, which deletes to the left.
    Backspace,
    /// The Delete key, which deletes to the right.
    Delete,
    /// The up arrow key.
    Up,
    /// The down arrow key.
    Down,
    /// The left arrow key.
    Left,
    /// The right arrow key.
    Right,
    /// The Home key.
    Home,
    /// The End key.
    End,
    /// The Page Up key.
    PageUp,
    /// The Page Down key.
    PageDown,
}

/// A key with its modifiers. There is no field for Shift, because `code` already reflects whether Shift was held down.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    /// The key without its modifiers.
    pub code: KeyCode,
    /// `true` if Ctrl was held down when the key was pressed.
    pub ctrl: bool,
    /// `true` if Alt was held down when the key was pressed.
    pub alt: bool,
}

impl Key {
    /// Creates a key without modifiers.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// Creates the key that types the character `c`, without modifiers.
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// Creates the key that types the character `c`, combined with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), ctrl: true, alt: false }
    }

    /// Parses a string of keys, such as `j<c-d><enter>`. A name in angle brackets is one key; any other character is a
    /// key of its own.
    ///
    /// The names are `<enter>`, `<esc>`, `<tab>`, `<s-tab>`, `<bs>`, `<del>`, `<up>`, `<down>`, `<left>`, `<right>`,
    /// `<home>`, `<end>`, `<pgup>`, `<pgdn>`, `<space>`, `<lt>` and `<c-x>` (Ctrl with a character). Unknown names are
    /// skipped.
    pub fn parse_sequence(script: &str) -> Vec<Self> {
        let mut keys = Vec::new();
        let mut rest = script;
        while let Some(c) = rest.chars().next() {
            let named = (c == '<').then(|| rest.split_once('>')).flatten();
            if let Some((name, after)) = named {
                keys.extend(Self::from_name(name.trim_start_matches('<')));
                rest = after;
            } else {
                keys.push(Self::char(c));
                let mut chars = rest.chars();
                chars.next();
                rest = chars.as_str();
            }
        }
        keys
    }

    fn from_name(name: &str) -> Option<Self> {
        let code = match name {
            "enter" => KeyCode::Enter,
            "esc" => KeyCode::Esc,
            "tab" => KeyCode::Tab,
            "s-tab" => KeyCode::BackTab,
            "bs" => KeyCode::Backspace,
            "del" => KeyCode::Delete,
            "up" => KeyCode::Up,
            "down" => KeyCode::Down,
            "left" => KeyCode::Left,
            "right" => KeyCode::Right,
            "home" => KeyCode::Home,
            "end" => KeyCode::End,
            "pgup" => KeyCode::PageUp,
            "pgdn" => KeyCode::PageDown,
            "space" => KeyCode::Char(' '),
            "lt" => KeyCode::Char('<'),
            _ => return name.strip_prefix("c-")?.chars().next().map(Self::ctrl),
        };
        Some(Self::plain(code))
    }
}

/// Names of keys in the settings file. A key can have several names.
const NAMES: &[(&str, KeyCode)] = &[
    ("Space", KeyCode::Char(' ')),
    ("Enter", KeyCode::Enter),
    ("Return", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PageUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("PageDown", KeyCode::PageDown),
    ("↑", KeyCode::Up),
    ("↓", KeyCode::Down),
    ("←", KeyCode::Left),
    ("→", KeyCode::Right),
];

impl Key {
    /// Parses the name of one key from the settings file, such as `j`, `G`, `Ctrl-d`, `Alt-x`, `Space`,
    /// `Shift-Tab` or `PgDn`. Case matters for single characters, but not for names. Returns `None` if the name
    /// is invalid.
    pub fn parse(name: &str) -> Option<Self> {
        let mut rest = name;
        let (mut ctrl, mut alt) = (false, false);
        while let Some((modifier, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            match modifier.to_ascii_lowercase().as_str() {
                "ctrl" | "c" => ctrl = true,
                "alt" | "a" => alt = true,
                _ => break,
            }
            rest = after;
        }
        let mut chars = rest.chars();
        let named = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(rest));
        let code = match (chars.next(), chars.next()) {
            _ if named.is_some() => named?.1,
            (Some(c), None) if ctrl => KeyCode::Char(c.to_ascii_lowercase()),
            (Some(c), None) if !c.is_control() && c != ' ' => KeyCode::Char(c),
            _ => return None,
        };
        Some(Self { code, ctrl, alt })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        let name = match self.code {
            KeyCode::Char(' ') => "Space",
            KeyCode::Char(c) => return write!(f, "{c}"),
            KeyCode::Enter => "Enter",
            KeyCode::Esc => "Esc",
            KeyCode::Tab => "Tab",
            KeyCode::BackTab => "Shift-Tab",
            KeyCode::Backspace => "Backspace",
            KeyCode::Delete => "Delete",
            KeyCode::Up => "↑",
            KeyCode::Down => "↓",
            KeyCode::Left => "←",
            KeyCode::Right => "→",
            KeyCode::Home => "Home",
            KeyCode::End => "End",
            KeyCode::PageUp => "PgUp",
            KeyCode::PageDown => "PgDn",
        };
        f.write_str(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_names_survive_a_round_trip_through_text() {
        for name in ["j", "G", "Ctrl-d", "Alt-x", "Space", "Shift-Tab", "PgDn", "↑", "?", "-", "Ctrl--", "é"]
        {
            assert_eq!(Key::parse(name).map(|key| key.to_string()).as_deref(), Some(name));
        }
        assert_eq!(Key::parse("ctrl-D"), Some(Key::ctrl('d')));
        assert_eq!(Key::parse("down"), Some(Key::plain(KeyCode::Down)));
        for none in ["", " ", "jj", "Ctrl-", "Hyper-x", "F13"] {
            assert_eq!(Key::parse(none), None, "{none}");
        }
    }

    #[test]
    fn a_key_script_is_parsed_in_order() {
        let keys = Key::parse_sequence("j<c-d><enter>é<lt>");
        let expected =
            [Key::char('j'), Key::ctrl('d'), Key::plain(KeyCode::Enter), Key::char('é'), Key::char('<')];
        assert_eq!(keys, expected);
        assert_eq!(Key::parse_sequence("a<"), [Key::char('a'), Key::char('<')]);
    }
}
