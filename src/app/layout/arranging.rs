//! Changes the pane sizes when the user drags a border or presses a key.

use super::{Border, DEFAULT_INBOX_SHARE, Layout, MIN_PANE, Pane, PaneLayout};

impl PaneLayout {
    /// Moves a border between panes to the cell at `column` and `row`.
    pub fn move_border(&mut self, border: Border, layout: Layout, column: u16, row: u16) {
        let Layout::Three { inbox, message, .. } = layout else { return };
        match (border, message) {
            (Border::SessionsEdge, _) => self.left = Some(column.max(MIN_PANE.0)),
            (Border::Middle, Some(message)) if message.x == inbox.x => {
                let top = row.saturating_sub(inbox.y);
                self.share = Some(per_mille(top, without_border(inbox.height) + message.height));
            }
            (Border::Middle, Some(message)) => {
                let left = column.saturating_sub(inbox.x);
                self.share = Some(per_mille(left, without_border(inbox.width) + message.width));
            }
            (Border::Middle, None) => {}
        }
    }

    /// Enlarges the focused pane by `by` steps; a negative `by` shrinks the pane. For the sessions pane, a step is two
    /// columns. For the inbox and the message pane, a step is one row, or one twentieth of their total width if they
    /// are side by side.
    pub fn resize(&mut self, layout: Layout, focus: Pane, by: i16) {
        let Layout::Three { sessions, inbox, message, .. } = layout else { return };
        match (focus, sessions, message) {
            (Pane::Sessions, Some(area), _) => {
                let most = (layout_width(layout)).saturating_sub(2 * MIN_PANE.0);
                let width = without_border(area.width);
                self.left = Some(width.saturating_add_signed(by * 2).clamp(MIN_PANE.0, most));
            }
            (Pane::Inbox | Pane::Message, _, Some(message)) => {
                let (part, whole) = if message.x == inbox.x {
                    (without_border(inbox.height), without_border(inbox.height) + message.height)
                } else {
                    (without_border(inbox.width), without_border(inbox.width) + message.width)
                };
                let by = if focus == Pane::Inbox { by } else { -by };
                // A step is one row, or one twentieth of the width.
                let step = if message.x == inbox.x { 1 } else { (whole / 20).max(1) };
                let step = i16::try_from(step).unwrap_or(1);
                self.share = Some(per_mille(part.saturating_add_signed(by * step), whole));
            }
            (Pane::Sessions, None, _) | (Pane::Inbox | Pane::Message, _, None) => {}
        }
    }
}

/// Returns the width or height of a pane without the border that the pane shares with its neighbour.
fn without_border(size: u16) -> u16 {
    size.saturating_sub(1)
}

fn layout_width(layout: Layout) -> u16 {
    match layout {
        Layout::TooSmall => 0,
        Layout::One { status, .. } | Layout::Three { status, .. } => status.width,
    }
}

/// Returns the share of `part` in `whole` in per mille, limited to the range from 50 to 950. The share is rounded up,
/// so that `Layout::compute` converts it back to exactly `part` cells.
fn per_mille(part: u16, whole: u16) -> u16 {
    let share = (u32::from(part) * 1000).div_ceil(u32::from(whole.max(1)));
    u16::try_from(share.clamp(50, 950)).unwrap_or(DEFAULT_INBOX_SHARE)
}
