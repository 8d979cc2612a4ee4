//! The terminal: taken over at the start, given back however the program ends.

mod doubtful;
mod taking;

pub use taking::{Manners, TakenOver, give_back};

use super::linear::Linear;
use super::pictures::{Made, Pictures};
use crate::app::Model;
use crate::app::layout::Area;
use crate::ports::tmux::{Passthrough, TmuxPane};
use crate::ui::theme::{Depth, Styles};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{execute, queue};
use doubtful::Doubtful;
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui_image::picker::Picker;
use std::io::{self, BufWriter, Stdout, Write};
use taking::{follow_mouse, take_over, tell_title};

/// One write for a whole frame, as long as it is not larger than this.
const FRAME: usize = 64 * 1024;

/// What the terminal can do, by what is known of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Abilities {
    /// How many colours it shows.
    pub depth: Depth,
    /// Whether it can be given links (OSC 8).
    pub hyperlinks: bool,
    /// Whether it may be asked how it draws pictures.
    pub pictures: bool,
}

/// Draws models onto a writer that leads to a terminal.
#[derive(Debug)]
pub struct Screen<W: Write> {
    face: Face<W>,
    manners: Manners,
    drawn: Option<u64>,
    title: Option<String>,
    pictures: Pictures,
    doubtful: Doubtful,
    /// Whether the terminal is known to answer questions about pictures.
    may_ask: bool,
    /// The tmux pane around the program, where there is one.
    tmux: Option<Box<dyn TmuxPane>>,
}

/// The styles of the theme that is on the screen.
#[derive(Debug)]
struct Looks {
    depth: Depth,
    hyperlinks: bool,
    key: (String, bool),
    styles: Styles,
}

impl Looks {
    fn new(depth: Depth, hyperlinks: bool) -> Self {
        let key = ("terminal".to_owned(), false);
        let styles = Styles::named(&key.0, depth).with_hyperlinks(hyperlinks);
        Self { depth, hyperlinks, key, styles }
    }

    fn of(&mut self, model: &Model) -> &Styles {
        let no_color = model.settings.no_color;
        if self.key.0 != model.theme() || self.key.1 != no_color {
            self.key = (model.theme().to_owned(), no_color);
            let styles = if no_color { Styles::plain() } else { Styles::named(model.theme(), self.depth) };
            self.styles = styles.with_hyperlinks(self.hyperlinks);
        }
        &self.styles
    }
}

#[derive(Debug)]
enum Face<W: Write> {
    Full(Box<Terminal<CrosstermBackend<BufWriter<W>>>>, Box<Looks>),
    Lines(Box<Linear<W>>),
}

/// The manners of a screen that leads to no terminal.
const QUIET: Manners = Manners::Screen { mouse: false, keyboard: false };

impl Screen<Stdout> {
    /// A screen on the standard output.
    pub fn on_stdout(abilities: Abilities, manners: Manners) -> io::Result<Self> {
        let face = match manners {
            Manners::Lines => Face::Lines(Box::new(Linear::new(io::stdout()))),
            Manners::Screen { .. } => {
                let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, io::stdout()));
                let looks = Looks::new(abilities.depth, abilities.hyperlinks);
                Face::Full(Box::new(Terminal::new(backend)?), Box::new(looks))
            }
        };
        let may_ask = abilities.pictures && manners != Manners::Lines;
        let (pictures, doubtful) = (Pictures::default(), Doubtful::default());
        Ok(Self { face, manners, drawn: None, title: None, pictures, doubtful, may_ask, tmux: None })
    }
}

impl<W: Write> Screen<W> {
    /// A screen of a fixed size on any writer.
    pub fn fixed(writer: W, area: Area, abilities: Abilities) -> io::Result<Self> {
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, writer));
        let area = ratatui::layout::Rect::new(area.x, area.y, area.width, area.height);
        let options = ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(area) };
        let terminal = Terminal::with_options(backend, options)?;
        let face =
            Face::Full(Box::new(terminal), Box::new(Looks::new(abilities.depth, abilities.hyperlinks)));
        let (pictures, doubtful) = (Pictures::default(), Doubtful::default());
        let (manners, may_ask, tmux) = (QUIET, false, None);
        Ok(Self { face, manners, drawn: None, title: None, pictures, doubtful, may_ask, tmux })
    }

    /// The size of the terminal.
    pub fn area(&self) -> io::Result<Area> {
        let (width, height) = match &self.face {
            Face::Full(terminal, _) => terminal.backend().size()?.into(),
            Face::Lines(_) => crossterm::terminal::size()?,
        };
        Ok(Area::screen(width, height))
    }

    /// Names the tmux pane around the program, whose options stay as they are.
    #[must_use]
    pub fn with_tmux(self, pane: Option<Box<dyn TmuxPane>>) -> Self {
        Self { tmux: pane, ..self }
    }

    /// Asks the terminal how it draws pictures. To be called between the first frame and the first
    /// key that is read: the answer comes as input.
    ///
    /// The query sets `allow-passthrough` of the tmux pane. So it is sent only where the user has
    /// switched that option on, and the pane gets its own value back afterwards.
    pub(super) fn ask_about_pictures(&mut self) {
        if !self.may_ask {
            return;
        }
        let Some(pane) = &self.tmux else { return self.pictures.ask_terminal() };
        if let Passthrough::On { of_pane } = pane.passthrough() {
            self.pictures.ask_terminal();
            pane.restore_passthrough(of_pane.as_deref());
        }
    }

    /// What pictures of a message are made for the terminal with, where it draws them itself.
    pub(super) fn pencil(&self) -> Option<Picker> {
        self.pictures.pencil()
    }

    /// Takes a picture of a message in the terminal's own form.
    pub(super) fn keep_picture(&mut self, made: Made) {
        self.pictures.keep(made);
    }

    /// Draws the model unless what is on the screen is what it says.
    pub fn draw(&mut self, model: &Model) -> io::Result<()> {
        if self.drawn == Some(model.revision) {
            return Ok(());
        }
        match &mut self.face {
            Face::Full(terminal, looks) => {
                queue!(terminal.backend_mut(), BeginSynchronizedUpdate)?;
                let pictures = &mut self.pictures;
                let drawn = terminal.draw(|frame| {
                    crate::ui::view(model, looks.of(model), frame);
                    pictures.draw(model, frame);
                })?;
                let again = self.doubtful.changed(drawn.buffer);
                let writer = terminal.backend_mut();
                doubtful::draw(&again, writer)?;
                follow_mouse(writer, &mut self.manners, model)?;
                tell_title(writer, &mut self.title, model)?;
                execute!(writer, EndSynchronizedUpdate)?;
            }
            Face::Lines(linear) => linear.tell(model)?,
        }
        self.drawn = Some(model.revision);
        Ok(())
    }

    /// Gives the terminal to another program until that ends, then draws anew.
    pub fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        give_back();
        let done = work();
        self.take_again()?;
        Ok(done)
    }

    /// Writes bytes that are no drawing, between two frames.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.face {
            Face::Full(terminal, _) => {
                let writer = terminal.backend_mut();
                writer.write_all(bytes)?;
                Write::flush(writer)
            }
            Face::Lines(linear) => linear.write(bytes),
        }
    }

    /// Takes the terminal over again, after somebody else had it: nothing on it is as it was.
    pub fn take_again(&mut self) -> io::Result<()> {
        take_over(self.manners)?;
        if let Face::Full(terminal, _) = &mut self.face {
            // Not `clear`: that asks the terminal where its cursor is, and waits for the answer.
            let size = terminal.backend().size()?;
            terminal.resize(ratatui::layout::Rect::new(0, 0, size.width, size.height))?;
        }
        self.drawn = None;
        self.pictures.forget_terminal();
        // It was given back with the rest.
        self.title = None;
        Ok(())
    }
}
