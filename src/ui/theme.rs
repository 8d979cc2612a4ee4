//! Colour themes: the style of each kind of screen element, reduced to the colours that the terminal supports. No other
//! module uses colours.

mod colour;
mod contrast;
mod parse;

pub use colour::ColorDepth;
pub use contrast::{MIN_TEXT_CONTRAST, contrast_ratio};

use crate::config::themes;
use mail_reader::richtext::Role;
use ratatui::style::{Color, Modifier, Style};

/// The styles of a colour theme, one for each kind of screen element.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Styles {
    /// Style of normal text, including the background of the screen.
    pub text: Style,
    /// Style of less important text, such as key hints.
    pub dim: Style,
    /// Style of emphasised text in dialogs and mails.
    pub strong: Style,
    /// Style of pane titles.
    pub title: Style,
    /// Style of pane frames.
    pub border: Style,
    /// Style of the frame of the focused pane.
    pub border_focused: Style,
    /// Style of the line under the cursor in the focused pane.
    pub selected: Style,
    /// Style of the line under the cursor in a pane that does not have the focus.
    pub selected_idle: Style,
    /// Style of unread mails in the inbox.
    pub unread: Style,
    /// Style of a code, such as a one-time password.
    pub code: Style,
    /// Style of a link.
    pub link: Style,
    /// Style that indicates success or an established connection.
    pub good: Style,
    /// Style that indicates waiting, for example during a connection attempt.
    pub waiting: Style,
    /// Style that indicates failure or a lost connection.
    pub bad: Style,
    /// Style of a key name in a hint.
    pub key: Style,
    /// Style of a line or a word that matches a search.
    pub found: Style,
    /// Style of a notice.
    pub notice: Style,
    /// Style of a QR code: the foreground colour is used for light modules, the background colour for dark modules.
    pub qr: Style,
    /// If `true`, the program draws images. A theme without colours draws none.
    pub pictures: bool,
    /// `true` if the terminal supports hyperlinks (OSC 8).
    pub hyperlinks: bool,
    /// `true` if the terminal displays only ASCII characters, and therefore no half-block characters.
    pub ascii: bool,
}

impl Styles {
    /// Returns the styles of the theme with the given name, reduced to the colours that the terminal supports. If there
    /// is no such theme, returns styles without colours.
    pub fn from_name(name: &str, depth: ColorDepth) -> Self {
        let text = themes::text(name).unwrap_or_default();
        parse::parse_theme(text, depth).unwrap_or_else(|_| Self::without_colours())
    }

    /// Returns the styles of the `terminal` theme. It uses the terminal's own 16 colours, so it suits any background.
    pub fn terminal_colours() -> Self {
        Self::from_name("terminal", ColorDepth::Ansi16)
    }

    /// Returns these styles with terminal hyperlinks (OSC 8) enabled if `known` is `true`, and disabled if it is
    /// `false`.
    #[must_use]
    pub fn with_hyperlinks(self, known: bool) -> Self {
        Self { hyperlinks: known, ..self }
    }

    /// Returns these styles for a terminal that displays only ASCII characters if `ascii` is `true`, and for a terminal
    /// that displays all characters if it is `false`.
    #[must_use]
    pub fn with_ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    /// Returns the style of a half-block cell that shows two pixels: the upper one as the foreground colour,
    /// the lower one as the background colour. Returns `None` if the theme has no colours.
    pub fn pixels(&self, upper: [u8; 3], lower: [u8; 3]) -> Option<Style> {
        let [r, g, b] = upper;
        let (up, [r, g, b]) = (Color::Rgb(r, g, b), lower);
        self.pictures.then(|| Style::new().fg(up).bg(Color::Rgb(r, g, b)))
    }

    /// Returns the styles of the `mono` theme, which has no colours (<https://no-color.org>). It uses bold, reversed
    /// and underlined text instead.
    pub fn without_colours() -> Self {
        parse::parse_theme(themes::text("mono").unwrap_or_default(), ColorDepth::Ansi16).unwrap_or_default()
    }

    /// Returns the style for a role of text in a mail, such as a heading or a quote.
    pub fn role_style(&self, role: Role) -> Style {
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
