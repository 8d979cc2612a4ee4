//! Prints the mailbox as lines of text for screen readers, without drawing frames or moving the cursor. Each change is
//! printed once, as one line.

use super::charset::Charset;
use crate::app::Model;
use crate::ui::accessible::SpokenState;
use std::io::{self, Write};

/// Writes changes to the model as lines of text that a screen reader reads out.
#[derive(Debug)]
pub(super) struct Linear<W: Write> {
    writer: W,
    said: SpokenState,
}

impl<W: Write> Linear<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { writer, said: SpokenState::default() }
    }

    pub(super) fn tell(&mut self, model: &Model, charset: Charset) -> io::Result<()> {
        let now = SpokenState::of(model);
        let mut text = String::new();
        for line in now.since(&self.said) {
            text.push_str(&charset.line(&line));
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
