//! The terminal: taken over at the start, given back however the program ends.

use crate::app::Model;
use crate::app::layout::Area;
use crate::ui::theme::{Depth, Styles};
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// One write for a whole frame, as long as it is not larger than this.
const FRAME: usize = 64 * 1024;

/// Puts the window's title on the terminal's stack of titles, and takes it back from there (xterm
/// control sequences, `CSI 22 ; 2 t`). Terminals that have no stack leave both alone.
const SAVE_TITLE: &[u8] = b"\x1b[22;2t";
const RESTORE_TITLE: &[u8] = b"\x1b[23;2t";

/// Whether a title has to be taken back.
static TITLE_SAVED: AtomicBool = AtomicBool::new(false);

/// The user's terminal, taken over. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct TakenOver(());

impl TakenOver {
    /// Switches to the alternate screen and raw mode.
    pub fn new() -> io::Result<Self> {
        enable_raw_mode()?;
        let taken = Self(());
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        Ok(taken)
    }
}

impl Drop for TakenOver {
    fn drop(&mut self) {
        give_back();
    }
}

/// Leaves the terminal as it was. Doing it twice does no harm. Errors have nowhere to go: a
/// terminal that is gone needs no care.
pub fn give_back() {
    if TITLE_SAVED.swap(false, Ordering::Relaxed) {
        drop(io::stdout().write_all(RESTORE_TITLE));
    }
    drop(execute!(io::stdout(), EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show));
    drop(disable_raw_mode());
}

/// Draws models onto a writer that leads to a terminal.
#[derive(Debug)]
pub struct Screen<W: Write> {
    terminal: Terminal<CrosstermBackend<BufWriter<W>>>,
    looks: Looks,
    drawn: Option<u64>,
    title: Option<String>,
}

/// The styles of the theme that is on the screen.
#[derive(Debug)]
struct Looks {
    depth: Depth,
    key: (String, bool),
    styles: Styles,
}

impl Looks {
    fn new(depth: Depth) -> Self {
        let key = ("terminal".to_owned(), false);
        Self { depth, styles: Styles::named(&key.0, depth), key }
    }

    fn of(&mut self, model: &Model) -> &Styles {
        let no_color = model.settings.no_color;
        if self.key.0 != model.theme() || self.key.1 != no_color {
            self.key = (model.theme().to_owned(), no_color);
            self.styles = if no_color { Styles::plain() } else { Styles::named(model.theme(), self.depth) };
        }
        &self.styles
    }
}

impl Screen<Stdout> {
    /// A screen on the standard output.
    pub fn on_stdout(depth: Depth) -> io::Result<Self> {
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, io::stdout()));
        Ok(Self { terminal: Terminal::new(backend)?, looks: Looks::new(depth), drawn: None, title: None })
    }
}

impl<W: Write> Screen<W> {
    /// A screen of a fixed size on any writer.
    pub fn fixed(writer: W, area: Area, depth: Depth) -> io::Result<Self> {
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, writer));
        let area = ratatui::layout::Rect::new(area.x, area.y, area.width, area.height);
        let options = ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(area) };
        Ok(Self {
            terminal: Terminal::with_options(backend, options)?,
            looks: Looks::new(depth),
            drawn: None,
            title: None,
        })
    }

    /// The size of the terminal.
    pub fn area(&self) -> io::Result<Area> {
        let size = self.terminal.backend().size()?;
        Ok(Area::screen(size.width, size.height))
    }

    /// Draws the model unless what is on the screen is what it says.
    pub fn draw(&mut self, model: &Model) -> io::Result<()> {
        if self.drawn == Some(model.revision) {
            return Ok(());
        }
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let styles = self.looks.of(model);
        self.terminal.draw(|frame| crate::ui::view(model, styles, frame))?;
        self.tell_title(model)?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.drawn = Some(model.revision);
        Ok(())
    }

    /// The window's title, where it is another than before.
    fn tell_title(&mut self, model: &Model) -> io::Result<()> {
        if !model.settings.window_title {
            return Ok(());
        }
        let title = crate::ui::title(model);
        if self.title.as_ref() == Some(&title) {
            return Ok(());
        }
        let writer = self.terminal.backend_mut();
        if self.title.is_none() {
            writer.write_all(SAVE_TITLE)?;
            TITLE_SAVED.store(true, Ordering::Relaxed);
        }
        write!(writer, "\x1b]2;{title}\x07")?;
        self.title = Some(title);
        Ok(())
    }

    /// Writes bytes that are no drawing, between two frames.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let writer = self.terminal.backend_mut();
        writer.write_all(bytes)?;
        Write::flush(writer)
    }
}
