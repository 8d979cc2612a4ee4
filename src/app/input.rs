//! A line of text that the user edits. The editing itself is tui-textarea's; this newtype keeps
//! it to one line and lets two models be compared.

use super::key::{Code, Key};
use crate::domain::sanitize::SafeText;
use std::fmt;
use tui_textarea::{Input, Key as AreaKey, TextArea};

/// What is shown of each letter of a secret.
const UNSEEN: char = '•';

/// An edited line.
#[derive(Clone, Default)]
pub struct TextInput(TextArea<'static>);

impl fmt::Debug for TextInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TextInput").field(&self.shown()).finish()
    }
}

impl TextInput {
    /// Starts with a text, the cursor behind it.
    pub fn new(text: &str) -> Self {
        let mut input = Self::default();
        input.paste(text);
        input
    }

    /// An empty one whose letters nobody sees.
    pub fn unseen() -> Self {
        let mut input = Self::default();
        input.0.set_mask_char(UNSEEN);
        input
    }

    /// The text as far as it may be seen.
    pub fn shown(&self) -> String {
        match self.0.mask_char() {
            None => self.text().to_owned(),
            Some(mask) => self.text().chars().map(|_| mask).collect(),
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.0.lines().first().map_or("", String::as_str)
    }

    /// The widget to draw.
    pub fn area(&self) -> &TextArea<'static> {
        &self.0
    }

    /// Takes a key; tells whether the text changed. Enter and Esc are the caller's.
    pub fn key(&mut self, key: Key) -> bool {
        let area_key = match key.code {
            // A single line has no place for these.
            Code::Enter
            | Code::Esc
            | Code::Tab
            | Code::BackTab
            | Code::Up
            | Code::Down
            | Code::PageUp
            | Code::PageDown => return false,
            Code::Char('m') if key.ctrl => return false,
            // The editor would undo; at every other line that is typed in a terminal this clears it.
            Code::Char('u') if key.ctrl => return self.0.delete_line_by_head(),
            Code::Char(c) => AreaKey::Char(c),
            Code::Backspace => AreaKey::Backspace,
            Code::Delete => AreaKey::Delete,
            Code::Left => AreaKey::Left,
            Code::Right => AreaKey::Right,
            Code::Home => AreaKey::Home,
            Code::End => AreaKey::End,
        };
        self.0.input(Input { key: area_key, ctrl: key.ctrl, alt: key.alt, shift: false })
    }

    /// Takes all text away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes pasted text: its control characters and line breaks do not come in.
    pub fn paste(&mut self, text: &str) {
        self.0.insert_str(SafeText::new(text).as_str());
    }
}

impl PartialEq for TextInput {
    fn eq(&self, other: &Self) -> bool {
        self.0.lines() == other.0.lines() && self.0.cursor() == other.0.cursor()
    }
}
