//! The terminal: taken over at the start, given back however the program ends.

use super::pictures::Pictures;
use crate::app::Model;
use crate::app::layout::Area;
use crate::ui::theme::Styles;
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

/// One write for a whole frame, as long as it is not larger than this.
const FRAME: usize = 64 * 1024;

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

fn take_over() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)
}

impl Drop for TakenOver {
    fn drop(&mut self) {
        give_back();
    }
}

/// Leaves the terminal as it was. Doing it twice does no harm. Errors have nowhere to go: a
/// terminal that is gone needs no care.
pub fn give_back() {
    drop(execute!(io::stdout(), EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show));
    drop(disable_raw_mode());
}

/// Draws models onto a writer that leads to a terminal.
#[derive(Debug)]
pub struct Screen<W: Write> {
    terminal: Terminal<CrosstermBackend<BufWriter<W>>>,
    styles: Styles,
    drawn: Option<u64>,
    pictures: Pictures,
    /// Whether the terminal is known to answer questions about pictures.
    may_ask: bool,
}

impl Screen<Stdout> {
    /// A screen on the standard output, whose terminal may be asked how it draws pictures.
    pub fn on_stdout(styles: Styles, may_ask: bool) -> io::Result<Self> {
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, io::stdout()));
        Ok(Self {
            terminal: Terminal::new(backend)?,
            styles,
            drawn: None,
            pictures: Pictures::default(),
            may_ask,
        })
    }
}

impl<W: Write> Screen<W> {
    /// A screen of a fixed size on any writer.
    pub fn fixed(writer: W, area: Area, styles: Styles) -> io::Result<Self> {
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, writer));
        let area = ratatui::layout::Rect::new(area.x, area.y, area.width, area.height);
        let options = ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(area) };
        let terminal = Terminal::with_options(backend, options)?;
        Ok(Self { terminal, styles, drawn: None, pictures: Pictures::default(), may_ask: false })
    }

    /// The size of the terminal.
    pub fn area(&self) -> io::Result<Area> {
        let size = self.terminal.backend().size()?;
        Ok(Area::screen(size.width, size.height))
    }

    /// Asks the terminal how it draws pictures. To be called between the first frame and the first
    /// key that is read: the answer comes as input.
    pub(super) fn ask_about_pictures(&mut self) {
        if self.may_ask {
            self.pictures.ask_terminal();
        }
    }

    /// Draws the model unless what is on the screen is what it says.
    pub fn draw(&mut self, model: &Model) -> io::Result<()> {
        if self.drawn == Some(model.revision) {
            return Ok(());
        }
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let (styles, pictures) = (&self.styles, &mut self.pictures);
        self.terminal.draw(|frame| {
            crate::ui::view(model, styles, frame);
            pictures.draw(model, frame);
        })?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.drawn = Some(model.revision);
        Ok(())
    }

    /// Gives the terminal to another program until that ends, then draws anew.
    pub fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        give_back();
        let done = work();
        take_over()?;
        self.terminal.clear()?;
        self.drawn = None;
        Ok(done)
    }

    /// Writes bytes that are no drawing, between two frames.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let writer = self.terminal.backend_mut();
        writer.write_all(bytes)?;
        Write::flush(writer)
    }
}
