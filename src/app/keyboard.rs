//! Detects the user's keyboard layout from the characters that the user types, so that key bindings also work on
//! non-Latin layouts. Text in input fields is never changed.

use super::command::Context;
use super::key::{Key, KeyCode};
use super::keymap::{KeyMatch, Keymap};
use crate::config::keyboards::{self, KeyboardLayout};

/// Maximum number of different unbound keys for which the program shows a notice. Further unbound keys are ignored
/// without a notice.
const MAX_REPORTED: usize = 64;

/// The user's keyboard layout, and the unbound keys for which a notice has been shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keyboard {
    /// The keyboard layout from the settings or the locale; `None` for a Latin layout. When the user types a character
    /// that only another layout contains, that layout replaces the current one.
    layout: Option<&'static KeyboardLayout>,
    /// The unbound keys for which a notice has been shown.
    reported: Vec<String>,
}

impl Keyboard {
    /// Sets the keyboard layout from the settings; `None` for a Latin layout.
    pub fn set_layout(&mut self, layout: Option<&'static KeyboardLayout>) {
        self.layout = layout;
    }

    /// Returns `key` with the Latin character that is on the same physical key as the typed character. Returns `None`
    /// if the key types no character, or if the character is ASCII or is in no known layout.
    ///
    /// If the current layout does not contain the character, the layout that contains it becomes the current one.
    pub fn latin_key(&mut self, key: Key) -> Option<Key> {
        let KeyCode::Char(typed) = key.code else { return None };
        if typed.is_ascii() {
            return None;
        }
        let here = self.layout.filter(|layout| layout.latin_of(typed).is_some());
        let layout =
            here.or_else(|| keyboards::all().iter().find(|layout| layout.latin_of(typed).is_some()))?;
        self.layout = Some(layout);
        layout.latin_of(typed).map(|latin| Key { code: KeyCode::Char(latin), ..key })
    }

    /// Appends `key` to the keys in `typed` and looks up the whole of `typed` in the key bindings. If there is no match
    /// and `key` types a non-Latin character, tries the Latin character on the same physical key in its place.
    pub fn look_up(&mut self, keymap: &Keymap, typed: &mut Vec<Key>, key: Key, context: Context) -> KeyMatch {
        typed.push(key);
        let as_typed = keymap.lookup(typed, context);
        if as_typed != KeyMatch::NoMatch {
            return as_typed;
        }
        let Some(latin) = self.latin_key(key) else { return as_typed };
        typed.pop();
        typed.push(latin);
        let as_latin = keymap.lookup(typed, context);
        if as_latin == KeyMatch::NoMatch {
            // The notice about unbound keys shows the characters that the user typed.
            typed.pop();
            typed.push(key);
        }
        as_latin
    }

    /// Returns the characters that the keys of a chord produce on the user's keyboard layout, separated by spaces.
    /// Returns `None` if these characters are the same as in `keys`.
    pub fn local_name(&self, keys: &[Key]) -> Option<String> {
        let layout = self.layout?;
        let local = |key: &Key| {
            let KeyCode::Char(latin) = key.code else { return None };
            layout.character_of(latin).map(|typed| Key { code: KeyCode::Char(typed), ..*key })
        };
        let names: Vec<String> = keys.iter().map(|key| local(key).unwrap_or(*key).to_string()).collect();
        keys.iter().any(|key| local(key).is_some()).then(|| names.join(" "))
    }

    /// Returns `true` if the program should show a notice that no command is bound to the key sequence `keys`. Each
    /// sequence is reported only once, and at most `MAX_REPORTED` sequences are reported.
    pub fn should_report(&mut self, keys: &str) -> bool {
        let is_new = self.reported.len() < MAX_REPORTED && self.reported.iter().all(|known| known != keys);
        if is_new {
            self.reported.push(keys.to_owned());
        }
        is_new
    }
}
