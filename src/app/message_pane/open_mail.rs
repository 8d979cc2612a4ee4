//! The state of the open mail: its view, scroll position and quoted mails.

use super::rendered_view::line_after_layout;
use super::{ImageSize, ImageState, LoadedMail, PendingRender, RenderedView, Search};
use crate::app::connection::Generation;
use mail_reader::richtext::{Role, View, views};
use std::collections::HashMap;
use std::sync::Arc;

/// State of the open mail in the message pane: its view, layout, scroll position and search.
#[derive(Clone, PartialEq, Debug)]
pub struct OpenMail {
    /// The mail that is open in the message pane.
    pub opened: Arc<LoadedMail>,
    /// The current view of the open mail.
    pub view: View,
    /// The rendered lines of the current view; empty until the first layout is ready.
    pub rendered: RenderedView,
    /// The pending request for a layout; `None` if no layout is pending.
    pub pending_render: Option<PendingRender>,
    /// Scroll position: the index of the first visible line.
    pub scroll: usize,
    /// Scroll positions of the views that the user has left. A position is restored when the user returns to the view.
    pub scroll_positions: HashMap<View, usize>,
    /// Generation number of the request that parses a large mail completely; `None` if no such request is in flight.
    pub full_load: Option<Generation>,
    /// Progress of parsing a large mail: number of bytes processed and total number of bytes; `None` if no
    /// large mail is being parsed.
    pub progress: Option<(u64, u64)>,
    /// The view to which the user returns from the view of a single MIME part; `None` if no single part is shown.
    pub view_before_part: Option<View>,
    /// Loading state of each image in the open mail.
    pub images: HashMap<ImageSize, ImageState>,
    /// The active search in the open mail; `None` if no search is active.
    pub search: Option<Search>,
    /// If `true`, quoted mails in the open mail are collapsed.
    pub quotes_collapsed: bool,
    /// `true` if quoted mails are collapsed in the layout that the request `full_load` will return.
    pub full_load_collapsed: bool,
    /// Generation number of the request that opens an attached mail; `None` if no such request is in flight.
    pub attached_request: Option<Generation>,
    /// State of the outer mail, to which the user returns after closing this attached mail; `None` if this mail is not
    /// attached.
    pub outer: Option<Box<Self>>,
}

impl OpenMail {
    /// Creates the state of a newly opened mail, which is shown in its first view.
    pub fn new(opened: Arc<LoadedMail>) -> Self {
        let view = views(&opened.mail).first().copied().unwrap_or_default();
        Self {
            opened,
            view,
            rendered: RenderedView::empty(),
            pending_render: None,
            scroll: 0,
            scroll_positions: HashMap::new(),
            full_load: None,
            progress: None,
            view_before_part: None,
            images: HashMap::new(),
            search: None,
            quotes_collapsed: true,
            full_load_collapsed: true,
            attached_request: None,
            outer: None,
        }
    }

    /// Creates the state of an attached mail that the user has opened in this mail. The new state contains the state of
    /// this mail as `outer`.
    #[must_use]
    pub fn into_attached(self, opened: Arc<LoadedMail>) -> Self {
        Self { outer: Some(Box::new(self)), ..Self::new(opened) }
    }

    /// Prepares the state of this mail for display after an attached mail was closed. Clears the pending requests,
    /// because their results may have been ignored while the attached mail was open.
    pub fn reset_requests(&mut self) {
        (self.pending_render, self.attached_request) = (None, None);
        self.images.clear();
    }

    /// Switches to another view and restores the scroll position that this view had when the user left it.
    pub fn switch_to(&mut self, view: View) {
        self.scroll_positions.insert(self.view, self.scroll);
        self.scroll = self.scroll_positions.get(&view).copied().unwrap_or(0);
        self.view = view;
        self.rendered = RenderedView::empty();
    }

    /// Collapses (`true`) or expands (`false`) the quoted mails in the open mail. The old lines stay on the screen
    /// until the new layout is ready.
    pub fn set_quotes_collapsed(&mut self, collapsed: bool) {
        if self.quotes_collapsed != collapsed {
            self.quotes_collapsed = collapsed;
            self.rendered.width = 0;
        }
    }

    /// Returns `true` if the line with the index `line` is the title line of a quoted mail, which the user can click to
    /// collapse or expand the quoted mail.
    pub fn is_quote_toggle(&self, line: usize) -> bool {
        let spans = self.rendered.lines.get(line).map_or(&[][..], |line| line.spans.as_slice());
        spans.iter().any(|span| span.role == Role::Fold)
    }

    /// Replaces the lines of the view with a new layout. If the new layout has the same width, adjusts the scroll
    /// position so that the visible text stays in place.
    pub fn replace_rendered(&mut self, rendered: RenderedView) {
        if rendered.width == self.rendered.width {
            self.scroll = line_after_layout(&self.rendered.lines, &rendered.lines, self.scroll);
        }
        if rendered.is_complete && self.opened.is_complete {
            self.progress = None;
        }
        self.rendered = rendered;
    }

    /// Scrolls down by `by` lines (up if negative) and stops at the first and the last page. A page has `rows` rows.
    pub fn scroll_by(&mut self, by: isize, rows: usize) {
        self.scroll = self.scroll.saturating_add_signed(by).min(self.last_top(rows));
    }

    pub(super) fn last_top(&self, rows: usize) -> usize {
        self.rendered.lines.len().saturating_sub(rows)
    }
}
