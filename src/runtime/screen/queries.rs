//! Queries the terminal for its graphics protocol, cell size and charset, and applies the replies to the screen.

use super::{Screen, ScreenOutput};
use crate::app::Model;
use crate::runtime::charset::{self, TerminalCharset};
use crate::runtime::pictures::{ImageSettings, TerminalEnvironment};
use crate::runtime::probe::{self, CursorQuery};
use crossterm::event::Event;
use mail_reader::richtext::CellSize;
use ratatui::backend::Backend;
use std::io::{self, Write};

impl<W: Write> Screen<W> {
    /// Queries the terminal for its graphics protocol and cell size. Must be called after the first frame and before
    /// the first key is read, because the replies arrive as input. Returns the keys that the user typed meanwhile.
    pub(in crate::runtime) async fn query_graphics(&mut self) -> io::Result<Vec<Event>> {
        let Some(by_variables) = self.program else { return Ok(Vec::new()) };
        let tmux = self.tmux.take();
        let in_order = self.replies_in_order;
        let probed = probe::query_terminal(tmux.as_deref(), in_order, |bytes| self.write(bytes)).await;
        self.tmux = tmux;
        let probed = probed?;
        self.window_cell = window_cell();
        let around = TerminalEnvironment {
            program: probed.program(by_variables),
            tmux: self.tmux.is_some(),
            window_cell: self.window_cell,
        };
        self.pictures.set_image_settings(ImageSettings::new(&probed.own, probed.outer.as_ref(), around));
        self.cell = probed.cell().or(self.window_cell);
        self.light_background = probed.has_light_background();
        Ok(probed.typed)
    }

    /// Rereads the cell size that the operating system has recorded for the terminal window, because the font may have
    /// changed. Returns whether the cell size has changed.
    pub(in crate::runtime) fn update_cell_size(&mut self) -> bool {
        let now = if self.program.is_some() { window_cell() } else { None };
        // If the recorded size has differed from the size that the terminal reported, the record is not trusted.
        let was_right = self.window_cell.is_some() && self.window_cell == self.cell;
        if now.is_none() || now == self.window_cell || !was_right {
            return false;
        }
        (self.window_cell, self.cell) = (now, now);
        if let (Some(image_settings), Some(cell)) = (self.pictures.image_settings(), now) {
            self.pictures.set_image_settings(Some(ImageSettings { cell, ..image_settings }));
        }
        true
    }

    /// Queries the terminal for its charset. Must be called after the first frame, which contains no text from a mail,
    /// and before the first key is read. Returns the query if the caller must read the reply and pass it to
    /// [`Self::apply_charset_reply`]. Returns `None` if the terminal was not queried, or if this function has already
    /// handled the reply.
    ///
    /// A full screen sends the query whatever the locale is. In line mode for screen readers, a UTF-8 locale is trusted
    /// without a query, because a screen reader might read the query aloud.
    pub(in crate::runtime) fn query_charset(&mut self, model: &Model) -> io::Result<Option<CursorQuery>> {
        if !self.cursor_reports {
            return Ok(None);
        }
        match &mut self.face {
            ScreenOutput::Full(terminal, _) => {
                // If the terminal input cannot be opened, the charset of the locale is used.
                let Ok(query) = CursorQuery::new() else { return Ok(None) };
                charset::probe_corner(terminal.backend_mut())?;
                return Ok(Some(query));
            }
            ScreenOutput::Lines(_) if self.charset == TerminalCharset::Utf8 => {}
            ScreenOutput::Lines(_) => {
                if let Some(charset) = charset::query_charset_at_line_start() {
                    self.set_charset(charset, model)?;
                }
            }
        }
        self.program = None;
        Ok(None)
    }

    /// Redraws the cells that the charset query has overwritten.
    pub(in crate::runtime) fn repair_corner(&mut self) -> io::Result<()> {
        let ScreenOutput::Full(terminal, _) = &mut self.face else { return Ok(()) };
        let cells = (0_u16..).zip(&self.corner).map(|(x, cell)| (x, 0, cell));
        terminal.backend_mut().draw(cells)?;
        Write::flush(terminal.backend_mut())
    }

    /// Handles the reply to the charset query. `column` is the cursor column after the query, counted from 0. If
    /// `column` is `None` because the terminal has not replied, the charset of the locale is used.
    pub(in crate::runtime) fn apply_charset_reply(
        &mut self,
        column: Option<u16>,
        model: &Model,
    ) -> io::Result<()> {
        if column.is_none() {
            // A terminal that does not report the cursor position does not reply to queries for its graphics protocol
            // either.
            self.program = None;
        }
        let found = column.map_or(self.by_locale, TerminalCharset::from_cursor_column);
        self.set_charset(
            match (found, self.wide_ambiguous) {
                (TerminalCharset::Utf8, Some(true)) => TerminalCharset::Utf8WideAmbiguous,
                (TerminalCharset::Utf8WideAmbiguous, Some(false)) => TerminalCharset::Utf8,
                (TerminalCharset::Utf8 | TerminalCharset::Utf8WideAmbiguous | TerminalCharset::Ascii, _) => {
                    found
                }
            },
            model,
        )
    }

    /// Changes the charset in which the screen is drawn, and redraws the screen.
    pub(in crate::runtime) fn set_charset(
        &mut self,
        charset: TerminalCharset,
        model: &Model,
    ) -> io::Result<()> {
        if charset == self.charset {
            return Ok(());
        }
        self.charset = charset;
        mail_reader::ambiguous_width::set_wide(charset == TerminalCharset::Utf8WideAmbiguous);
        self.redraw_all()?;
        self.draw(model)
    }
}

/// Returns the cell size in pixels that the operating system has recorded for the terminal window (`TIOCGWINSZ`);
/// `None` if none is recorded.
fn window_cell() -> Option<CellSize> {
    let size = crossterm::terminal::window_size().ok()?;
    CellSize::new(size.width.checked_div(size.columns)?, size.height.checked_div(size.rows)?)
}
