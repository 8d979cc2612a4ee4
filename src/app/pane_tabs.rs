//! Computes the positions of the pane tabs, which are shown in the header line if the screen shows one pane at a time.
//! The positions are used to draw the tabs and to determine which tab the user has clicked.

use super::layout::{NARROW, Pane};
use super::model::Model;
use std::ops::Range;

/// Minimum width of the screen in columns at which the header line contains pane tabs. On a narrower screen, the
/// selected address takes up the space.
const MIN_WIDTH: u16 = 70;
/// Number of empty columns to the right of each pane tab.
const GAP: u16 = 2;

/// A tab in the header line, which shows the name of a pane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaneTab {
    /// The pane that a click on the tab opens.
    pub pane: Pane,
    /// Name of the pane on the tab.
    pub name: &'static str,
    /// Range of screen columns that the tab occupies.
    pub columns: Range<u16>,
}

/// Returns the pane tabs in the header line, from left to right. Returns an empty list if the screen is too narrow for
/// tabs, is wide enough for several panes, or shows an overlay.
pub fn pane_tabs(model: &Model) -> Vec<PaneTab> {
    let width = model.screen.width;
    if !(MIN_WIDTH..NARROW).contains(&width) || !model.layout().has_one_pane() || !model.overlays.is_empty() {
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
