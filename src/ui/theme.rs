//! The only place that knows colours: what each role looks like, by the theme and by what the
//! terminal can show.

mod colour;
mod parse;

pub use colour::Depth;

use crate::config::themes;
use crate::domain::richtext::Role;
use ratatui::style::{Modifier, Style};

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
}

impl Styles {
    /// The theme of a name, in the colours that the terminal can show; the terminal's own colours
    /// for a name that is none.
    pub fn named(name: &str, depth: Depth) -> Self {
        let text = themes::text(name).unwrap_or_default();
        parse::theme(text, depth).unwrap_or_else(|_| Self::plain())
    }

    /// The terminal's own sixteen colours: they suit whatever background the user has chosen.
    pub fn sixteen() -> Self {
        Self::named("terminal", Depth::Sixteen)
    }

    /// No colour at all (<https://no-color.org>): what colour says, weight and lines say too.
    pub fn plain() -> Self {
        parse::theme(themes::text("mono").unwrap_or_default(), Depth::Sixteen).unwrap_or_default()
    }

    /// What a role of rich text looks like.
    pub fn role(&self, role: Role) -> Style {
        match role {
            Role::Plain => Style::new(),
            Role::Strong => self.strong,
            Role::Emphasis => Style::new().add_modifier(Modifier::ITALIC),
            Role::Heading => self.strong.add_modifier(Modifier::UNDERLINED),
            Role::Link => self.link,
            Role::Quote(_) | Role::Rule | Role::Note | Role::HeaderName => self.dim,
            Role::Code => self.code,
            Role::Image => self.dim.add_modifier(Modifier::ITALIC),
        }
    }
}

#[cfg(test)]
mod tests;
