//! Stores the rendered lines of a mail and the pending request to lay it out, and adjusts the scroll position after a
//! new layout.

use crate::app::connection::Generation;
use mail_reader::richtext::{Line, View};
use std::sync::Arc;

/// The rendered lines of one view of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderedView {
    /// Width in columns at which the lines of the view are wrapped.
    pub width: u16,
    /// The lines of the view, including the header lines of the mail.
    pub lines: Arc<[Line]>,
    /// `true` if `lines` contains all lines of the view. The program first lays out only the lines that the screen
    /// needs, and then all lines.
    pub is_complete: bool,
}

impl RenderedView {
    /// Creates a view without lines, used until the first layout is ready.
    pub fn empty() -> Self {
        Self { width: 0, lines: Arc::from([]), is_complete: true }
    }
}

/// A pending request for the layout of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingRender {
    /// Generation number of the request; the core ignores a layout with a different generation number.
    pub generation: Generation,
    /// The view for which the layout was requested.
    pub view: View,
    /// Width in columns for which the layout was requested.
    pub width: u16,
    /// If `true`, quoted mails are collapsed in the requested layout.
    pub quotes_collapsed: bool,
}

/// Number of lines, from the top of the screen, that the program looks for in a new layout in order to keep the visible
/// text in place.
const COMPARED_LINES: usize = 8;
/// Distance in lines at which the search for the visible text in a new layout ends. If the text has moved this far or
/// farther, the scroll position is not adjusted.
const MAX_DISTANCE: usize = 400;

/// Finds the text that starts at line `top` of the layout `old`. Returns the index of the line at which this text
/// starts in the layout `new`; returns `top` if the text is not near that line in `new`.
pub(super) fn line_after_layout(old: &[Line], new: &[Line], top: usize) -> usize {
    let Some(old_lines) = old.get(top..).map(|below| below.get(..COMPARED_LINES).unwrap_or(below)) else {
        return top;
    };
    let is_here = |at: &usize| new.get(*at..).is_some_and(|lines| lines.starts_with(old_lines));
    if top == 0 || old_lines.is_empty() {
        return top;
    }
    let ways = (0..MAX_DISTANCE).flat_map(|by| [top.checked_add(by), top.checked_sub(by)]).flatten();
    ways.into_iter().find(is_here).unwrap_or(top)
}
