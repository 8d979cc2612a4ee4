//! State of the message pane: one mail in one of its views, laid out for the width of the pane.
//!
//! Longer than 300 lines: the views, the search and the pictures of one mail share its layout.

use super::connection::Generation;
use super::nested::Nested;
use crate::domain::ids::MailId;
use crate::domain::mail::Envelope;
use crate::domain::search::fold;
use bytes::Bytes;
use mail_codes::MailWithFindings;
use mail_reader::richtext::{HalfBlockImage, Line, PictureRow, Role, View, views};
use std::collections::HashMap;
use std::sync::Arc;

/// A parsed mail with its raw bytes and its envelope.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadedMail {
    /// The envelope of the mail, as the service reported it.
    pub envelope: Envelope,
    /// The raw mail: its bytes as received.
    pub raw: Bytes,
    /// The parsed mail; of a large mail, only the beginning at first.
    pub mail: Arc<MailWithFindings>,
    /// Whether `mail` is complete. A large mail is parsed in two steps: first the beginning, then the whole.
    pub whole: bool,
    /// Count of attachments, known before `mail`, which may be incomplete, lists all of them.
    pub attachments: usize,
    /// The outer mail and the summary of an attached mail; `None` if this mail is not attached to another
    /// mail.
    pub nested: Option<Nested>,
}

impl LoadedMail {
    /// Creates a completely parsed mail that the service delivered and that is not attached to another mail.
    pub fn whole(envelope: Envelope, raw: Bytes, mail: MailWithFindings) -> Self {
        let attachments = mail.attachments.len();
        Self { envelope, raw, mail: Arc::new(mail), whole: true, attachments, nested: None }
    }
}

/// The lines of one view of a mail, laid out for a width.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderedView {
    /// Width in columns for which the view is laid out.
    pub width: u16,
    /// The lines of the view, including the message header.
    pub lines: Arc<[Line]>,
    /// Whether `lines` contains all lines of the view. For a long view, the first lines are laid out first
    /// and the rest follows.
    pub whole: bool,
}

impl RenderedView {
    /// Creates an empty view, for the time before the first layout.
    pub fn nothing() -> Self {
        Self { width: 0, lines: Arc::from([]), whole: true }
    }
}

/// A layout of a mail that was requested and has not arrived yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingRender {
    /// Generation of the request; the core drops a layout that carries another generation.
    pub generation: Generation,
    /// The view of the message pane that was requested.
    pub view: View,
    /// Width in columns for which the layout was requested.
    pub width: u16,
    /// Whether the requested layout folds quoted mails.
    pub folded: bool,
}

/// A picture in a mail, with the size in cells at which the screen shows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PictureSize {
    /// Index of the MIME part that contains the picture.
    pub part: usize,
    /// Width of the picture on the screen, in columns.
    pub columns: u16,
    /// Height of the picture on the screen, in rows.
    pub rows: u16,
}

/// Loading state of a picture in a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Picture {
    /// The picture is being decoded.
    Decoding,
    /// The picture is decoded and can be drawn.
    Here(HalfBlockImage),
    /// The picture cannot be shown: it is broken or too large.
    Broken,
}

/// The text that a search in the message pane looks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchTerm {
    /// The text that the user typed to search this message, in lower case.
    Typed(String),
    /// The words of the inbox search that found this mail, case-folded; the message pane highlights them.
    Found(Vec<String>),
}

impl SearchTerm {
    fn is_in(&self, line: &Line) -> bool {
        let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
        match self {
            Self::Typed(needle) => text.to_lowercase().contains(needle),
            Self::Found(words) => {
                let text = fold(&text);
                words.iter().any(|word| text.contains(word))
            }
        }
    }

    /// Formats the search term as text for the user.
    pub fn told(&self) -> String {
        match self {
            Self::Typed(needle) => needle.clone(),
            Self::Found(words) => words.join(" "),
        }
    }
}

/// A search in the message pane: the term and the lines that match it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// The text that the search looks for.
    pub needle: SearchTerm,
    /// Indexes of the lines that match the search.
    pub matches: Vec<usize>,
    /// Index in `matches` of the match that the user has moved to.
    pub at: usize,
}

/// State of an open mail in the message pane: view, layout, scroll position and search.
#[derive(Clone, PartialEq, Debug)]
pub struct MessageView {
    /// The mail that the message pane shows.
    pub opened: Arc<LoadedMail>,
    /// The view in which the message pane shows the mail.
    pub view: View,
    /// The lines of the current view; empty until the first layout has arrived.
    pub laid: RenderedView,
    /// The layout that was requested and has not arrived yet; `None` if none is missing.
    pub laying: Option<PendingRender>,
    /// Index of the first line of the layout that is on the screen.
    pub scroll: usize,
    /// Scroll position of each view that the user has left, to return there.
    pub places: HashMap<View, usize>,
    /// Generation of the request for the rest of a large mail; `None` if no such request is in flight.
    pub reading: Option<Generation>,
    /// Progress of reading a large mail: bytes read and total size in bytes; `None` while no large mail is
    /// read.
    pub progress: Option<(u64, u64)>,
    /// The view to return to after the view of a single part; `None` if no part is shown.
    pub before: Option<View>,
    /// Loading state of each picture in the message.
    pub pictures: HashMap<PictureSize, Picture>,
    /// The active search in this message; `None` without a search.
    pub search: Option<Search>,
    /// Whether the quoted mails in this mail are folded.
    pub folded: bool,
    /// Whether the requested layout of the whole mail folds quoted mails.
    pub reading_folded: bool,
    /// Generation of the request for an attached mail that the user wants to open; `None` if there is no such
    /// request.
    pub opening: Option<Generation>,
    /// The state of the outer mail, shown again when this attached mail is closed; `None` if this mail is not
    /// attached.
    pub outer: Option<Box<Self>>,
}

impl MessageView {
    /// Creates the state of a mail that was just opened, in its first view.
    pub fn new(opened: Arc<LoadedMail>) -> Self {
        let view = views(&opened.mail).first().copied().unwrap_or_default();
        Self {
            opened,
            view,
            laid: RenderedView::nothing(),
            laying: None,
            scroll: 0,
            places: HashMap::new(),
            reading: None,
            progress: None,
            before: None,
            pictures: HashMap::new(),
            search: None,
            folded: true,
            reading_folded: true,
            opening: None,
            outer: None,
        }
    }

    /// Creates the state of a mail that is attached to this one, and saves this state as `outer`.
    #[must_use]
    pub fn into_attached(self, opened: Arc<LoadedMail>) -> Self {
        Self { outer: Some(Box::new(self)), ..Self::new(opened) }
    }

    /// Shows this mail again after an attached mail was closed. Answers to earlier requests for this mail may
    /// have been dropped meanwhile, so the function forgets those requests.
    pub fn resume(&mut self) {
        (self.laying, self.opening) = (None, None);
        self.pictures.clear();
    }

    /// Switches to another view, at the scroll position where the user left that view.
    pub fn show(&mut self, view: View) {
        self.places.insert(self.view, self.scroll);
        self.scroll = self.places.get(&view).copied().unwrap_or(0);
        self.view = view;
        self.laid = RenderedView::nothing();
    }

    /// Folds or unfolds the quotes of the mail. The old lines stay on the screen until the new layout
    /// arrives.
    pub fn fold(&mut self, folded: bool) {
        if self.folded != folded {
            self.folded = folded;
            self.laid.width = 0;
        }
    }

    /// Returns whether a line of the layout is the line that folds or unfolds a quoted mail.
    pub fn is_fold(&self, line: usize) -> bool {
        let spans = self.laid.lines.get(line).map_or(&[][..], |line| line.spans.as_slice());
        spans.iter().any(|span| span.role == Role::Fold)
    }

    /// Lists the pictures on or near the screen that are not requested yet. Near means one page of `rows`
    /// rows before the screen and two pages after it.
    pub fn wanted_pictures(&self, rows: usize) -> Vec<PictureSize> {
        let near = self.laid.lines.iter().skip(self.scroll.saturating_sub(rows)).take(rows * 4);
        let roles = near.filter_map(|line| line.spans.first()).map(|span| span.role);
        let mut wanted: Vec<PictureSize> = roles
            .filter_map(|role| {
                let Role::Picture(PictureRow { part, rows, columns, .. }) = role else { return None };
                Some(PictureSize { part: part.into(), columns, rows })
            })
            .filter(|size| !self.pictures.contains_key(size))
            .collect();
        wanted.dedup();
        wanted
    }

    /// Replaces the lines with a new layout. The text on the screen stays at its position where possible.
    pub fn take(&mut self, laid: RenderedView) {
        if laid.width == self.laid.width {
            self.scroll = place_of(&self.laid.lines, &laid.lines, self.scroll);
        }
        if laid.whole && self.opened.whole {
            self.progress = None;
        }
        self.laid = laid;
    }

    /// Scrolls down by `by` lines (up if negative), but not past the last page of `rows` rows.
    pub fn scroll_by(&mut self, by: isize, rows: usize) {
        self.scroll = self.scroll.saturating_add_signed(by).min(self.last_top(rows));
    }

    fn last_top(&self, rows: usize) -> usize {
        self.laid.lines.len().saturating_sub(rows)
    }

    /// Searches all lines for `needle`; the first match at or after the top of the screen becomes the current
    /// match.
    pub fn look_for(&mut self, needle: SearchTerm) {
        let lines = self.laid.lines.iter().enumerate();
        let matches: Vec<usize> = lines.filter(|(_, line)| needle.is_in(line)).map(|(at, _)| at).collect();
        let at = matches.iter().position(|line| *line >= self.scroll).unwrap_or(0);
        self.search = Some(Search { needle, matches, at });
    }

    /// Unfolds the quoted mails if the search has no match, because a match may be in a folded quote.
    pub fn open_unless_found(&mut self) {
        let found = self.search.as_ref().is_none_or(|search| !search.matches.is_empty());
        if !found && self.laid.whole && self.laid.width > 0 {
            self.fold(false);
        }
    }

    /// Ends a search that the user typed for this message, and returns whether there was one. The words of an
    /// inbox search stay marked.
    pub fn end_search(&mut self) -> bool {
        let typed = |search: &mut Search| matches!(search.needle, SearchTerm::Typed(_));
        self.search.take_if(typed).is_some()
    }

    /// Scrolls to the current match unless it is on the screen, which has `rows` rows.
    pub fn show_match(&mut self, rows: usize) {
        let on_screen = self.scroll..self.scroll + rows;
        let nearest = self.search.as_ref().and_then(|search| search.matches.get(search.at));
        if nearest.is_some_and(|line| !on_screen.contains(line)) {
            self.go_to_match(0, rows);
        }
    }

    /// Moves the current match by `by` matches, wrapping around at the ends, and scrolls to it.
    pub fn go_to_match(&mut self, by: isize, rows: usize) {
        let last = self.last_top(rows);
        let Some(search) = &mut self.search else { return };
        let count = isize::try_from(search.matches.len()).unwrap_or(0);
        if count == 0 {
            return;
        }
        let at = isize::try_from(search.at).unwrap_or(0) + by;
        search.at = usize::try_from(at.rem_euclid(count)).unwrap_or(0);
        self.scroll = search.matches.get(search.at).copied().unwrap_or(0).min(last);
    }
}

/// Count of lines that are compared to find the scroll position in a new layout.
const TOLD_BY: usize = 8;
/// Maximum distance in lines at which the scroll position is looked for in a new layout; lines that moved
/// farther are not found.
const MAX_DISTANCE: usize = 400;

/// Finds where the lines that started at `top` in the old layout are in the new layout. Returns `top` if they
/// are not found nearby.
fn place_of(old: &[Line], new: &[Line], top: usize) -> usize {
    let Some(wanted) = old.get(top..).map(|below| below.get(..TOLD_BY).unwrap_or(below)) else { return top };
    let is_here = |at: &usize| new.get(*at..).is_some_and(|lines| lines.starts_with(wanted));
    if top == 0 || wanted.is_empty() {
        return top;
    }
    let ways = (0..MAX_DISTANCE).flat_map(|by| [top.checked_add(by), top.checked_sub(by)]).flatten();
    ways.into_iter().find(is_here).unwrap_or(top)
}

/// The content of the message pane: nothing, a mail that is being loaded, or a mail.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Reader {
    /// The message pane is empty.
    #[default]
    Empty,
    /// The mail is being loaded from the archive.
    Loading {
        /// Id of the mail that is being loaded.
        id: MailId,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// The message pane shows a mail.
    Open(Box<MessageView>),
}

impl Reader {
    /// Returns the id of the mail in the message pane; for an attached mail, the id of its outermost mail.
    pub fn id(&self) -> Option<&MailId> {
        match self {
            Self::Empty => None,
            Self::Loading { id, .. } => Some(id),
            Self::Open(page) => Some(&page.opened.outermost().envelope.id),
        }
    }

    /// Returns the mail in the message pane if it is an attached mail.
    pub fn attached(&self) -> Option<&Arc<LoadedMail>> {
        self.page().map(|page| &page.opened).filter(|opened| opened.nested.is_some())
    }

    /// Returns the state of the open mail; `None` if the message pane shows none.
    pub fn page(&self) -> Option<&MessageView> {
        match self {
            Self::Open(page) => Some(page),
            Self::Empty | Self::Loading { .. } => None,
        }
    }

    /// Returns the state of the open mail in order to change it; `None` if the message pane shows none.
    pub fn page_mut(&mut self) -> Option<&mut MessageView> {
        match self {
            Self::Open(page) => Some(page),
            Self::Empty | Self::Loading { .. } => None,
        }
    }
}
