//! Prints the mailbox as lines of text for screen readers. Draws no frames and does not move the cursor. Prints one
//! line for each change.

use super::charset::TerminalCharset;
use crate::app::Model;
use crate::ui::accessible::SpokenState;
use std::io::{self, Write};

/// Writes the changes to the model as lines of text, which a screen reader reads aloud.
#[derive(Debug)]
pub(super) struct Linear<W: Write> {
    writer: W,
    said: SpokenState,
}

impl<W: Write> Linear<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { writer, said: SpokenState::default() }
    }

    pub(super) fn write_changes(&mut self, model: &Model, charset: TerminalCharset) -> io::Result<()> {
        let now = SpokenState::from_model(model);
        let mut text = String::new();
        for line in now.lines_since(&self.said) {
            text.push_str(&charset.convert_line(&line));
            // In raw mode, the terminal does not add a carriage return to a line feed.
            text.push_str("\r\n");
        }
        self.said = now;
        self.write(text.as_bytes())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)?;
        self.writer.flush()
    }
}
