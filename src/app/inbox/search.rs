//! The search of the inbox: it looks through all that is kept, step by step, and its answers take the
//! place of the list until it ends. Nobody waits for a step; there is never more than one under way.

use super::{Entry, Inbox, Scope};
use crate::app::filter::{Filter, haystack};
use crate::app::link::Generation;
use crate::domain::ids::MailId;
use crate::domain::search::Query;
use crate::ports::archive::{Kept, Reached, Step};
use std::collections::HashSet;
use std::sync::Arc;

/// What is looked for in all that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    query: Query,
    /// The terms that were typed beside the words.
    sift: Filter,
    /// What the list shows anyhow.
    filter: Filter,
    scope: Scope,
    in_sender: Vec<String>,
    in_subject: Vec<String>,
}

impl Wanted {
    fn new(typed: Filter, filter: Filter, scope: Scope) -> Self {
        let (query, sift) = typed.into_search();
        let (mut in_sender, mut in_subject) = sift.named();
        in_sender.extend_from_slice(query.words());
        in_subject.extend_from_slice(query.words());
        Self { query, sift, filter, scope, in_sender, in_subject }
    }

    /// The words, for the archive.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Whether a mail that holds the words is wanted.
    pub fn keeps(&self, mail: &Kept) -> bool {
        let sifted = |filter: &Filter| filter.is_empty() || filter.keeps(mail, &haystack(&mail.summary));
        self.scope.holds(mail) && sifted(&self.sift) && sifted(&self.filter)
    }
}

/// What the next step is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Aim {
    /// To know how many there are.
    Count,
    /// More of the list.
    Page,
    /// What has come in meanwhile.
    Newer,
    /// All of it: something else is looked for than before.
    Anew,
}

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reach {
    From(Option<Reached>),
    End,
}

impl Reach {
    fn of(reached: Option<Reached>) -> Self {
        reached.map_or(Self::End, |place| Self::From(Some(place)))
    }

    fn is_before(self, other: Self) -> bool {
        match (self, other) {
            (Self::End, _) | (_, Self::From(None)) => false,
            (Self::From(_), Self::End) | (Self::From(None), _) => true,
            (Self::From(one), Self::From(other)) => one > other,
        }
    }
}

/// What is shown while a search is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shows {
    /// The list as it was: the first answer has not come.
    List,
    /// What of the list has the words in what is at hand: whoever has typed to the end need not wait,
    /// and what is done next must not hit a mail that was not looked for.
    AtHand,
    /// Answers.
    Answers,
}

/// A search that is on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found {
    wanted: Arc<Wanted>,
    shows: Shows,
    pub(super) mails: Vec<Entry>,
    to: Reach,
    counted_to: Reach,
    /// How many were counted beyond those that are here.
    beyond: usize,
    due: Option<Aim>,
    under_way: Option<(Generation, Aim)>,
    /// Where the cursor was, and the first row.
    before: (Option<MailId>, usize),
}

/// What is to be told of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Searching<'a> {
    /// What was typed.
    pub text: &'a str,
    /// How many mails were found; none until the first answer has come.
    pub count: Option<usize>,
    /// Whether all was looked through.
    pub whole: bool,
    /// The words that were found in senders.
    pub in_sender: &'a [String],
    /// The words that were found in subjects.
    pub in_subject: &'a [String],
}

impl Found {
    pub(super) fn is_shown(&self) -> bool {
        self.shows != Shows::List
    }
}

impl Inbox {
    /// The search that is on.
    pub fn searching(&self) -> Option<Searching<'_>> {
        let found = self.found.as_ref()?;
        let Wanted { sift, in_sender, in_subject, .. } = &*found.wanted;
        let count = (found.shows == Shows::Answers).then_some(found.mails.len() + found.beyond);
        let whole = found.counted_to == Reach::End && found.due != Some(Aim::Anew);
        Some(Searching { text: sift.text(), count, whole, in_sender, in_subject })
    }

    /// Whether what is shown was found by a search.
    pub(super) fn shows_found(&self) -> bool {
        self.found.as_ref().is_some_and(Found::is_shown)
    }

    /// Looks for something in all that is kept; for nothing ends the search.
    pub fn search_for(&mut self, typed: Filter) {
        if typed.is_empty() {
            self.end_search();
            return;
        }
        let wanted = Wanted::new(typed, self.filter.clone(), self.scope.clone());
        let before = (self.cursor_id(), self.top);
        match &mut self.found {
            Some(found) if *found.wanted == wanted => {}
            Some(found) => {
                found.wanted = Arc::new(wanted);
                found.due = Some(Aim::Anew);
            }
            None => {
                self.found = Some(Found {
                    wanted: Arc::new(wanted),
                    shows: Shows::List,
                    mails: Vec::new(),
                    to: Reach::From(None),
                    counted_to: Reach::From(None),
                    beyond: 0,
                    due: Some(Aim::Anew),
                    under_way: None,
                    before,
                });
            }
        }
    }

    /// Looks again, after what the list shows has changed.
    pub(super) fn search_anew(&mut self) {
        if let Some(found) = &mut self.found {
            let Wanted { filter, scope, .. } = Arc::make_mut(&mut found.wanted);
            (*filter, *scope) = (self.filter.clone(), self.scope.clone());
            found.due = Some(Aim::Anew);
        }
    }

    /// Looks for what has come in.
    pub(super) fn search_newer(&mut self) {
        if let Some(found) = &mut self.found {
            found.due = found.due.max(Some(Aim::Newer));
        }
    }

    /// Ends the search: the list stands where it stood. Tells whether there was one.
    pub fn end_search(&mut self) -> bool {
        let Some(found) = self.found.take() else { return false };
        if found.is_shown() {
            let (id, top) = found.before;
            self.show();
            self.cursor = self.place_of(id.as_ref());
            self.top = top.min(self.cursor);
        }
        true
    }

    /// The next step of the search, once it is due: what for, and from where on. `rows` is the height of
    /// the pane, `generation` what the answer will be known by.
    pub fn next_step(
        &mut self,
        rows: usize,
        generation: Generation,
    ) -> Option<(Arc<Wanted>, Option<Reached>)> {
        let near = self.cursor + 4 * rows >= self.visible.len();
        let found = self.found.as_mut().filter(|found| found.under_way.is_none())?;
        let (aim, from) = match (found.due.take(), found.to, found.counted_to) {
            (Some(aim), ..) => (aim, None),
            (None, Reach::From(from), _) if near => (Aim::Page, from),
            (None, _, Reach::From(from)) => (Aim::Count, from),
            (None, _, Reach::End) => return None,
        };
        found.under_way = Some((generation, aim));
        Some((Arc::clone(&found.wanted), from))
    }

    /// Takes the answer of a step.
    pub fn take_step(&mut self, generation: Generation, step: Step) {
        let Some(aim) = self.end_step(generation) else { return };
        let reach = Reach::of(step.reached);
        let count = step.mails.len();
        let Some(found) = self.found.as_mut() else { return };
        match aim {
            Aim::Count => {
                (found.beyond, found.counted_to) = (found.beyond + count, reach);
                return;
            }
            Aim::Page => {
                found.to = reach;
                found.beyond = found.beyond.saturating_sub(count);
                if found.counted_to.is_before(reach) {
                    (found.beyond, found.counted_to) = (0, reach);
                }
            }
            Aim::Newer => {}
            Aim::Anew => {
                let stays = found.shows == Shows::AtHand && self.cursor > 0;
                let at = self.cursor_id().filter(|_| stays);
                self.begin_found(reach, Shows::Answers);
                self.add_found(step.mails);
                if at.is_some() {
                    self.cursor = self.place_of(at.as_ref());
                }
                return;
            }
        }
        self.add_found(step.mails);
    }

    /// Once it has been typed to the end: what does not fit is not shown any longer, whether the first
    /// answer has come or not.
    pub fn narrow_to_search(&mut self) {
        let Some(found) = &self.found else { return };
        let asked = matches!(found.under_way, Some((_, Aim::Anew)));
        if !asked && found.due != Some(Aim::Anew) {
            return;
        }
        let wanted = Arc::clone(&found.wanted);
        let fits =
            self.mails.iter().filter(|entry| wanted.query.holds(&entry.text) && wanted.keeps(&entry.kept));
        let mails = fits.map(|entry| entry.kept.clone()).collect();
        self.begin_found(Reach::From(None), Shows::AtHand);
        self.add_found(mails);
    }

    fn begin_found(&mut self, reach: Reach, shows: Shows) {
        let Some(found) = &mut self.found else { return };
        found.mails.clear();
        (found.to, found.counted_to, found.beyond, found.shows) = (reach, reach, 0, shows);
        (self.cursor, self.top) = (0, 0);
        self.visible.clear();
    }

    /// Notes that a step failed: the search ends with what it has found.
    pub fn break_step(&mut self, generation: Generation) {
        if self.end_step(generation).is_some()
            && let Some(found) = &mut self.found
        {
            (found.to, found.counted_to) = (Reach::End, Reach::End);
            if found.shows == Shows::AtHand {
                found.shows = Shows::Answers;
            }
        }
    }

    /// What the step was for, unless something else is looked for by now.
    fn end_step(&mut self, generation: Generation) -> Option<Aim> {
        let found = self.found.as_mut()?;
        let (_, aim) = found.under_way.take_if(|(asked, _)| *asked == generation)?;
        (found.due != Some(Aim::Anew)).then_some(aim)
    }

    fn add_found(&mut self, mails: Vec<Kept>) {
        let (at, follow) = (self.cursor_id(), self.cursor == 0);
        let Some(mut found) = self.found.take() else { return };
        for kept in mails {
            if found.mails.iter().any(|entry| *entry.id() == kept.summary.envelope.id) {
                continue;
            }
            let age = self.age(&kept);
            let place = found.mails.partition_point(|other| self.age(&other.kept) >= age);
            // What is found is not sifted by words again.
            found.mails.insert(place, Entry { kept, text: Box::default() });
        }
        self.found = Some(found);
        self.show();
        self.cursor = if follow { 0 } else { self.place_of(at.as_ref()) };
        self.top = self.top.min(self.cursor);
    }

    /// Takes mails out of what was found.
    pub(super) fn forget_found(&mut self, ids: &HashSet<MailId>) {
        let Some(found) = &mut self.found else { return };
        let (gone, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut found.mails).into_iter().partition(|entry| ids.contains(entry.id()));
        found.mails = left;
        for Entry { kept, .. } in gone {
            // Others were counted where the list let go of them.
            if self.known.insert(kept.summary.envelope.id.clone()) {
                self.older = self.older.saturating_sub(1);
                self.older_unread = self.older_unread.saturating_sub(usize::from(!kept.read));
                if let Some(count) = self.older_of.get_mut(&kept.summary.envelope.session) {
                    *count = count.saturating_sub(1);
                }
            }
        }
    }

    /// Marks what was found as read or unread; returns what the list does not have and was changed.
    pub(super) fn set_found_read(&mut self, ids: &HashSet<MailId>, read: bool) -> Vec<MailId> {
        let mut changed = Vec::new();
        let found = self.found.iter_mut().flat_map(|found| &mut found.mails);
        for entry in found.filter(|entry| entry.kept.read != read && ids.contains(entry.id())) {
            entry.kept.read = read;
            if !self.known.contains(entry.id()) {
                changed.push(entry.id().clone());
            }
        }
        let count = changed.len();
        self.older_unread =
            if read { self.older_unread.saturating_sub(count) } else { self.older_unread + count };
        changed
    }
}
