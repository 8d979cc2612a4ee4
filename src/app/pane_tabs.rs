//! The names of the three panes in the header line of a narrow screen, which shows one pane at a time. The names
//! are used for drawing and for clicks.

use super::layout::{NARROW, Pane};
use super::model::Model;
use std::ops::Range;

/// Minimum width in columns of a screen whose header line names the panes; in a narrower one, the address needs the
/// columns.
const MIN_WIDTH: u16 = 70;
/// Count of columns between two names, and at the end of the line.
const GAP: u16 = 2;

/// The name of a pane in the header line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaneTab {
    /// The pane that has this name.
    pub pane: Pane,
    /// Name of the pane.
    pub name: &'static str,
    /// Columns of the screen that the name takes.
    pub columns: Range<u16>,
}

/// Lists the names of the panes in the header line, from left to right; empty if the screen shows several panes, is
/// too narrow, or shows an overlay.
pub fn of(model: &Model) -> Vec<PaneTab> {
    let width = model.screen.width;
    if !(MIN_WIDTH..NARROW).contains(&width) || !model.layout().is_one() || !model.overlays.is_empty() {
        return Vec::new();
    }
    let names = [(Pane::Sessions, "Addresses"), (Pane::Inbox, "Inbox"), (Pane::Message, "Message")];
    let wide = |name: &str| u16::try_from(name.len()).unwrap_or(u16::MAX);
    let total: u16 = names.iter().map(|(_, name)| wide(name) + GAP).sum();
    let mut start = width.saturating_sub(total);
    names
        .into_iter()
        .map(|(pane, name)| {
            let columns = start..start + wide(name);
            start = columns.end + GAP;
            PaneTab { pane, name, columns }
        })
        .collect()
}
