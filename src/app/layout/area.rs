//! Rectangles of cells, and the panes that they are for.

/// A rectangle of cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Area {
    /// Column of the left edge.
    pub x: u16,
    /// Row of the upper edge.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// A whole screen.
    pub const fn screen(width: u16, height: u16) -> Self {
        Self { x: 0, y: 0, width, height }
    }

    /// What a border of one cell leaves.
    #[must_use]
    pub const fn inner(self) -> Self {
        Self {
            x: self.x + 1,
            y: self.y + 1,
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }

    /// What a title of one row leaves: a pane that is alone on the screen has no border.
    #[must_use]
    pub const fn below_title(self) -> Self {
        Self { y: self.y + 1, height: self.height.saturating_sub(1), ..self }
    }

    /// Whether a cell is inside.
    pub const fn holds(self, column: u16, row: u16) -> bool {
        column >= self.x && column < self.x + self.width && row >= self.y && row < self.y + self.height
    }
}

/// The three panes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pane {
    /// Sessions and their addresses.
    Sessions,
    /// The mails.
    #[default]
    Inbox,
    /// One mail.
    Message,
}

impl Pane {
    /// The pane to the right, then from the start.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Sessions => Self::Inbox,
            Self::Inbox => Self::Message,
            Self::Message => Self::Sessions,
        }
    }

    /// The pane to the left, then from the end.
    #[must_use]
    pub fn previous(self) -> Self {
        self.next().next()
    }
}
