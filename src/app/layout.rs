//! The geometry of the screen, for drawing and for scrolling by pages.

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

/// Below this many columns or rows the program asks for more room.
pub const MIN: (u16, u16) = (30, 8);
/// Below this many columns one pane is shown at a time.
pub const NARROW: u16 = 90;
/// From this many columns on the three panes stand side by side.
pub const WIDE: u16 = 180;

/// Where everything goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// There is no room for anything but a word about it.
    TooSmall,
    /// One pane under a line that shows the address.
    One {
        /// The line with the address.
        header: Area,
        /// The pane that has the focus.
        pane: Area,
        /// The status line.
        status: Area,
    },
    /// All three panes.
    Three {
        /// Sessions and addresses.
        sessions: Area,
        /// The mails.
        inbox: Area,
        /// One mail.
        message: Area,
        /// The status line.
        status: Area,
    },
}

impl Layout {
    /// Divides a screen.
    pub fn of(screen: Area) -> Self {
        let Area { width, height, .. } = screen;
        if width < MIN.0 || height < MIN.1 {
            return Self::TooSmall;
        }
        let at = |x, y, width, height| Area { x, y, width, height };
        let body = height - 1;
        let status = at(0, body, width, 1);
        if width < NARROW {
            return Self::One { header: at(0, 0, width, 1), pane: at(0, 1, width, body - 1), status };
        }
        let left = (width / 4).clamp(31, 38);
        let right = width - left;
        let sessions = at(0, 0, left, body);
        if width < WIDE {
            let top = (body * 2 / 5).max(4);
            let inbox = at(left, 0, right, top);
            return Self::Three { sessions, inbox, message: at(left, top, right, body - top), status };
        }
        let middle = (right * 2 / 5).max(44);
        let inbox = at(left, 0, middle, body);
        Self::Three { sessions, inbox, message: at(left + middle, 0, right - middle, body), status }
    }

    /// The inside of a pane, with its border off, if it is on the screen when `focus` has it.
    pub fn inside(self, pane: Pane, focus: Pane) -> Option<Area> {
        match self {
            Self::TooSmall => None,
            Self::One { pane: area, .. } => (pane == focus).then(|| area.inner()),
            Self::Three { sessions, inbox, message, .. } => Some(match pane {
                Pane::Sessions => sessions.inner(),
                Pane::Inbox => inbox.inner(),
                Pane::Message => message.inner(),
            }),
        }
    }

    /// Columns and rows of a message, also while it is not on the screen.
    pub fn message_room(self) -> (u16, u16) {
        let inner = match self {
            Self::TooSmall => return (MIN.0, 1),
            Self::One { pane, .. } => pane.inner(),
            Self::Three { message, .. } => message.inner(),
        };
        (inner.width.max(1), inner.height.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_divided_without_overlap_or_overflow() {
        for width in 0..220 {
            for height in 0..70 {
                let areas = match Layout::of(Area::screen(width, height)) {
                    Layout::TooSmall => continue,
                    Layout::One { header, pane, status } => vec![header, pane, status],
                    Layout::Three { sessions, inbox, message, status } => {
                        vec![sessions, inbox, message, status]
                    }
                };
                let cells: u32 = areas.iter().map(|a| u32::from(a.width) * u32::from(a.height)).sum();
                assert_eq!(cells, u32::from(width) * u32::from(height), "{width}x{height}");
                assert!(areas.iter().all(|a| a.x + a.width <= width && a.y + a.height <= height));
            }
        }
    }
}
