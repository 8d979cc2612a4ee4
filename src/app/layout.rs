//! The geometry of the screen, for drawing and for scrolling by pages.

mod area;
mod arranging;

pub use area::{Area, Pane};

/// Below this many columns or rows the program asks for more room.
pub const MIN: (u16, u16) = (30, 8);
/// Below this many columns one pane is shown at a time.
pub const NARROW: u16 = 90;
/// From this many columns on the three panes stand side by side.
pub const WIDE: u16 = 180;

/// How the inbox and the message lie to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// As the width suggests.
    #[default]
    Auto,
    /// One above the other.
    Stacked,
    /// Side by side.
    SideBySide,
}

/// How the user has arranged the panes; kept across starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PaneLayout {
    /// How the inbox and the message lie to each other.
    pub split: Split,
    /// Columns of the addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u16>,
    /// The inbox's share of what it divides with the message, in thousandths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<u16>,
    /// The addresses are shown only while they have the focus.
    pub hide_sessions: bool,
    /// The message is shown only while it has the focus.
    pub hide_message: bool,
    /// The pane that has the focus is alone on the screen. Not kept: who starts wants to see all.
    #[serde(skip)]
    pub zoomed: bool,
}

/// The inbox's share until the user chooses another, in thousandths.
const DEFAULT_INBOX_SHARE: u16 = 400;
/// Columns that a message is read well in, borders included: beside it the inbox takes what is left of
/// them, up to what its rows have a use for.
const MESSAGE_WIDTH: u16 = 82;
const MAX_INBOX_WIDTH: u16 = 100;
/// A pane is never made smaller than this many columns or rows.
const MIN_PANE: (u16, u16) = (16, 4);

/// A border that can be moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Border {
    /// Between the addresses and the rest.
    Left,
    /// Between the inbox and the message.
    Middle,
}

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
    /// The inbox, and the other panes unless they are hidden.
    Three {
        /// Sessions and addresses.
        sessions: Option<Area>,
        /// The mails.
        inbox: Area,
        /// One mail.
        message: Option<Area>,
        /// The status line.
        status: Area,
    },
}

impl Layout {
    /// Divides a screen, for the pane that has the focus.
    pub fn of(screen: Area, arrangement: &PaneLayout, focus: Pane) -> Self {
        let Area { width, height, .. } = screen;
        if width < MIN.0 || height < MIN.1 {
            return Self::TooSmall;
        }
        let at = |x, y, width, height| Area { x, y, width, height };
        let body = height - 1;
        let status = at(0, body, width, 1);
        let hidden = match focus {
            Pane::Sessions => arrangement.hide_sessions,
            Pane::Inbox => false,
            Pane::Message => arrangement.hide_message,
        };
        if width < NARROW || arrangement.zoomed || hidden {
            return Self::One { header: at(0, 0, width, 1), pane: at(0, 1, width, body - 1), status };
        }
        let left = match arrangement.left {
            _ if arrangement.hide_sessions => 0,
            Some(left) => left.clamp(MIN_PANE.0, width - 2 * MIN_PANE.0),
            None => (width / 4).clamp(31, 38),
        };
        let sessions = (left > 0).then(|| at(0, 0, left, body));
        let right = width - left;
        if arrangement.hide_message {
            return Self::Three { sessions, inbox: at(left, 0, right, body), message: None, status };
        }
        let share = |whole: u16, least: u16| {
            let share = u32::from(arrangement.share.unwrap_or(DEFAULT_INBOX_SHARE));
            let part = u16::try_from(u32::from(whole) * share / 1000).unwrap_or(whole);
            part.min(whole.saturating_sub(least)).max(least.min(whole / 2))
        };
        if Self::is_beside(screen, arrangement) {
            let middle = match arrangement.share {
                Some(_) => share(right, MIN_PANE.0),
                None => share(right, 44).max(right.saturating_sub(MESSAGE_WIDTH).min(MAX_INBOX_WIDTH)),
            };
            let message = Some(at(left + middle, 0, right - middle, body));
            return Self::Three { sessions, inbox: at(left, 0, middle, body), message, status };
        }
        let top = share(body, MIN_PANE.1);
        let message = Some(at(left, top, right, body - top));
        Self::Three { sessions, inbox: at(left, 0, right, top), message, status }
    }

    /// Whether the inbox and the message lie side by side.
    pub fn is_beside(screen: Area, arrangement: &PaneLayout) -> bool {
        match arrangement.split {
            Split::Auto => screen.width >= WIDE,
            Split::Stacked => false,
            Split::SideBySide => true,
        }
    }

    /// The area of a pane, with its border or title, if it is on the screen when `focus` has it.
    pub fn pane(self, pane: Pane, focus: Pane) -> Option<Area> {
        match (self, pane) {
            (Self::TooSmall, _) => None,
            (Self::One { pane: area, .. }, _) => (pane == focus).then_some(area),
            (Self::Three { sessions, .. }, Pane::Sessions) => sessions,
            (Self::Three { inbox, .. }, Pane::Inbox) => Some(inbox),
            (Self::Three { message, .. }, Pane::Message) => message,
        }
    }

    /// The inside of a pane, if it is on the screen when `focus` has it.
    pub fn inside(self, pane: Pane, focus: Pane) -> Option<Area> {
        let area = self.pane(pane, focus)?;
        Some(if self.is_one() { area.below_title() } else { area.inner() })
    }

    /// Whether one pane is alone on the screen.
    pub fn is_one(self) -> bool {
        matches!(self, Self::One { .. })
    }

    /// The pane under a cell.
    pub fn pane_at(self, column: u16, row: u16, focus: Pane) -> Option<Pane> {
        let panes = [Pane::Sessions, Pane::Inbox, Pane::Message];
        panes.into_iter().find(|pane| self.pane(*pane, focus).is_some_and(|area| area.holds(column, row)))
    }

    /// The border under a cell: either of the two lines that meet there.
    pub fn border_at(self, column: u16, row: u16) -> Option<Border> {
        let Self::Three { sessions, inbox, message, .. } = self else { return None };
        let near = |line: u16, at: u16| at == line || at + 1 == line;
        if sessions.is_some_and(|area| row < area.height) && near(inbox.x, column) {
            return Some(Border::Left);
        }
        let message = message.filter(|_| column >= inbox.x)?;
        let met = if message.x == inbox.x { near(message.y, row) } else { near(message.x, column) };
        met.then_some(Border::Middle)
    }

    /// Columns and rows of a message, also while it is not on the screen.
    pub fn message_room(self) -> (u16, u16) {
        let inner = match self {
            Self::TooSmall => return (MIN.0, 1),
            Self::One { pane, .. } => pane.below_title(),
            Self::Three { message: Some(message), .. } => message.inner(),
            // Where it is hidden it will be alone once it is opened.
            Self::Three { message: None, status, .. } => {
                Area::screen(status.width, status.y.saturating_sub(2))
            }
        };
        (inner.width.max(1), inner.height.max(1))
    }
}

#[cfg(test)]
mod tests;
