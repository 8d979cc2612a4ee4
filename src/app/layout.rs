//! Computes the layout of the screen: the area of each pane, for drawing and scrolling.

mod area;
mod arranging;

pub use area::{Area, Pane};

/// Minimum size of the screen in columns and rows. On a smaller screen, the program only asks the user to enlarge the
/// window.
pub const MIN: (u16, u16) = (30, 8);
/// Minimum width of the screen in columns at which several panes are shown. A narrower screen shows one pane at a time.
pub const NARROW: u16 = 90;
/// Minimum width of the screen in columns at which `Split::Auto` places the inbox and the message pane side by side.
pub const WIDE: u16 = 180;

/// How the inbox and the message pane share the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// The inbox is to the left of the message pane on a wide screen, and above it on a narrower screen.
    #[default]
    Auto,
    /// The inbox is above the message pane.
    Stacked,
    /// The inbox is to the left of the message pane.
    SideBySide,
}

/// The pane layout that the user chose. It is stored, and restored when the program next starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PaneLayout {
    /// How the inbox and the message pane share the screen.
    pub split: Split,
    /// Width of the sessions pane in columns, as set by the user; `None` if the pane has the default width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u16>,
    /// The inbox's share, in per mille, of the space that the inbox and the message pane occupy together; `None` for
    /// the default share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<u16>,
    /// If `true`, the sessions pane is hidden while another pane has the focus.
    pub hide_sessions: bool,
    /// If `true`, the message pane is hidden while another pane has the focus.
    pub hide_message: bool,
    /// If `true`, the focused pane fills the screen. This state is not stored, so the program always starts with all
    /// panes.
    #[serde(skip)]
    pub zoomed: bool,
}

/// The inbox's default share, in per mille, of the space for the inbox and the message pane.
const DEFAULT_INBOX_SHARE: u16 = 400;
/// Preferred width of the message pane in columns, including its borders. If the panes are side by side, the inbox gets
/// the remaining columns, up to `MAX_INBOX_WIDTH`. Wider inbox rows would be partly empty.
const MESSAGE_WIDTH: u16 = 82;
const MAX_INBOX_WIDTH: u16 = 100;
/// Minimum size, in columns and rows, to which the user can shrink a pane.
const MIN_PANE: (u16, u16) = (16, 4);

/// A border between panes that the user can drag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Border {
    /// The border to the right of the sessions pane.
    SessionsEdge,
    /// The border between the inbox and the message pane.
    Middle,
}

/// The layout of the screen: the areas of the visible panes and of the status line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// The screen is too small to show a pane. It only asks the user to enlarge the window.
    TooSmall,
    /// The screen shows one pane, below a line that shows the selected address.
    One {
        /// Area of the line that shows the selected address.
        header: Area,
        /// Area of the pane that has the focus.
        pane: Area,
        /// Area of the status line.
        status: Area,
    },
    /// The screen shows the inbox, as well as the sessions pane and the message pane unless the user has hidden them.
    /// The areas of neighbouring panes overlap in their shared border.
    Three {
        /// Area of the sessions pane; `None` if the pane is hidden.
        sessions: Option<Area>,
        /// Area of the inbox pane.
        inbox: Area,
        /// Area of the message pane; `None` if the pane is hidden.
        message: Option<Area>,
        /// Area of the status line.
        status: Area,
    },
}

impl Layout {
    /// Computes the area of each pane on the screen. `arrangement` is the pane layout that the user chose, and `focus`
    /// is the pane that has the focus.
    pub fn compute(screen: Area, arrangement: &PaneLayout, focus: Pane) -> Self {
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
        // Neighbouring panes share a border: the last column or row of one pane is the first of the next.
        let sessions = (left > 0).then(|| at(0, 0, left + 1, body));
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
            return Self::Three { sessions, inbox: at(left, 0, middle + 1, body), message, status };
        }
        let top = share(body, MIN_PANE.1);
        let message = Some(at(left, top, right, body - top));
        Self::Three { sessions, inbox: at(left, 0, right, top + 1), message, status }
    }

    /// Returns `true` if the inbox and the message pane are side by side on this screen, and `false` if they are
    /// stacked.
    pub fn is_beside(screen: Area, arrangement: &PaneLayout) -> bool {
        match arrangement.split {
            Split::Auto => screen.width >= WIDE,
            Split::Stacked => false,
            Split::SideBySide => true,
        }
    }

    /// Returns the area of a pane, including its border or title. `focus` is the pane that has the focus. Returns
    /// `None` if the pane is not on the screen.
    pub fn pane(self, pane: Pane, focus: Pane) -> Option<Area> {
        match (self, pane) {
            (Self::TooSmall, _) => None,
            (Self::One { pane: area, .. }, _) => (pane == focus).then_some(area),
            (Self::Three { sessions, .. }, Pane::Sessions) => sessions,
            (Self::Three { inbox, .. }, Pane::Inbox) => Some(inbox),
            (Self::Three { message, .. }, Pane::Message) => message,
        }
    }

    /// Returns the area of a pane without its border or title, and without the margins of the message pane. `focus` is
    /// the pane that has the focus. Returns `None` if the pane is not on the screen.
    pub fn inside(self, pane: Pane, focus: Pane) -> Option<Area> {
        Some(self.content(pane, self.pane(pane, focus)?))
    }

    /// Returns the part of a pane's area that shows the content: `area` without border or title, and without the
    /// margins of the message pane.
    pub fn content(self, pane: Pane, area: Area) -> Area {
        let inside = if self.has_one_pane() { area.below_title() } else { area.inner() };
        match pane {
            Pane::Sessions | Pane::Inbox => inside,
            Pane::Message => inside.without_margins(),
        }
    }

    /// Returns `true` if the layout shows only one pane.
    pub fn has_one_pane(self) -> bool {
        matches!(self, Self::One { .. })
    }

    /// Returns the pane at a screen cell; `None` if there is no pane at the cell.
    pub fn pane_at(self, column: u16, row: u16, focus: Pane) -> Option<Pane> {
        let panes = [Pane::Sessions, Pane::Inbox, Pane::Message];
        panes.into_iter().find(|pane| self.pane(*pane, focus).is_some_and(|area| area.contains(column, row)))
    }

    /// Returns the pane border at a screen cell; `None` if the cell is not on a border between two panes.
    pub fn border_at(self, column: u16, row: u16) -> Option<Border> {
        let Self::Three { sessions, inbox, message, .. } = self else { return None };
        if sessions.is_some_and(|area| row < area.height) && column == inbox.x {
            return Some(Border::SessionsEdge);
        }
        let message = message.filter(|_| column >= inbox.x)?;
        let met = if message.x == inbox.x { row == message.y } else { column == message.x };
        met.then_some(Border::Middle)
    }

    /// Returns the number of columns and rows for the text of a mail in the message pane. If the pane is hidden,
    /// returns the size that it will have when it is opened.
    pub fn message_size(self) -> (u16, u16) {
        let inner = match self {
            Self::TooSmall => return (MIN.0, 1),
            Self::One { pane: area, .. } | Self::Three { message: Some(area), .. } => {
                self.content(Pane::Message, area)
            }
            // A hidden message pane fills the screen when it is opened.
            Self::Three { message: None, status, .. } => {
                Area::screen(status.width, status.y.saturating_sub(2)).without_margins()
            }
        };
        (inner.width.max(1), inner.height.max(1))
    }
}

#[cfg(test)]
mod tests;
