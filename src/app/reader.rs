//! The state of the message pane: the open mail in one of its views, laid out for the width of the pane.
// This file exceeds 300 lines because the views, the search and the images of a mail share its layout.

use super::attached_mail::AttachedMail;
use super::connection::Generation;
use bytes::Bytes;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::Envelope;
use dropmail_client::domain::search::normalise;
use mail_codes::MailWithFindings;
use mail_reader::richtext::{HalfBlockImage, Line, PictureRow, Role, View, views};
use std::collections::HashMap;
use std::sync::Arc;

/// A parsed mail with its raw bytes and its envelope.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadedMail {
    /// The envelope of the mail, as reported by the service.
    pub envelope: Envelope,
    /// The raw mail: its bytes as received.
    pub raw: Bytes,
    /// The parsed mail. For a large mail, it initially contains only the beginning.
    pub mail: Arc<MailWithFindings>,
    /// `true` if `mail` is parsed completely. A large mail is parsed in two steps: first its beginning, then all of it.
    pub is_complete: bool,
    /// Number of attachments of the mail. It is also known while `mail` is incomplete and lists only some attachments.
    pub attachments: usize,
    /// The outer mail and the inbox summary of this mail if it is an attached mail; `None` if it is not.
    pub nested: Option<AttachedMail>,
}

impl LoadedMail {
    /// Creates a completely parsed mail that is not attached to another mail.
    pub fn fully_parsed(envelope: Envelope, raw: Bytes, mail: MailWithFindings) -> Self {
        let attachments = mail.attachments.len();
        Self { envelope, raw, mail: Arc::new(mail), is_complete: true, attachments, nested: None }
    }
}

/// The rendered lines of one view of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderedView {
    /// Width in columns at which the lines of the view are wrapped.
    pub width: u16,
    /// The lines of the view, including the header lines of the message.
    pub lines: Arc<[Line]>,
    /// `true` if `lines` contains all lines of the view. For a long view, the program first lays out only the lines
    /// that fit on the screen.
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

/// An image in a mail, with its size on the screen in cells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ImageSize {
    /// Index of the MIME part that contains the image.
    pub part: usize,
    /// Width of the image on the screen in columns.
    pub columns: u16,
    /// Height of the image on the screen in rows.
    pub rows: u16,
}

/// Loading state of an image in the open mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImageState {
    /// The image is being decoded.
    Decoding,
    /// The image is decoded and ready to be drawn.
    Decoded(HalfBlockImage),
    /// The image cannot be shown, because it is corrupt or too large.
    Broken,
}

/// The text or words for which the message pane is searched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchTerm {
    /// The text, in lower case, that the user typed to search this mail.
    Typed(String),
    /// The case-folded words of the inbox search that found this mail; the message pane highlights them.
    Found(Vec<String>),
}

impl SearchTerm {
    fn is_in(&self, line: &Line) -> bool {
        let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
        match self {
            Self::Typed(needle) => text.to_lowercase().contains(needle),
            Self::Found(words) => {
                let text = normalise(&text);
                words.iter().any(|word| text.contains(word))
            }
        }
    }

    /// Returns the search term as the user sees it.
    pub fn text(&self) -> String {
        match self {
            Self::Typed(needle) => needle.clone(),
            Self::Found(words) => words.join(" "),
        }
    }
}

/// A search in the message pane: the search term and the matching lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// The text or words for which the message pane is searched.
    pub needle: SearchTerm,
    /// Indexes of the lines that match the search term.
    pub matches: Vec<usize>,
    /// Index in `matches` of the current match. The user can move to the next or previous match.
    pub current: usize,
}

/// State of the open mail in the message pane: its view, layout, scroll position and search.
#[derive(Clone, PartialEq, Debug)]
pub struct MessageView {
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
    /// The scroll position in each view when the user left that view. It is restored when the user returns to the view.
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
    /// If `true`, quoted mails are collapsed in the requested layout of the completely parsed mail (see `full_load`).
    pub full_load_collapsed: bool,
    /// Generation number of the request that opens an attached mail; `None` if no such request is in flight.
    pub attached_request: Option<Generation>,
    /// State of the outer mail, to which the user returns after closing this attached mail; `None` if this mail is not
    /// attached.
    pub outer: Option<Box<Self>>,
}

impl MessageView {
    /// Creates the state of a newly opened mail, in its first view.
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

    /// Returns `true` if the line with the index `line` is the title line of a quoted mail, where the user can collapse
    /// or expand the quoted mail.
    pub fn is_quote_toggle(&self, line: usize) -> bool {
        let spans = self.rendered.lines.get(line).map_or(&[][..], |line| line.spans.as_slice());
        spans.iter().any(|span| span.role == Role::Fold)
    }

    /// Returns the images on or near the screen that have not been requested yet. Near means up to one page of `rows`
    /// rows above the first visible line, or up to two pages below the last one.
    pub fn missing_images(&self, rows: usize) -> Vec<ImageSize> {
        let near = self.rendered.lines.iter().skip(self.scroll.saturating_sub(rows)).take(rows * 4);
        let roles = near.filter_map(|line| line.spans.first()).map(|span| span.role);
        let mut sizes: Vec<ImageSize> = roles
            .filter_map(|role| {
                let Role::Picture(PictureRow { part, rows, columns, .. }) = role else { return None };
                Some(ImageSize { part: part.into(), columns, rows })
            })
            .filter(|size| !self.images.contains_key(size))
            .collect();
        sizes.dedup();
        sizes
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

    /// Scrolls down by `by` lines (up if negative) and stops at the last page. A page has `rows` rows.
    pub fn scroll_by(&mut self, by: isize, rows: usize) {
        self.scroll = self.scroll.saturating_add_signed(by).min(self.last_top(rows));
    }

    fn last_top(&self, rows: usize) -> usize {
        self.rendered.lines.len().saturating_sub(rows)
    }

    /// Searches all lines for `needle`. The first match at or below the top of the screen becomes the current match.
    pub fn find(&mut self, needle: SearchTerm) {
        let lines = self.rendered.lines.iter().enumerate();
        let matches: Vec<usize> = lines.filter(|(_, line)| needle.is_in(line)).map(|(at, _)| at).collect();
        let current = matches.iter().position(|line| *line >= self.scroll).unwrap_or(0);
        self.search = Some(Search { needle, matches, current });
    }

    /// Expands the quoted mails if the search has no match, because a collapsed quoted mail may contain one.
    pub fn expand_quotes_unless_found(&mut self) {
        let found = self.search.as_ref().is_none_or(|search| !search.matches.is_empty());
        if !found && self.rendered.is_complete && self.rendered.width > 0 {
            self.set_quotes_collapsed(false);
        }
    }

    /// Ends a search that the user started in the open mail. Returns `true` if there was such a search. The words of an
    /// inbox search stay highlighted.
    pub fn end_search(&mut self) -> bool {
        let typed = |search: &mut Search| matches!(search.needle, SearchTerm::Typed(_));
        self.search.take_if(typed).is_some()
    }

    /// Scrolls to the current match if it is not visible. `rows` is the height of the message pane.
    pub fn show_match(&mut self, rows: usize) {
        let on_screen = self.scroll..self.scroll + rows;
        let nearest = self.search.as_ref().and_then(|search| search.matches.get(search.current));
        if nearest.is_some_and(|line| !on_screen.contains(line)) {
            self.go_to_match(0, rows);
        }
    }

    /// Moves down from the current match by `by` matches (up if negative), wrapping around at the ends, and scrolls to
    /// the new current match.
    pub fn go_to_match(&mut self, by: isize, rows: usize) {
        let last = self.last_top(rows);
        let Some(search) = &mut self.search else { return };
        let count = isize::try_from(search.matches.len()).unwrap_or(0);
        if count == 0 {
            return;
        }
        let at = isize::try_from(search.current).unwrap_or(0) + by;
        search.current = usize::try_from(at.rem_euclid(count)).unwrap_or(0);
        self.scroll = search.matches.get(search.current).copied().unwrap_or(0).min(last);
    }
}

/// Number of lines that are compared to find the previously visible text in a new layout.
const COMPARED_LINES: usize = 8;
/// Maximum number of lines by which the visible text may move in a new layout. If it moves further, the scroll position
/// is not adjusted.
const MAX_DISTANCE: usize = 400;

/// Finds the text at line `top` of the old layout in the new layout, and returns its line index there. Returns `top` if
/// the new layout does not contain this text near that line.
fn line_after_layout(old: &[Line], new: &[Line], top: usize) -> usize {
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

/// The content of the message pane: nothing, a mail that is being loaded, or an open mail.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Reader {
    /// The message pane is empty.
    #[default]
    Empty,
    /// The message pane is waiting for a mail that is being loaded from the archive.
    Loading {
        /// Id of the mail that is being loaded.
        id: MailId,
        /// Generation number of the request that loads the mail; the core ignores a result with a different generation
        /// number.
        generation: Generation,
    },
    /// The message pane shows an open mail.
    Open(Box<MessageView>),
}

impl Reader {
    /// Returns the id of the mail in the message pane; for an attached mail, the id of its outermost mail.
    /// Returns `None` if the pane is empty.
    pub fn id(&self) -> Option<&MailId> {
        match self {
            Self::Empty => None,
            Self::Loading { id, .. } => Some(id),
            Self::Open(page) => Some(&page.opened.outermost().envelope.id),
        }
    }

    /// Returns the open mail if it is an attached mail; `None` if it is not attached or no mail is open.
    pub fn attached(&self) -> Option<&Arc<LoadedMail>> {
        self.message().map(|page| &page.opened).filter(|opened| opened.nested.is_some())
    }

    /// Returns the state of the open mail; `None` if no mail is open.
    pub fn message(&self) -> Option<&MessageView> {
        match self {
            Self::Open(page) => Some(page),
            Self::Empty | Self::Loading { .. } => None,
        }
    }

    /// Returns a mutable reference to the state of the open mail; `None` if no mail is open.
    pub fn message_mut(&mut self) -> Option<&mut MessageView> {
        match self {
            Self::Open(page) => Some(page),
            Self::Empty | Self::Loading { .. } => None,
        }
    }
}
