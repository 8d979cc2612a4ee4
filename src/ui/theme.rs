//! Themes: the style of each role, limited to the colours that the terminal can show. No other module knows
//! colours.

mod colour;
mod contrast;
mod parse;

pub use colour::ColorDepth;
pub use contrast::{MIN_TEXT_CONTRAST, contrast_ratio};

use crate::config::themes;
use mail_reader::richtext::Role;
use ratatui::style::{Color, Modifier, Style};

/// The styles of a theme, one for each role.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Styles {
    /// Style of normal text, and the background of the screen.
    pub text: Style,
    /// Style of less important text, such as hints.
    pub dim: Style,
    /// Style of emphasised text in dialogs and mails.
    pub strong: Style,
    /// Style of the titles of panes.
    pub title: Style,
    /// Style of the frame of a pane.
    pub border: Style,
    /// Style of the frame of the pane that has the focus.
    pub border_focused: Style,
    /// Style of the line under the cursor, in the pane that has the focus.
    pub selected: Style,
    /// Style of the line under the cursor in a pane without the focus.
    pub selected_idle: Style,
    /// Style of unread mail.
    pub unread: Style,
    /// Style of a code, such as a one-time password.
    pub code: Style,
    /// Style of a link.
    pub link: Style,
    /// Style of a success, or of a connection that is up.
    pub good: Style,
    /// Style of a state that waits for something, such as a connection attempt.
    pub waiting: Style,
    /// Style of a failure, or of a connection that was lost.
    pub bad: Style,
    /// Style of the name of a key in a hint.
    pub key: Style,
    /// Style of a line or word that matches a search.
    pub found: Style,
    /// Style of a notice.
    pub notice: Style,
    /// Style of a QR code: light modules in the foreground colour, dark ones in the background colour.
    pub qr: Style,
    /// Whether pictures are drawn; themes without colours draw none.
    pub pictures: bool,
    /// Whether the terminal supports hyperlinks (OSC 8).
    pub hyperlinks: bool,
    /// Whether the terminal shows only ASCII and therefore no half-blocks.
    pub ascii: bool,
}

impl Styles {
    /// Returns the styles of the theme with this name, in the colours that the terminal can show. An unknown
    /// name gives a theme without colours.
    pub fn named(name: &str, depth: ColorDepth) -> Self {
        let text = themes::text(name).unwrap_or_default();
        parse::theme(text, depth).unwrap_or_else(|_| Self::plain())
    }

    /// Returns the styles of the theme `terminal`, which uses the 16 colours of the terminal and so suits any
    /// background.
    pub fn sixteen() -> Self {
        Self::named("terminal", ColorDepth::Ansi16)
    }

    /// Returns the same styles, with hyperlinks (OSC 8) on or off.
    #[must_use]
    pub fn with_hyperlinks(self, known: bool) -> Self {
        Self { hyperlinks: known, ..self }
    }

    /// Returns the same styles, for a terminal that shows only ASCII or for one that shows more.
    #[must_use]
    pub fn with_ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    /// Returns the style of a cell that draws two pixels of a picture: the upper one as foreground, the lower
    /// one as background. `None` if the theme has no colours.
    pub fn pixels(&self, upper: [u8; 3], lower: [u8; 3]) -> Option<Style> {
        let [r, g, b] = upper;
        let (up, [r, g, b]) = (Color::Rgb(r, g, b), lower);
        self.pictures.then(|| Style::new().fg(up).bg(Color::Rgb(r, g, b)))
    }

    /// Returns the styles of the theme `mono`, which has no colours (<https://no-color.org>). The theme uses
    /// bold, reversed and underlined text instead.
    pub fn plain() -> Self {
        parse::theme(themes::text("mono").unwrap_or_default(), ColorDepth::Ansi16).unwrap_or_default()
    }

    /// Returns the style for a role of formatted text, such as a quote.
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
