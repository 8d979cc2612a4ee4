//! Chooses the graphics protocol for images, based on the terminal's replies to queries.

use crate::config::TerminalProgram;
use crate::runtime::probe::Replies;
use mail_reader::richtext::CellSize;

/// Maximum number of colours in a sixel image. This number is also used if the terminal does not report how many
/// colours it supports.
const MAX_COLOURS: u16 = 256;

/// The graphics protocols that the program uses to draw images.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::runtime) enum GraphicsProtocol {
    /// Kitty graphics as Unicode placeholders: text characters that scroll and are erased together with other text
    /// (since kitty 0.28).
    Placeholders {
        /// `true` if the images are sent through tmux, which requires wrapped escape sequences.
        tmux: bool,
    },
    /// Kitty graphics that are placed at the cursor. They stay on the screen until this program removes them.
    Direct,
    /// Sixel graphics that are drawn at the cursor.
    Sixels {
        /// Maximum number of colours in an image; further colours are replaced with similar ones.
        colours: u16,
    },
    /// iTerm2 inline images that are drawn at the cursor.
    Inline {
        /// `true` if the images are sent through tmux, which requires wrapped escape sequences.
        tmux: bool,
    },
}

/// The graphics protocol for drawing images, and the size of a cell in pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::runtime) struct ImageSettings {
    pub(in crate::runtime) graphics: GraphicsProtocol,
    pub(in crate::runtime) cell: CellSize,
}

/// Properties of the environment that determine which graphics protocol is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::runtime) struct TerminalEnvironment {
    /// The terminal emulator that displays the images.
    pub(in crate::runtime) program: TerminalProgram,
    /// `true` if this program runs inside tmux, which must pass on the escape sequences for the terminal.
    pub(in crate::runtime) tmux: bool,
    /// Cell size in pixels that the operating system has recorded for the terminal window; `None` if none is recorded.
    pub(in crate::runtime) window_cell: Option<CellSize>,
}

impl ImageSettings {
    /// Returns whether this graphics protocol places images over the text. Such images stay on the screen until this
    /// program removes them.
    pub(super) fn is_placed(self) -> bool {
        self.graphics == GraphicsProtocol::Direct
    }

    /// Chooses the best graphics protocol that the terminal supports according to its replies; `None` if it supports
    /// none.
    pub(in crate::runtime) fn new(
        own: &Replies,
        outer: Option<&Replies>,
        around: TerminalEnvironment,
    ) -> Option<Self> {
        let known = outer.and_then(|outer| outer.cell).or(own.cell).or(around.window_cell);
        let graphics = if around.tmux {
            outer.and_then(|outer| choose_in_tmux(outer, around.program))
        } else {
            choose_without_tmux(own, around.program)
        }?;
        // The size of sixels is in pixels, so the cell size must be known. The other protocols scale images to cells.
        let cell = match graphics {
            GraphicsProtocol::Sixels { .. } => known?,
            GraphicsProtocol::Placeholders { .. }
            | GraphicsProtocol::Direct
            | GraphicsProtocol::Inline { .. } => known.unwrap_or_default(),
        };
        Some(Self { graphics, cell })
    }
}

fn choose_without_tmux(own: &Replies, program: TerminalProgram) -> Option<GraphicsProtocol> {
    match program {
        TerminalProgram::Konsole => return None,
        TerminalProgram::WezTerm => return Some(GraphicsProtocol::Inline { tmux: false }),
        TerminalProgram::InlineImages | TerminalProgram::Other => {}
    }
    if own.placeholders && own.pictures {
        Some(GraphicsProtocol::Placeholders { tmux: false })
    } else if own.pictures {
        Some(GraphicsProtocol::Direct)
    } else if own.has_sixels() {
        Some(sixel_protocol(own))
    } else {
        (program == TerminalProgram::InlineImages).then_some(GraphicsProtocol::Inline { tmux: false })
    }
}

/// Chooses the graphics protocol inside tmux; `None` if images cannot be drawn there. Kitty graphics need placeholders
/// inside tmux, which treats them as text. iTerm2 images are used only if the terminal emulator is known to support
/// them. The sixel support of tmux 3.5 is not used, because its images leave stripes on the screen and disappear when
/// the text scrolls.
fn choose_in_tmux(outer: &Replies, program: TerminalProgram) -> Option<GraphicsProtocol> {
    match program {
        TerminalProgram::Other if outer.placeholders && outer.pictures => {
            Some(GraphicsProtocol::Placeholders { tmux: true })
        }
        TerminalProgram::InlineImages | TerminalProgram::WezTerm => {
            Some(GraphicsProtocol::Inline { tmux: true })
        }
        TerminalProgram::Konsole | TerminalProgram::Other => None,
    }
}

fn sixel_protocol(own: &Replies) -> GraphicsProtocol {
    let colours = own.colours.and_then(|colours| u16::try_from(colours).ok()).unwrap_or(MAX_COLOURS);
    GraphicsProtocol::Sixels { colours: colours.clamp(2, MAX_COLOURS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: CellSize = CellSize { width: 6, height: 13 };

    fn around(program: TerminalProgram) -> TerminalEnvironment {
        TerminalEnvironment { program, tmux: false, window_cell: Some(CELL) }
    }

    fn sixel_terminal() -> Replies {
        Replies { attributes: Some(vec![63, 1, 4]), colours: Some(1024), ..Replies::default() }
    }

    fn kitty(placeholders: bool) -> Replies {
        Replies { attributes: Some(vec![62]), pictures: true, placeholders, ..Replies::default() }
    }

    #[test]
    fn the_best_image_protocol_of_the_replies_is_selected() {
        let graphics = |replies: &Replies, program| {
            ImageSettings::new(replies, None, around(program)).map(|p| p.graphics)
        };
        assert_eq!(
            graphics(&kitty(true), TerminalProgram::Other),
            Some(GraphicsProtocol::Placeholders { tmux: false })
        );
        assert_eq!(graphics(&kitty(false), TerminalProgram::Other), Some(GraphicsProtocol::Direct));
        assert_eq!(
            graphics(&sixel_terminal(), TerminalProgram::Other),
            Some(GraphicsProtocol::Sixels { colours: 256 })
        );
        assert_eq!(
            graphics(&sixel_terminal(), TerminalProgram::WezTerm),
            Some(GraphicsProtocol::Inline { tmux: false })
        );
        assert_eq!(graphics(&kitty(true), TerminalProgram::Konsole), None);
        assert_eq!(graphics(&Replies::default(), TerminalProgram::Other), None);
    }

    #[test]
    fn sixels_need_the_size_of_a_cell() {
        let surroundings = TerminalEnvironment { window_cell: None, ..around(TerminalProgram::Other) };
        assert_eq!(ImageSettings::new(&sixel_terminal(), None, surroundings), None);
        let reported = Replies { cell: Some(CELL), ..sixel_terminal() };
        assert_eq!(
            ImageSettings::new(&reported, None, surroundings).map(|image_settings| image_settings.cell),
            Some(CELL)
        );
    }

    #[test]
    fn tmux_gets_images_as_text() {
        let tmux = TerminalEnvironment { tmux: true, ..around(TerminalProgram::Other) };
        let graphics = |outer: Option<Replies>| {
            ImageSettings::new(&sixel_terminal(), outer.as_ref(), tmux)
                .map(|image_settings| image_settings.graphics)
        };
        assert_eq!(graphics(None), None);
        assert_eq!(graphics(Some(kitty(false))), None);
        assert_eq!(graphics(Some(kitty(true))), Some(GraphicsProtocol::Placeholders { tmux: true }));
    }
}
