//! The only place that knows colours: what each role looks like, by the theme and by what the
//! terminal can show.

mod colour;
mod contrast;
mod parse;

pub use colour::ColorDepth;
pub use contrast::{MIN_TEXT_CONTRAST, contrast_ratio};

use crate::config::themes;
use crate::domain::richtext::Role;
use ratatui::style::{Color, Modifier, Style};

/// How everything looks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Styles {
    /// Running text, and the ground that all is drawn on.
    pub text: Style,
    /// Less important text.
    pub dim: Style,
    /// Text that stands out.
    pub strong: Style,
    /// Titles of panes.
    pub title: Style,
    /// Frame of a pane.
    pub border: Style,
    /// Frame of the pane that hears the keys.
    pub border_focused: Style,
    /// The line under the cursor.
    pub selected: Style,
    /// The line under the cursor of a pane that does not hear the keys.
    pub selected_idle: Style,
    /// Mail that was not read.
    pub unread: Style,
    /// A code.
    pub code: Style,
    /// A link.
    pub link: Style,
    /// Something went as asked; a stream stands.
    pub good: Style,
    /// Something waits.
    pub waiting: Style,
    /// Something failed.
    pub bad: Style,
    /// A key in a hint.
    pub key: Style,
    /// A line that a search found.
    pub found: Style,
    /// A notice.
    pub notice: Style,
    /// A QR code: the light parts are the foreground, the dark ones the background.
    pub qr: Style,
    /// Whether the terminal shows pictures in colours.
    pub pictures: bool,
    /// Whether links are given to the terminal with their address (OSC 8).
    pub hyperlinks: bool,
    /// Whether the terminal shows ASCII alone, so that there are no half-blocks to draw with.
    pub ascii: bool,
}

impl Styles {
    /// The theme of a name, in the colours that the terminal can show; the terminal's own colours
    /// for a name that is none.
    pub fn named(name: &str, depth: ColorDepth) -> Self {
        let text = themes::text(name).unwrap_or_default();
        parse::theme(text, depth).unwrap_or_else(|_| Self::plain())
    }

    /// The terminal's own sixteen colours: they suit whatever background the user has chosen.
    pub fn sixteen() -> Self {
        Self::named("terminal", ColorDepth::Ansi16)
    }

    /// The same for a terminal that knows links (OSC 8).
    #[must_use]
    pub fn with_hyperlinks(self, known: bool) -> Self {
        Self { hyperlinks: known, ..self }
    }

    /// The same for a terminal that shows ASCII alone.
    #[must_use]
    pub fn with_ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    /// Two pixels of a picture in one cell, the upper in the foreground; `None` where there are no
    /// colours for them.
    pub fn pixels(&self, upper: [u8; 3], lower: [u8; 3]) -> Option<Style> {
        let [r, g, b] = upper;
        let (up, [r, g, b]) = (Color::Rgb(r, g, b), lower);
        self.pictures.then(|| Style::new().fg(up).bg(Color::Rgb(r, g, b)))
    }

    /// No colour at all (<https://no-color.org>): what colour says, weight and lines say too.
    pub fn plain() -> Self {
        parse::theme(themes::text("mono").unwrap_or_default(), ColorDepth::Ansi16).unwrap_or_default()
    }

    /// What a role of rich text looks like.
    pub fn role(&self, role: Role) -> Style {
        match role {
            Role::Plain => Style::new(),
            Role::Strong => self.strong,
            Role::Emphasis => Style::new().add_modifier(Modifier::ITALIC),
            Role::Heading => self.strong.add_modifier(Modifier::UNDERLINED),
            Role::Link => self.link,
            Role::Button => self.strong.add_modifier(Modifier::REVERSED),
            Role::Quote(_)
            | Role::Rule
            | Role::Note
            | Role::Fold
            | Role::HeaderName
            | Role::LinkMark
            | Role::Picture(_) => self.dim,
            Role::Code => self.code,
            Role::Struck => self.dim.add_modifier(Modifier::CROSSED_OUT),
            Role::Inserted => Style::new().add_modifier(Modifier::UNDERLINED),
            Role::Hidden | Role::Image => self.dim.add_modifier(Modifier::ITALIC),
        }
    }
}

#[cfg(test)]
mod tests;
