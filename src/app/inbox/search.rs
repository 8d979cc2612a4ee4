//! The search of the inbox: it looks through all that is kept, step by step, and its answers take the
//! place of the list until it ends. A filter goes the same way where the list is not all that is kept:
//! it begins with what the list has.

mod incremental;

use super::{Entry, Inbox, MailScope};
use crate::app::filter::{Filter, haystack};
use crate::domain::ids::MailId;
use crate::domain::search::Query;
use crate::ports::archive::StoredMail;
use incremental::{SearchProgress, StepGoal, StepInFlight};
use std::collections::HashSet;
use std::sync::Arc;

/// What is looked for in all that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchRequest {
    query: Query,
    /// The terms that were typed beside the words.
    post_filter: Filter,
    /// What the list shows anyhow.
    filter: Filter,
    scope: MailScope,
    in_sender: Vec<String>,
    in_subject: Vec<String>,
}

impl SearchRequest {
    fn new(typed: Filter, filter: Filter, scope: MailScope) -> Self {
        let (query, post_filter) = typed.into_search();
        let (mut in_sender, mut in_subject) = post_filter.named();
        in_sender.extend_from_slice(query.words());
        in_subject.extend_from_slice(query.words());
        Self { query, post_filter, filter, scope, in_sender, in_subject }
    }

    /// What a filter alone keeps.
    fn matching(filter: Filter, scope: MailScope) -> Self {
        Self { filter, scope, ..Self::new(Filter::default(), Filter::default(), MailScope::All) }
    }

    /// Whether a search was typed; else it is the filter alone.
    fn is_search(&self) -> bool {
        !self.post_filter.text().is_empty()
    }

    /// The words, for the archive.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Whether a mail that holds the words is wanted.
    pub fn keeps(&self, mail: &StoredMail) -> bool {
        let sifted = |filter: &Filter| filter.is_empty() || filter.keeps(mail, &haystack(&mail.summary));
        self.scope.holds(mail) && sifted(&self.post_filter) && sifted(&self.filter)
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
pub(super) struct SearchState {
    wanted: Arc<SearchRequest>,
    shows: Shows,
    pub(super) mails: Vec<Entry>,
    to: SearchProgress,
    counted_to: SearchProgress,
    /// How many were counted beyond those that are here.
    beyond: usize,
    due: Option<StepGoal>,
    under_way: Option<StepInFlight>,
    /// Where the cursor was, and the first row.
    before: (Option<MailId>, usize),
}

/// What is to be told of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SearchStatus<'a> {
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

impl SearchState {
    pub(super) fn is_shown(&self) -> bool {
        self.shows != Shows::List
    }
}

impl Inbox {
    /// The search that is on.
    pub fn searching(&self) -> Option<SearchStatus<'_>> {
        let found = self.found.as_ref().filter(|found| found.wanted.is_search())?;
        let SearchRequest { post_filter, in_sender, in_subject, .. } = &*found.wanted;
        let count = (found.shows == Shows::Answers).then_some(found.mails.len() + found.beyond);
        let whole = found.counted_to == SearchProgress::End && found.due != Some(StepGoal::Anew);
        Some(SearchStatus { text: post_filter.text(), count, whole, in_sender, in_subject })
    }

    /// The words of the search that is on, folded.
    pub fn words_searched(&self) -> &[String] {
        self.found.as_ref().map_or(&[], |found| found.wanted.query.words())
    }

    /// How many mails the filter keeps, and whether all that is kept was looked through.
    pub fn matching(&self) -> (usize, bool) {
        match self.found.as_ref().filter(|found| !found.wanted.is_search()) {
            Some(found) => (found.mails.len() + found.beyond, found.counted_to == SearchProgress::End),
            None => (self.shown(), true),
        }
    }

    /// Whether what is shown was found by a search.
    pub(super) fn shows_found(&self) -> bool {
        self.found.as_ref().is_some_and(SearchState::is_shown)
    }

    /// Looks for something in all that is kept; for nothing ends the search.
    pub fn search_for(&mut self, typed: Filter) {
        if typed.is_empty() {
            self.end_search();
            return;
        }
        let wanted = SearchRequest::new(typed, self.filter.clone(), self.scope.clone());
        let before = (self.cursor_id(), self.top);
        match &mut self.found {
            Some(found) if *found.wanted == wanted => {}
            Some(found) => {
                if !found.wanted.is_search() {
                    (found.before, found.shows) = (before, Shows::AtHand);
                }
                found.wanted = Arc::new(wanted);
                found.due = Some(StepGoal::Anew);
            }
            None => {
                self.found = Some(SearchState {
                    wanted: Arc::new(wanted),
                    shows: Shows::List,
                    mails: Vec::new(),
                    to: SearchProgress::From(None),
                    counted_to: SearchProgress::From(None),
                    beyond: 0,
                    due: Some(StepGoal::Anew),
                    under_way: None,
                    before,
                });
            }
        }
    }

    /// Looks again, after what the list is to show has changed, and shows what of it is at hand. The
    /// cursor stays on its mail.
    pub(super) fn search_anew(&mut self) {
        let at = self.cursor_id();
        match &mut self.found {
            Some(found) if found.wanted.is_search() => {
                let SearchRequest { filter, scope, .. } = Arc::make_mut(&mut found.wanted);
                (*filter, *scope) = (self.filter.clone(), self.scope.clone());
                found.due = Some(StepGoal::Anew);
                self.show();
                self.cursor = self.place_of(at.as_ref());
            }
            _ => self.filter_older(),
        }
    }

    /// Has the filter sift what is not in the list too, where there is any. What of the list it keeps is
    /// there at once.
    pub(super) fn filter_older(&mut self) {
        let at = self.cursor_id();
        let before = self.found.take();
        if self.older > 0 && !self.filter.is_empty() {
            let (filter, scope) = (&self.filter, &self.scope);
            let keeps = |entry: &&Entry| scope.holds(&entry.kept) && filter.keeps(&entry.kept, &entry.text);
            let here = self.mails.iter().filter(keeps);
            let mails = here.map(|entry| Entry { kept: entry.kept.clone(), text: Box::default() }).collect();
            // One step at a time: the answer of one that is under way is waited for and not taken.
            let under_way = before.and_then(|found| found.under_way).map(|(asked, _)| (asked, None));
            self.found = Some(SearchState {
                wanted: Arc::new(SearchRequest::matching(filter.clone(), scope.clone())),
                shows: Shows::Answers,
                mails,
                to: SearchProgress::From(None),
                counted_to: SearchProgress::From(None),
                beyond: 0,
                due: None,
                under_way,
                before: (None, 0),
            });
        }
        self.show();
        self.cursor = self.place_of(at.as_ref());
    }

    /// Mails that the list took in, where the filter alone decides what is shown: they are at hand.
    pub(super) fn filter_new(&mut self, new: &[MailId]) {
        let Some(found) = self.found.as_ref().filter(|found| !found.wanted.is_search()) else { return };
        let wanted = Arc::clone(&found.wanted);
        let of_new = new.iter().filter_map(|id| self.get(id));
        let mails = of_new.filter(|mail| wanted.keeps(mail)).cloned().collect();
        self.add_found(mails);
    }

    /// Looks for what has come in.
    pub(super) fn search_newer(&mut self) {
        if let Some(found) = self.found.as_mut().filter(|found| found.wanted.is_search()) {
            found.due = found.due.max(Some(StepGoal::Newer));
        }
    }

    /// Ends the search: the list stands where it stood. Tells whether there was one.
    pub fn end_search(&mut self) -> bool {
        let Some(found) = self.found.take_if(|found| found.wanted.is_search()) else { return false };
        if found.is_shown() {
            let (id, top) = found.before;
            self.show();
            self.cursor = self.place_of(id.as_ref());
            self.top = top.min(self.cursor);
        }
        if !self.filter.is_empty() {
            self.filter_older();
        }
        true
    }

    /// Once it has been typed to the end: what does not fit is not shown any longer, whether the first
    /// answer has come or not.
    pub fn narrow_to_search(&mut self) {
        let Some(found) = &self.found else { return };
        let asked = matches!(found.under_way, Some((_, Some(StepGoal::Anew))));
        if !found.wanted.is_search() || !asked && found.due != Some(StepGoal::Anew) {
            return;
        }
        let wanted = Arc::clone(&found.wanted);
        let fits =
            self.mails.iter().filter(|entry| wanted.query.holds(&entry.text) && wanted.keeps(&entry.kept));
        let mails = fits.map(|entry| entry.kept.clone()).collect();
        self.begin_found(SearchProgress::From(None), Shows::AtHand);
        self.add_found(mails);
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
