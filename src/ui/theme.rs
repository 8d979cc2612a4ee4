//! The only place that knows colours: what each role looks like.

use crate::domain::richtext::Role;
use ratatui::style::{Color, Modifier, Style};

/// How everything looks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Styles {
    /// Running text.
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
    /// Whether the terminal shows pictures in colours.
    pub pictures: bool,
    /// Whether links are given to the terminal with their address (OSC 8).
    pub hyperlinks: bool,
}

impl Styles {
    /// The terminal's own sixteen colours: they suit whatever background the user has chosen.
    pub fn sixteen() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Self {
            dim: plain.fg(Color::DarkGray),
            border: plain.fg(Color::DarkGray),
            border_focused: plain.fg(Color::Cyan),
            code: bold.fg(Color::Green),
            link: plain.fg(Color::Blue).add_modifier(Modifier::UNDERLINED),
            good: plain.fg(Color::Green),
            waiting: plain.fg(Color::Yellow),
            bad: bold.fg(Color::Red),
            key: bold.fg(Color::Cyan),
            found: plain.fg(Color::Black).bg(Color::Yellow),
            pictures: true,
            ..Self::plain()
        }
    }

    /// The same for a terminal that knows links (OSC 8).
    #[must_use]
    pub fn with_hyperlinks(self, known: bool) -> Self {
        Self { hyperlinks: known, ..self }
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
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let reversed = plain.add_modifier(Modifier::REVERSED);
        let underlined = plain.add_modifier(Modifier::UNDERLINED);
        Self {
            text: plain,
            dim: plain.add_modifier(Modifier::DIM),
            strong: bold,
            title: bold,
            border: plain,
            border_focused: bold,
            selected: reversed,
            selected_idle: underlined,
            unread: bold,
            code: bold,
            link: underlined,
            good: plain,
            waiting: plain,
            bad: bold,
            key: bold,
            found: reversed,
            notice: reversed,
            pictures: false,
            hyperlinks: false,
        }
    }

    /// What a role of rich text looks like.
    pub fn role(&self, role: Role) -> Style {
        match role {
            Role::Plain => self.text,
            Role::Strong => self.strong,
            Role::Emphasis => self.text.add_modifier(Modifier::ITALIC),
            Role::Heading => self.strong.add_modifier(Modifier::UNDERLINED),
            Role::Link => self.link,
            Role::Button => self.strong.add_modifier(Modifier::REVERSED),
            Role::Quote(_)
            | Role::Rule
            | Role::Note
            | Role::HeaderName
            | Role::LinkMark
            | Role::Picture(_) => self.dim,
            Role::Code => self.code,
            Role::Image => self.dim.add_modifier(Modifier::ITALIC),
        }
    }
}
