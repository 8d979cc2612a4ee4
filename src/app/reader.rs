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

/// A mail with its bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadedMail {
    /// What the service says of it.
    pub envelope: Envelope,
    /// The exact bytes.
    pub raw: Bytes,
    /// What they hold.
    pub mail: Arc<Mail>,
    /// Whether `mail` is all of it; of a large mail the beginning comes first.
    pub whole: bool,
    /// How many attachments it has; the beginning need not know them all.
    pub attachments: usize,
    /// What it is attached to, where it did not come itself.
    pub nested: Option<Nested>,
}

impl LoadedMail {
    /// A mail that came, with all that it holds.
    pub fn whole(envelope: Envelope, raw: Bytes, mail: Mail) -> Self {
        let attachments = mail.attachments.len();
        Self { envelope, raw, mail: Arc::new(mail), whole: true, attachments, nested: None }
    }
}

/// A view, laid out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderedView {
    /// Columns that it was laid out for.
    pub width: u16,
    /// The lines, head included.
    pub lines: Arc<[Line]>,
    /// Whether these are all lines; of a long view the first come first.
    pub whole: bool,
}

impl RenderedView {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self { width: 0, lines: Arc::from([]), whole: true }
    }
}

/// A layout that is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingRender {
    /// Which question.
    pub generation: Generation,
    /// Of which view.
    pub view: View,
    /// For how many columns.
    pub width: u16,
    /// Whether quotes are folded.
    pub folded: bool,
}

/// A picture of the mail for so many cells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PictureSize {
    /// The part that it is.
    pub part: usize,
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

/// Where a picture stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Picture {
    /// It is being decoded.
    Decoding,
    /// It is there.
    Here(HalfBlockImage),
    /// It is broken, or too large.
    Broken,
}

/// What is looked for in a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchTerm {
    /// What was typed for this message, in lower case.
    Typed(String),
    /// The words, folded, that a search of the inbox has found the mail by.
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

    /// It in words.
    pub fn told(&self) -> String {
        match self {
            Self::Typed(needle) => needle.clone(),
            Self::Found(words) => words.join(" "),
        }
    }
}

/// A search in the message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// What is looked for.
    pub needle: SearchTerm,
    /// Lines that hold it.
    pub matches: Vec<usize>,
    /// Which of them was gone to last.
    pub at: usize,
}

/// A mail on the screen.
#[derive(Clone, PartialEq, Debug)]
pub struct MessageView {
    /// The mail.
    pub opened: Arc<LoadedMail>,
    /// How it is looked at.
    pub view: View,
    /// The view, laid out; empty until the first layout has come.
    pub laid: RenderedView,
    /// The layout that is under way.
    pub laying: Option<PendingRender>,
    /// The first line on the screen.
    pub scroll: usize,
    /// Where the other views were left.
    pub places: HashMap<View, usize>,
    /// The question for the rest of the mail.
    pub reading: Option<Generation>,
    /// How much of the mail is read, in bytes, and how large it is; told of large ones.
    pub progress: Option<(u64, u64)>,
    /// The view to go back to from a part.
    pub before: Option<View>,
    /// The pictures on the page.
    pub pictures: HashMap<PictureSize, Picture>,
    /// The search that is on.
    pub search: Option<Search>,
    /// Whether the quotes of the mail are folded.
    pub folded: bool,
    /// Whether they are in the layout of the whole mail that is under way.
    pub reading_folded: bool,
    /// The question for a mail that is attached to this one, and that is to be read.
    pub opening: Option<Generation>,
    /// The page of the mail that this one is attached to, to go back to.
    pub outer: Option<Box<Self>>,
}

impl MessageView {
    /// A mail as it is opened.
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

    /// The page of a mail that is attached to that of this page.
    #[must_use]
    pub fn into_attached(self, opened: Arc<LoadedMail>) -> Self {
        Self { outer: Some(Box::new(self)), ..Self::new(opened) }
    }

    /// Goes on where it was left for a mail that is attached to it. What was asked for it meanwhile was
    /// answered while another page was there.
    pub fn resume(&mut self) {
        (self.laying, self.opening) = (None, None);
        self.pictures.clear();
    }

    /// Looks at it in another way, from where that was left.
    pub fn show(&mut self, view: View) {
        self.places.insert(self.view, self.scroll);
        self.scroll = self.places.get(&view).copied().unwrap_or(0);
        self.view = view;
        self.laid = RenderedView::nothing();
    }

    /// Folds the quotes of the mail, or opens them. The lines on the screen stay until the new ones are there.
    pub fn fold(&mut self, folded: bool) {
        if self.folded != folded {
            self.folded = folded;
            self.laid.width = 0;
        }
    }

    /// Whether a line of the layout folds or opens a quote.
    pub fn is_fold(&self, line: usize) -> bool {
        let spans = self.laid.lines.get(line).map_or(&[][..], |line| line.spans.as_slice());
        spans.iter().any(|span| span.role == Role::Fold)
    }

    /// The pictures on the screen, and those that the next pages of `rows` rows show, that nobody has
    /// asked for yet.
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

    /// Takes new lines in the place of those that were there; what is read stays where it is.
    pub fn take(&mut self, laid: RenderedView) {
        if laid.width == self.laid.width {
            self.scroll = place_of(&self.laid.lines, &laid.lines, self.scroll);
        }
        if laid.whole && self.opened.whole {
            self.progress = None;
        }
        self.laid = laid;
    }

    /// Scrolls by lines, not beyond the last page of `rows` rows.
    pub fn scroll_by(&mut self, by: isize, rows: usize) {
        self.scroll = self.scroll.saturating_add_signed(by).min(self.last_top(rows));
    }

    fn last_top(&self, rows: usize) -> usize {
        self.laid.lines.len().saturating_sub(rows)
    }

    /// Looks for text in all lines, from the one on top on.
    pub fn look_for(&mut self, needle: SearchTerm) {
        let lines = self.laid.lines.iter().enumerate();
        let matches: Vec<usize> = lines.filter(|(_, line)| needle.is_in(line)).map(|(at, _)| at).collect();
        let at = matches.iter().position(|line| *line >= self.scroll).unwrap_or(0);
        self.search = Some(Search { needle, matches, at });
    }

    /// Opens the quotes where what is looked for is in no line: it may stand in one of them.
    pub fn open_unless_found(&mut self) {
        let found = self.search.as_ref().is_none_or(|search| !search.matches.is_empty());
        if !found && self.laid.whole && self.laid.width > 0 {
            self.fold(false);
        }
    }

    /// Ends the search that was typed for this message; tells whether there was one.
    pub fn end_search(&mut self) -> bool {
        let typed = |search: &mut Search| matches!(search.needle, SearchTerm::Typed(_));
        self.search.take_if(typed).is_some()
    }

    /// Goes to the nearest match, unless it is on the screen of `rows` rows.
    pub fn show_match(&mut self, rows: usize) {
        let on_screen = self.scroll..self.scroll + rows;
        let nearest = self.search.as_ref().and_then(|search| search.matches.get(search.at));
        if nearest.is_some_and(|line| !on_screen.contains(line)) {
            self.go_to_match(0, rows);
        }
    }

    /// Goes to the match that is `by` further, round the end.
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

/// How many lines tell a place from others.
const TOLD_BY: usize = 8;
/// How far a place is looked for, in lines.
const MAX_DISTANCE: usize = 400;

/// Where the lines from `top` on stand in a new layout, as near as they can be found.
fn place_of(old: &[Line], new: &[Line], top: usize) -> usize {
    let Some(wanted) = old.get(top..).map(|below| below.get(..TOLD_BY).unwrap_or(below)) else { return top };
    let is_here = |at: &usize| new.get(*at..).is_some_and(|lines| lines.starts_with(wanted));
    if top == 0 || wanted.is_empty() {
        return top;
    }
    let ways = (0..MAX_DISTANCE).flat_map(|by| [top.checked_add(by), top.checked_sub(by)]).flatten();
    ways.into_iter().find(is_here).unwrap_or(top)
}

/// What the message pane holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Reader {
    /// Nothing.
    #[default]
    Empty,
    /// A mail that is being fetched from the archive.
    Loading {
        /// Which mail.
        id: MailId,
        /// Which question.
        generation: Generation,
    },
    /// A mail.
    Open(Box<MessageView>),
}

impl Reader {
    /// The mail of the list that it holds or waits for, or one that is attached to it.
    pub fn id(&self) -> Option<&MailId> {
        match self {
            Self::Empty => None,
            Self::Loading { id, .. } => Some(id),
            Self::Open(page) => Some(&page.opened.outermost().envelope.id),
        }
    }

    /// The attached mail on the screen.
    pub fn attached(&self) -> Option<&Arc<LoadedMail>> {
        self.page().map(|page| &page.opened).filter(|opened| opened.nested.is_some())
    }

    /// The mail on the screen.
    pub fn page(&self) -> Option<&MessageView> {
        match self {
            Self::Open(page) => Some(page),
            Self::Empty | Self::Loading { .. } => None,
        }
    }

    /// The mail on the screen.
    pub fn page_mut(&mut self) -> Option<&mut MessageView> {
        match self {
            Self::Open(page) => Some(page),
            Self::Empty | Self::Loading { .. } => None,
        }
    }
}
