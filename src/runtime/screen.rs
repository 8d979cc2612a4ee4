//! The screen. It takes over the terminal when the program starts, renders the model, and restores the terminal when
//! the program exits.

mod ambiguous_width;
mod joined_emoji;
mod queries;
mod style_cache;
mod terminal_guard;

pub use terminal_guard::{TerminalGuard, TerminalMode, restore_terminal};

use super::accessible::Linear;
use super::charset::{CORNER_CELLS, TerminalCharset};
use super::pictures::{EncodedImage, ImageSettings, Pictures};
use crate::app::Model;
use crate::app::layout::Area;
use crate::config::TerminalProgram;
use crate::ui::theme::ColorDepth;
use ambiguous_width::AmbiguousRows;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{execute, queue};
use dropmail_client::ports::tmux::TmuxPane;
use joined_emoji::replace_joined_emoji;
use mail_reader::richtext::CellSize;
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Cell;
use std::io::{self, BufWriter, Stdout, Write};
use style_cache::StyleCache;
use terminal_guard::{enter_terminal, update_mouse_mode, update_title};

/// Size of the output buffer in bytes. A frame up to this size is sent to the terminal in a single write.
const FRAME: usize = 64 * 1024;

/// Capabilities of the terminal as determined from environment variables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capabilities {
    /// The number of colours that the terminal supports.
    pub depth: ColorDepth,
    /// `true` if the terminal supports hyperlinks (OSC 8).
    pub hyperlinks: bool,
    /// The terminal emulator to query for its graphics protocol; `None` if the terminal must not be queried.
    pub pictures: Option<TerminalProgram>,
    /// The charset of the terminal according to the locale.
    pub charset: TerminalCharset,
    /// `true` if the terminal replies to queries for the cursor position.
    pub cursor_reports: bool,
    /// `true` if the terminal replies to queries in the order in which they are sent.
    pub replies_in_order: bool,
    /// `true` if the terminal draws characters of ambiguous width two columns wide; with `None`, the terminal is
    /// queried.
    pub wide_ambiguous: Option<bool>,
}

impl Capabilities {
    /// Returns the capabilities of a terminal that decodes UTF-8 and must not be queried for any other capability.
    pub fn without_queries(depth: ColorDepth, hyperlinks: bool) -> Self {
        let (pictures, charset) = (None, TerminalCharset::Utf8);
        Self {
            depth,
            hyperlinks,
            pictures,
            charset,
            cursor_reports: false,
            replies_in_order: true,
            wide_ambiguous: None,
        }
    }
}

/// The screen: it renders the model to a writer, which is usually the terminal.
#[derive(Debug)]
pub struct Screen<W: Write> {
    face: ScreenOutput<W>,
    terminal_mode: TerminalMode,
    drawn: Option<u64>,
    title: Option<String>,
    pictures: Pictures,
    doubtful: AmbiguousRows,
    /// The charset of the terminal; frames are converted to it.
    charset: TerminalCharset,
    /// The charset of the terminal according to the locale.
    by_locale: TerminalCharset,
    /// `true` if the terminal replies to queries for the cursor position.
    cursor_reports: bool,
    /// `true` if the terminal replies to queries in the order in which they are sent.
    replies_in_order: bool,
    /// The first cells of the last frame. The charset query overwrites them on the screen, so they must be drawn again.
    corner: [Cell; CORNER_CELLS],
    /// The user's setting for characters of ambiguous width: `true` if they are two columns wide; `None` if the user
    /// has not set it.
    wide_ambiguous: Option<bool>,
    /// The terminal emulator to query for its graphics protocol; `None` if the terminal must not be queried.
    program: Option<TerminalProgram>,
    /// Cell size in pixels that the operating system had recorded for the terminal window when the terminal was
    /// queried; `None` if none was recorded.
    window_cell: Option<CellSize>,
    /// Size of a terminal cell in pixels; `None` if it is unknown.
    cell: Option<CellSize>,
    light_background: Option<bool>,
    /// The tmux pane in which the program runs; `None` if it does not run inside tmux.
    tmux: Option<Box<dyn TmuxPane>>,
}

#[derive(Debug)]
enum ScreenOutput<W: Write> {
    Full(Box<Terminal<CrosstermBackend<BufWriter<W>>>>, Box<StyleCache>),
    Lines(Box<Linear<W>>),
}

/// The terminal mode of a screen whose writer is not a terminal.
const QUIET: TerminalMode = TerminalMode::Screen { mouse: false, keyboard: false };

impl Screen<Stdout> {
    /// Creates a screen on standard output, for a terminal with the given capabilities.
    pub fn on_stdout(abilities: Capabilities, terminal_mode: TerminalMode) -> io::Result<Self> {
        let face = match terminal_mode {
            TerminalMode::Lines => ScreenOutput::Lines(Box::new(Linear::new(io::stdout()))),
            TerminalMode::Screen { .. } => {
                let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, io::stdout()));
                let looks = StyleCache::new(abilities.depth, abilities.hyperlinks);
                ScreenOutput::Full(Box::new(Terminal::new(backend)?), Box::new(looks))
            }
        };
        let program = abilities.pictures.filter(|_| terminal_mode != TerminalMode::Lines);
        Ok(Self { program, ..Self::with_output(face, terminal_mode, abilities) })
    }
}

impl<W: Write> Screen<W> {
    /// Creates a screen of a fixed size that draws to any writer.
    pub fn with_fixed_size(writer: W, area: Area, abilities: Capabilities) -> io::Result<Self> {
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, writer));
        let area = ratatui::layout::Rect::new(area.x, area.y, area.width, area.height);
        let options = ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(area) };
        let terminal = Terminal::with_options(backend, options)?;
        let face = ScreenOutput::Full(
            Box::new(terminal),
            Box::new(StyleCache::new(abilities.depth, abilities.hyperlinks)),
        );
        Ok(Self::with_output(face, QUIET, Capabilities { cursor_reports: false, ..abilities }))
    }

    fn with_output(face: ScreenOutput<W>, terminal_mode: TerminalMode, abilities: Capabilities) -> Self {
        let Capabilities { charset, cursor_reports, replies_in_order, wide_ambiguous, .. } = abilities;
        let (pictures, doubtful, corner) =
            (Pictures::default(), AmbiguousRows::default(), Default::default());
        let (drawn, title, program, tmux) = (None, None, None, None);
        let (window_cell, cell, light_background) = (None, None, None);
        Self {
            face,
            terminal_mode,
            drawn,
            title,
            pictures,
            doubtful,
            charset,
            by_locale: charset,
            cursor_reports,
            replies_in_order,
            corner,
            wide_ambiguous,
            program,
            window_cell,
            cell,
            light_background,
            tmux,
        }
    }

    /// Returns the area of the terminal in cells, starting at the top left corner.
    pub fn area(&self) -> io::Result<Area> {
        let (width, height) = match &self.face {
            ScreenOutput::Full(terminal, _) => terminal.backend().size()?.into(),
            ScreenOutput::Lines(_) => crossterm::terminal::size()?,
        };
        Ok(Area::screen(width, height))
    }

    /// Sets the tmux pane in which this program runs. The screen reads the options of the pane but does not change
    /// them.
    #[must_use]
    pub fn with_tmux(self, pane: Option<Box<dyn TmuxPane>>) -> Self {
        Self { tmux: pane, ..self }
    }

    /// Returns whether the background of the terminal is light; `None` if the terminal does not report its background
    /// colour.
    pub(super) fn has_light_background(&self) -> Option<bool> {
        self.light_background
    }

    /// Returns the size of a cell in pixels; `None` if it is unknown.
    pub(super) fn cell(&self) -> Option<CellSize> {
        self.cell
    }

    /// Returns the charset in which the screen is drawn. Before the terminal has replied to the query, this is the
    /// charset of the locale or, if the reply is late, ASCII.
    pub(super) fn charset(&self) -> TerminalCharset {
        self.charset
    }

    /// Returns the graphics protocol and cell size for displaying the images in mails; `None` if the terminal supports
    /// no graphics protocol.
    pub(super) fn image_settings(&self) -> Option<ImageSettings> {
        self.pictures.image_settings()
    }

    /// Stores an encoded image from a mail, so that the next frame shows it.
    pub(super) fn add_image(&mut self, made: EncodedImage) {
        self.pictures.add_image(made);
    }

    /// Renders the model, unless the screen already shows the current revision of the model.
    pub fn draw(&mut self, model: &Model) -> io::Result<()> {
        if self.drawn == Some(model.revision) {
            return Ok(());
        }
        match &mut self.face {
            ScreenOutput::Full(terminal, looks) => {
                queue!(terminal.backend_mut(), BeginSynchronizedUpdate)?;
                let (pictures, charset, in_tmux) = (&mut self.pictures, self.charset, self.tmux.is_some());
                let drawn = terminal.draw(|frame| {
                    crate::ui::view(model, looks.styles_for(model, charset), frame);
                    pictures.draw(model, frame);
                    if in_tmux {
                        replace_joined_emoji(frame.buffer_mut());
                    }
                    charset.convert_frame(frame.buffer_mut());
                })?;
                for (x, corner) in (0_u16..).zip(&mut self.corner) {
                    *corner = drawn.buffer.cell((x, 0)).cloned().unwrap_or_default();
                }
                let again = self.doubtful.changed_rows(drawn.buffer);
                let writer = terminal.backend_mut();
                ambiguous_width::draw(&again, writer)?;
                writer.write_all(pictures.end_frame().as_bytes())?;
                update_mouse_mode(writer, &mut self.terminal_mode, model)?;
                update_title(writer, &mut self.title, self.charset, model)?;
                execute!(writer, EndSynchronizedUpdate)?;
            }
            ScreenOutput::Lines(linear) => linear.write_changes(model, self.charset)?,
        }
        self.drawn = Some(model.revision);
        Ok(())
    }

    /// Writes bytes, such as an escape sequence, to the terminal between two frames.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let bytes = &*self.charset.convert_bytes(bytes);
        match &mut self.face {
            ScreenOutput::Full(terminal, _) => {
                let writer = terminal.backend_mut();
                writer.write_all(bytes)?;
                Write::flush(writer)
            }
            ScreenOutput::Lines(linear) => linear.write(bytes),
        }
    }

    /// Takes over the terminal again after another program has used it, and redraws the whole screen.
    pub fn resume(&mut self) -> io::Result<()> {
        enter_terminal(self.terminal_mode)?;
        self.redraw_all()?;
        self.pictures.forget_terminal();
        // Restoring the terminal also restored its title, so the title must be set again.
        self.title = None;
        Ok(())
    }

    /// Makes the next frame draw every cell, because the content of the terminal is unknown.
    fn redraw_all(&mut self) -> io::Result<()> {
        if let ScreenOutput::Full(terminal, _) = &mut self.face {
            // `clear` is not used, because it queries the position of the cursor and waits for the reply.
            let size = terminal.backend().size()?;
            terminal.resize(ratatui::layout::Rect::new(0, 0, size.width, size.height))?;
        }
        self.drawn = None;
        Ok(())
    }
}
