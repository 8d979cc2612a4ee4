//! A single-line input field based on the `tui-textarea` crate. The type limits the text to one line and implements
//! `PartialEq`, so that models can be compared.

use super::key::{Key, KeyCode};
use mail_reader::sanitize::SafeText;
use std::fmt;
use tui_textarea::{Input, Key as AreaKey, TextArea};

/// Character that a password field displays in place of each typed character.
const UNSEEN: char = '•';

/// A single-line input field. A password field also masks the text that the user types.
#[derive(Clone, Default)]
pub struct TextInput(TextArea<'static>);

impl fmt::Debug for TextInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TextInput").field(&self.displayed_text()).finish()
    }
}

impl TextInput {
    /// Creates an input field that contains `text`, with the cursor at the end.
    pub fn new(text: &str) -> Self {
        let mut input = Self::default();
        input.paste(text);
        input
    }

    /// Creates an empty password field, which shows a dot for each character.
    pub fn password() -> Self {
        let mut input = Self::default();
        input.0.set_mask_char(UNSEEN);
        input
    }

    /// Returns the text of the field as displayed on the screen; for a password field, a dot for each character.
    pub fn displayed_text(&self) -> String {
        match self.0.mask_char() {
            None => self.text().to_owned(),
            Some(mask) => self.text().chars().map(|_| mask).collect(),
        }
    }

    /// Returns the text that the user typed; for a password field, the password itself.
    pub fn text(&self) -> &str {
        self.0.lines().first().map_or("", String::as_str)
    }

    /// Returns the `tui-textarea` widget, which the view renders.
    pub fn area(&self) -> &TextArea<'static> {
        &self.0
    }

    /// Returns the cursor position as a character index. At the end of the text, this is the number of characters.
    pub fn cursor(&self) -> usize {
        self.0.cursor().1
    }

    /// Handles a key press and returns `true` if the text has changed. Ignores Enter and Esc, which the caller handles.
    pub fn handle_key(&mut self, key: Key) -> bool {
        let area_key = match key.code {
            // These keys have no effect in a single-line field.
            KeyCode::Enter
            | KeyCode::Esc
            | KeyCode::Tab
            | KeyCode::BackTab
            | KeyCode::Up
            | KeyCode::Down
            | KeyCode::PageUp
            | KeyCode::PageDown => return false,
            KeyCode::Char('m') if key.ctrl => return false,
            // `tui-textarea` binds Ctrl-u to undo. In other terminal programs, Ctrl-u deletes the text before the
            // cursor.
            KeyCode::Char('u') if key.ctrl => return self.0.delete_line_by_head(),
            KeyCode::Char(c) => AreaKey::Char(c),
            KeyCode::Backspace => AreaKey::Backspace,
            KeyCode::Delete => AreaKey::Delete,
            KeyCode::Left => AreaKey::Left,
            KeyCode::Right => AreaKey::Right,
            KeyCode::Home => AreaKey::Home,
            KeyCode::End => AreaKey::End,
        };
        self.0.input(Input { key: area_key, ctrl: key.ctrl, alt: key.alt, shift: false })
    }

    /// Deletes the text of the field.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Inserts pasted text at the cursor after removing control characters and line breaks.
    pub fn paste(&mut self, text: &str) {
        self.0.insert_str(SafeText::new(text).as_str());
    }
}

impl PartialEq for TextInput {
    fn eq(&self, other: &Self) -> bool {
        self.0.lines() == other.0.lines() && self.0.cursor() == other.0.cursor()
    }
}
