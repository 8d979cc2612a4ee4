//! The user's keyboard layout, learned from what the user types, so that key bindings work on layouts without
//! Latin letters. Typed text is never changed.

use super::command::Context;
use super::key::{Code, Key};
use super::keymap::{KeyMatch, Keymap};
use crate::config::keyboards::{self, KeyboardLayout};

/// Maximum number of keys without a function that are remembered as reported; further ones are not reported.
const MAX_REPORTED: usize = 64;

/// Facts about the user's keyboard, learned from the keys that the user types.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keyboard {
    /// The layout of the settings, of the locale, or of the last character that only another layout types.
    /// `None` for a Latin layout.
    layout: Option<&'static KeyboardLayout>,
    /// Keys without a function that were reported to the user.
    reported: Vec<String>,
}

impl Keyboard {
    /// Replaces the layout, because the settings name one.
    pub fn set_layout(&mut self, layout: Option<&'static KeyboardLayout>) {
        self.layout = layout;
    }

    /// Returns the key with the Latin character that sits on the same key as the typed character; `None` if no
    /// known layout types that character.
    ///
    /// A character that the current layout does not type belongs to another layout, which becomes the current
    /// one.
    pub fn latin_key(&mut self, key: Key) -> Option<Key> {
        let Code::Char(typed) = key.code else { return None };
        if typed.is_ascii() {
            return None;
        }
        let here = self.layout.filter(|layout| layout.latin_of(typed).is_some());
        let layout =
            here.or_else(|| keyboards::all().iter().find(|layout| layout.latin_of(typed).is_some()))?;
        self.layout = Some(layout);
        layout.latin_of(typed).map(|latin| Key { code: Code::Char(latin), ..key })
    }

    /// Looks up the keys in `typed` and then `key` among the key bindings, and appends `key` to `typed`. A
    /// character that is bound to nothing means the Latin key on which it sits.
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
            // A report about the key names what the user has typed.
            typed.pop();
            typed.push(key);
        }
        as_latin
    }

    /// Names the keys of a chord as the user's layout types them; `None` if they are the same.
    pub fn local_name(&self, keys: &[Key]) -> Option<String> {
        let layout = self.layout?;
        let local = |key: &Key| {
            let Code::Char(latin) = key.code else { return None };
            layout.typed_by(latin).map(|typed| Key { code: Code::Char(typed), ..*key })
        };
        let names: Vec<String> = keys.iter().map(|key| local(key).unwrap_or(*key).to_string()).collect();
        keys.iter().any(|key| local(key).is_some()).then(|| names.join(" "))
    }

    /// Returns whether the program should report that these keys have no function, which it does once for
    /// each.
    pub fn reports(&mut self, keys: &str) -> bool {
        let is_new = self.reported.len() < MAX_REPORTED && self.reported.iter().all(|known| known != keys);
        if is_new {
            self.reported.push(keys.to_owned());
        }
        is_new
    }
}
