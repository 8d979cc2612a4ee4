//! Defines rectangles of screen cells, and the three panes.

/// Minimum width in columns of an area whose text has margins on both sides. In a narrower area, the text occupies all
/// columns.
const MIN_WIDTH_WITH_MARGINS: u16 = 56;

/// A rectangle of screen cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Area {
    /// Column of the left edge of the area on the screen, counted from 0.
    pub x: u16,
    /// Row of the upper edge of the area on the screen, counted from 0.
    pub y: u16,
    /// Width of the area in columns.
    pub width: u16,
    /// Height of the area in rows.
    pub height: u16,
}

impl Area {
    /// Returns the area that covers a whole screen of this width and height in cells.
    pub const fn screen(width: u16, height: u16) -> Self {
        Self { x: 0, y: 0, width, height }
    }

    /// Returns the area inside a border that is one cell thick.
    #[must_use]
    pub const fn inner(self) -> Self {
        Self {
            x: self.x + 1,
            y: self.y + 1,
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }

    /// Returns the area below a title line. A pane that fills the screen has a title line instead of a border.
    #[must_use]
    pub const fn below_title(self) -> Self {
        Self { y: self.y + 1, height: self.height.saturating_sub(1), ..self }
    }

    /// Returns the area without its first and last column, which are the margins between the text and the edges of a
    /// pane. Returns a narrow area unchanged.
    #[must_use]
    pub const fn without_margins(self) -> Self {
        if self.width < MIN_WIDTH_WITH_MARGINS {
            return self;
        }
        Self { x: self.x + 1, width: self.width.saturating_sub(2), ..self }
    }

    /// Returns `true` if the cell at `column` and `row` is inside the area.
    pub const fn contains(self, column: u16, row: u16) -> bool {
        column >= self.x && column < self.x + self.width && row >= self.y && row < self.y + self.height
    }
}

/// The three panes of the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pane {
    /// The sessions pane, which lists the sessions and their addresses.
    Sessions,
    /// The inbox pane, which lists the mails.
    #[default]
    Inbox,
    /// The message pane, which shows the open mail.
    Message,
}

impl Pane {
    /// Returns the pane to the right of this pane in the order sessions, inbox, message; the sessions pane follows the
    /// message pane.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Sessions => Self::Inbox,
            Self::Inbox => Self::Message,
            Self::Message => Self::Sessions,
        }
    }

    /// Returns the pane to the left of this pane in the order sessions, inbox, message; the message pane precedes the
    /// sessions pane.
    #[must_use]
    pub fn previous(self) -> Self {
        self.next().next()
    }
}
