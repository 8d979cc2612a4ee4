//! The message pane: one mail in one of its views, laid out for the width of the pane.

use super::connection::Generation;
use super::nested::Nested;
use crate::domain::ids::MailId;
use crate::domain::mail::{Envelope, Mail};
use crate::domain::richtext::{HalfBlockImage, Line, PictureRow, Role, View, views};
use crate::domain::search::fold;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;

/// A parsed mail with its raw bytes and its envelope.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadedMail {
    /// The envelope that the service reported.
    pub envelope: Envelope,
    /// The raw bytes of the mail.
    pub raw: Bytes,
    /// The parsed mail.
    pub mail: Arc<Mail>,
    /// Whether `mail` is complete. Of a large mail, the beginning is parsed first.
    pub whole: bool,
    /// Number of attachments; `mail` does not list all of them until it is complete.
    pub attachments: usize,
    /// The outer mail and the summary, if this mail is attached to another mail.
    pub nested: Option<Nested>,
}

impl LoadedMail {
    /// A complete mail that the service delivered, not an attached mail.
    pub fn whole(envelope: Envelope, raw: Bytes, mail: Mail) -> Self {
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
    /// Whether `lines` contains all lines. Of a long view, the first lines are laid out first.
    pub whole: bool,
}

impl RenderedView {
    /// An empty view, before the first layout.
    pub fn nothing() -> Self {
        Self { width: 0, lines: Arc::from([]), whole: true }
    }
}

/// A layout that was requested and has not arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingRender {
    /// Number of the request, to recognise late replies.
    pub generation: Generation,
    /// The view to lay out.
    pub view: View,
    /// Width of the layout in columns.
    pub width: u16,
    /// Whether quotes are folded.
    pub folded: bool,
}

/// A picture of a mail and its size on the screen in cells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PictureSize {
    /// Index of the part that contains the picture.
    pub part: usize,
    /// Width in columns.
    pub columns: u16,
    /// Height in rows.
    pub rows: u16,
}

/// State of a picture in a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Picture {
    /// The picture is being decoded.
    Decoding,
    /// The picture is decoded.
    Here(HalfBlockImage),
    /// The picture cannot be shown: it is broken or too large.
    Broken,
}

/// Search term of a search in a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchTerm {
    /// The text that the user typed for a search in this message, in lower case.
    Typed(String),
    /// The words of the inbox search that found the mail, case-folded.
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

    /// The search term as a text for the user.
    pub fn told(&self) -> String {
        match self {
            Self::Typed(needle) => needle.clone(),
            Self::Found(words) => words.join(" "),
        }
    }
}

/// A search in a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// The search term.
    pub needle: SearchTerm,
    /// Indices of the matching lines.
    pub matches: Vec<usize>,
    /// Index in `matches` of the current match.
    pub at: usize,
}

/// State of a mail in the message pane: view, layout, position and search.
#[derive(Clone, PartialEq, Debug)]
pub struct MessageView {
    /// The mail.
    pub opened: Arc<LoadedMail>,
    /// The current view.
    pub view: View,
    /// The lines of the current view; empty until the first layout has arrived.
    pub laid: RenderedView,
    /// The layout that was requested and has not arrived.
    pub laying: Option<PendingRender>,
    /// Index of the first line on the screen.
    pub scroll: usize,
    /// Scroll position of each view that was shown before.
    pub places: HashMap<View, usize>,
    /// Number of the request for the rest of a large mail.
    pub reading: Option<Generation>,
    /// Progress of reading a large mail: bytes read and total size in bytes.
    pub progress: Option<(u64, u64)>,
    /// The view to return to from the view of a single part.
    pub before: Option<View>,
    /// The pictures of the message and their states.
    pub pictures: HashMap<PictureSize, Picture>,
    /// The active search.
    pub search: Option<Search>,
    /// Whether the quotes of the mail are folded.
    pub folded: bool,
    /// Whether quotes are folded in the requested layout of the whole mail.
    pub reading_folded: bool,
    /// Number of the request for an attached mail that the user wants to open.
    pub opening: Option<Generation>,
    /// The state of the outer mail, to return to from this attached mail.
    pub outer: Option<Box<Self>>,
}

impl MessageView {
    /// The initial state of a mail that was just opened, in its first view.
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

    /// The state for an attached mail of this one; this state is saved as `outer`.
    #[must_use]
    pub fn into_attached(self, opened: Arc<LoadedMail>) -> Self {
        Self { outer: Some(Box::new(self)), ..Self::new(opened) }
    }

    /// Continues after an attached mail was closed. Replies to earlier requests of this mail may have been
    /// dropped meanwhile, so it forgets those requests.
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

    /// Whether a line of the layout is one that folds or unfolds a quote.
    pub fn is_fold(&self, line: usize) -> bool {
        let spans = self.laid.lines.get(line).map_or(&[][..], |line| line.spans.as_slice());
        spans.iter().any(|span| span.role == Role::Fold)
    }

    /// Pictures on or near the screen that are not requested yet. Near means one page of `rows` rows before
    /// it and two after it.
    pub fn wanted_pictures(&self, rows: usize) -> Vec<PictureSize> {
        let near = self.laid.lines.iter().skip(self.scroll.saturating_sub(rows)).take(rows * 4);
        let roles = near.filter_map(|line| line.spans.first()).map(|span| span.role);
        let mut wanted: Vec<PictureSize> = roles
            .filter_map(|role| match role {
                Role::Picture(PictureRow { part, rows, columns, .. }) => {
                    Some(PictureSize { part: part.into(), columns, rows })
                }
                _ => None,
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

    /// Scrolls by `by` lines, but not past the last page of `rows` rows.
    pub fn scroll_by(&mut self, by: isize, rows: usize) {
        self.scroll = self.scroll.saturating_add_signed(by).min(self.last_top(rows));
    }

    fn last_top(&self, rows: usize) -> usize {
        self.laid.lines.len().saturating_sub(rows)
    }

    /// Searches all lines; the current match is the first one at or after the top of the screen.
    pub fn look_for(&mut self, needle: SearchTerm) {
        let lines = self.laid.lines.iter().enumerate();
        let matches: Vec<usize> = lines.filter(|(_, line)| needle.is_in(line)).map(|(at, _)| at).collect();
        let at = matches.iter().position(|line| *line >= self.scroll).unwrap_or(0);
        self.search = Some(Search { needle, matches, at });
    }

    /// Unfolds the quotes if the search has no match, because the match may be in a folded quote.
    pub fn open_unless_found(&mut self) {
        let found = self.search.as_ref().is_none_or(|search| !search.matches.is_empty());
        if !found && self.laid.whole && self.laid.width > 0 {
            self.fold(false);
        }
    }

    /// Ends a search that the user typed for this message, and returns whether there was one.
    pub fn end_search(&mut self) -> bool {
        let typed = |search: &mut Search| matches!(search.needle, SearchTerm::Typed(_));
        self.search.take_if(typed).is_some()
    }

    /// Scrolls to the current match unless it is on the screen of `rows` rows.
    pub fn show_match(&mut self, rows: usize) {
        let on_screen = self.scroll..self.scroll + rows;
        let nearest = self.search.as_ref().and_then(|search| search.matches.get(search.at));
        if nearest.is_some_and(|line| !on_screen.contains(line)) {
            self.go_to_match(0, rows);
        }
    }

    /// Moves by `by` matches, wrapping around at the end, and scrolls to the match.
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

/// Number of lines that are compared to find a position in a new layout.
const TOLD_BY: usize = 8;
/// Maximum distance in lines in which a position is searched.
const MAX_DISTANCE: usize = 400;

/// Finds the index in the new layout of the lines that started at `top` in the old layout. Returns `top` if
/// they are not found nearby.
fn place_of(old: &[Line], new: &[Line], top: usize) -> usize {
    let Some(wanted) = old.get(top..).map(|below| below.get(..TOLD_BY).unwrap_or(below)) else { return top };
    let is_here = |at: &usize| new.get(*at..).is_some_and(|lines| lines.starts_with(wanted));
    if top == 0 || wanted.is_empty() {
        return top;
    }
    let ways = (0..MAX_DISTANCE).flat_map(|by| [top.checked_add(by), top.checked_sub(by)]).flatten();
    ways.into_iter().find(is_here).unwrap_or(top)
}

/// Content of the message pane.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Reader {
    /// The pane is empty.
    #[default]
    Empty,
    /// A mail is being loaded from the archive.
    Loading {
        /// Id of the mail.
        id: MailId,
        /// Number of the request, to recognise late replies.
        generation: Generation,
    },
    /// A mail is shown.
    Open(Box<MessageView>),
}

impl Reader {
    /// Id of the mail in the pane; for an attached mail, the id of its outermost mail.
    pub fn id(&self) -> Option<&MailId> {
        match self {
            Self::Empty => None,
            Self::Loading { id, .. } => Some(id),
            Self::Open(page) => Some(&page.opened.outermost().envelope.id),
        }
    }

    /// The mail in the pane, if it is an attached mail.
    pub fn attached(&self) -> Option<&Arc<LoadedMail>> {
        self.page().map(|page| &page.opened).filter(|opened| opened.nested.is_some())
    }

    /// The state of the mail in the pane.
    pub fn page(&self) -> Option<&MessageView> {
        match self {
            Self::Open(page) => Some(page),
            Self::Empty | Self::Loading { .. } => None,
        }
    }

    /// The state of the mail in the pane, for changes.
    pub fn page_mut(&mut self) -> Option<&mut MessageView> {
        match self {
            Self::Open(page) => Some(page),
            Self::Empty | Self::Loading { .. } => None,
        }
    }
}
