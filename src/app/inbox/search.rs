//! The inbox search, which examines all stored mails in steps. While a search is active, the inbox shows the search
//! results instead of the loaded mails. If some stored mails are not loaded, the inbox filter uses the same steps, but
//! the inbox immediately shows the loaded mails that match.
// This file exceeds 300 lines because a search and a filter share the steps through the archive.

mod incremental;

use super::{Entry, Inbox, MailScope};
use crate::app::filter::{Filter, searchable_text};
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::search::SearchQuery;
use dropmail_client::domain::stored_mail::StoredMail;
use incremental::{SearchProgress, StepGoal, StepInFlight};
use std::collections::HashSet;
use std::sync::Arc;

/// The conditions of a search or filter that examines all stored mails. A result must meet all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchRequest {
    query: SearchQuery,
    /// The search terms that are not plain words, such as `from:shop`. The archive cannot evaluate these terms, so the
    /// program applies them to the results from the archive.
    post_filter: Filter,
    /// The inbox filter, which the results of a search must also match.
    filter: Filter,
    scope: MailScope,
    in_sender: Vec<String>,
    in_subject: Vec<String>,
}

impl SearchRequest {
    fn new(typed: Filter, filter: Filter, scope: MailScope) -> Self {
        let (query, post_filter) = typed.into_search();
        let (mut in_sender, mut in_subject) = post_filter.sender_and_subject_words();
        in_sender.extend_from_slice(query.words());
        in_subject.extend_from_slice(query.words());
        Self { query, post_filter, filter, scope, in_sender, in_subject }
    }

    /// Creates a request without search words, whose results are all mails in the scope that match the filter.
    fn for_filter(filter: Filter, scope: MailScope) -> Self {
        Self { filter, scope, ..Self::new(Filter::default(), Filter::default(), MailScope::All) }
    }

    /// Returns `true` for a search that the user typed, and `false` for a request that only applies the inbox filter.
    fn is_search(&self) -> bool {
        !self.post_filter.text().is_empty()
    }

    /// Returns the query with the words to search for in the archive.
    pub fn query(&self) -> &SearchQuery {
        &self.query
    }

    /// Returns `true` if a mail meets all conditions apart from the free words of the search. These conditions are the
    /// sessions that the list shows, search terms such as `is:unread`, and the inbox filter.
    pub fn accepts(&self, mail: &StoredMail) -> bool {
        let sifted =
            |filter: &Filter| filter.is_empty() || filter.matches(mail, &searchable_text(&mail.summary));
        self.scope.contains(mail) && sifted(&self.post_filter) && sifted(&self.filter)
    }
}

/// The mails that the inbox shows while a search is active.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shows {
    /// The inbox still shows the list from before the search, because no results have arrived yet.
    List,
    /// The inbox shows the loaded mails that match, until the first results arrive from the archive. The user thus sees
    /// matches immediately, and no command can act on a mail that does not match.
    LoadedMatches,
    /// The inbox shows the search results from the archive.
    Results,
}

/// State of an active search, or of an active filter that examines all stored mails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SearchState {
    request: Arc<SearchRequest>,
    shows: Shows,
    pub(super) mails: Vec<Entry>,
    loaded_to: SearchProgress,
    counted_to: SearchProgress,
    /// Number of matches that search steps have counted in the archive, but not added to the results in `mails`.
    unloaded_matches: usize,
    next_goal: Option<StepGoal>,
    step_in_flight: Option<StepInFlight>,
    /// Id of the mail under the cursor, and index of the first visible line, before the search started. Both are
    /// restored when the search ends.
    cursor_before: (Option<MailId>, usize),
}

/// The status of a search, which the inbox title shows, and the words to highlight in the inbox rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SearchStatus<'a> {
    /// The search text as the user typed it.
    pub text: &'a str,
    /// Number of matches that the search has found so far; `None` until the first results arrive.
    pub count: Option<usize>,
    /// `true` if the search has examined all stored mails, so that the number of matches is final.
    pub is_complete: bool,
    /// Words to highlight in the senders of the matches.
    pub in_sender: &'a [String],
    /// Words to highlight in the subjects of the matches.
    pub in_subject: &'a [String],
}

impl SearchState {
    pub(super) fn is_shown(&self) -> bool {
        self.shows != Shows::List
    }
}

impl Inbox {
    /// Returns the status of the active search; `None` if no search is active.
    pub fn search_status(&self) -> Option<SearchStatus<'_>> {
        let search = self.search.as_ref().filter(|search| search.request.is_search())?;
        let SearchRequest { post_filter, in_sender, in_subject, .. } = &*search.request;
        let count = (search.shows == Shows::Results).then_some(search.mails.len() + search.unloaded_matches);
        let is_complete =
            search.counted_to == SearchProgress::End && search.next_goal != Some(StepGoal::Restart);
        Some(SearchStatus { text: post_filter.text(), count, is_complete, in_sender, in_subject })
    }

    /// Returns the case-folded words of the active search; empty if no search is active.
    pub fn search_words(&self) -> &[String] {
        self.search.as_ref().map_or(&[], |search| search.request.query.words())
    }

    /// Returns the number of mails that match the inbox filter, and whether this number is final because all stored
    /// mails have been examined.
    pub fn match_count(&self) -> (usize, bool) {
        match self.search.as_ref().filter(|search| !search.request.is_search()) {
            Some(search) => {
                (search.mails.len() + search.unloaded_matches, search.counted_to == SearchProgress::End)
            }
            None => (self.shown_count(), true),
        }
    }

    /// Returns `true` if the inbox shows search results instead of the loaded mails.
    pub(super) fn shows_results(&self) -> bool {
        self.search.as_ref().is_some_and(SearchState::is_shown)
    }

    /// Starts a search of all stored mails, or changes the conditions of the active search. An empty search text ends
    /// the search.
    pub fn start_search(&mut self, typed: Filter) {
        if typed.is_empty() {
            self.end_search();
            return;
        }
        let request = SearchRequest::new(typed, self.filter.clone(), self.scope.clone());
        let cursor_before = (self.cursor_id(), self.top);
        match &mut self.search {
            Some(search) if *search.request == request => {}
            Some(search) => {
                if !search.request.is_search() {
                    (search.cursor_before, search.shows) = (cursor_before, Shows::LoadedMatches);
                }
                search.request = Arc::new(request);
                search.next_goal = Some(StepGoal::Restart);
            }
            None => {
                self.search = Some(SearchState {
                    request: Arc::new(request),
                    shows: Shows::List,
                    mails: Vec::new(),
                    loaded_to: SearchProgress::From(None),
                    counted_to: SearchProgress::From(None),
                    unloaded_matches: 0,
                    next_goal: Some(StepGoal::Restart),
                    step_in_flight: None,
                    cursor_before,
                });
            }
        }
    }

    /// Restarts the search after the filter or the scope has changed. Until the results arrive, the inbox shows the
    /// loaded mails that match. The cursor stays on the same mail.
    pub(super) fn restart_search(&mut self) {
        let at = self.cursor_id();
        match &mut self.search {
            Some(search) if search.request.is_search() => {
                let SearchRequest { filter, scope, .. } = Arc::make_mut(&mut search.request);
                (*filter, *scope) = (self.filter.clone(), self.scope.clone());
                search.next_goal = Some(StepGoal::Restart);
                self.show_matching();
                self.cursor = self.index_of(at.as_ref());
            }
            _ => self.filter_all_mails(),
        }
    }

    /// Applies the filter also to the archived mails that are not loaded, if there are any. The inbox immediately shows
    /// the loaded mails that match, and adds the results from the archive as they arrive.
    pub(super) fn filter_all_mails(&mut self) {
        let at = self.cursor_id();
        let before = self.search.take();
        if self.older > 0 && !self.filter.is_empty() {
            let (filter, scope) = (&self.filter, &self.scope);
            let keeps =
                |entry: &&Entry| scope.contains(&entry.stored) && filter.matches(&entry.stored, &entry.text);
            let here = self.mails.iter().filter(keeps);
            let mails = here.map(|entry| Entry::new((*entry.stored).clone(), String::new())).collect();
            // At most one search step is in flight. The result of a step of an earlier search must arrive first, and is
            // then ignored.
            let step_in_flight =
                before.and_then(|search| search.step_in_flight).map(|(asked, _)| (asked, None));
            self.search = Some(SearchState {
                request: Arc::new(SearchRequest::for_filter(filter.clone(), scope.clone())),
                shows: Shows::Results,
                mails,
                loaded_to: SearchProgress::From(None),
                counted_to: SearchProgress::From(None),
                unloaded_matches: 0,
                next_goal: None,
                step_in_flight,
                cursor_before: (None, 0),
            });
        }
        self.show_matching();
        self.cursor = self.index_of(at.as_ref());
    }

    /// Adds the newly inserted mails (`new`) that match the active filter to the results of the filter. Does nothing
    /// during a search, because the next search step finds these mails in the archive.
    pub(super) fn add_new_matches(&mut self, new: &[MailId]) {
        let Some(search) = self.search.as_ref().filter(|search| !search.request.is_search()) else { return };
        let request = Arc::clone(&search.request);
        let of_new = new.iter().filter_map(|id| self.get(id));
        let mails = of_new.filter(|mail| request.accepts(mail)).cloned().collect();
        self.add_results(mails);
    }

    /// Schedules a search step that examines mails that have just arrived. Does nothing if no search is active.
    pub(super) fn search_new_mails(&mut self) {
        if let Some(search) = self.search.as_mut().filter(|search| search.request.is_search()) {
            search.next_goal = search.next_goal.max(Some(StepGoal::Newer));
        }
    }

    /// Ends the search, and restores the cursor and the scroll position from before the search. Returns `true` if a
    /// search was active.
    pub fn end_search(&mut self) -> bool {
        let Some(search) = self.search.take_if(|search| search.request.is_search()) else { return false };
        if search.is_shown() {
            let (id, top) = search.cursor_before;
            self.show_matching();
            self.cursor = self.index_of(id.as_ref());
            self.top = top.min(self.line_of(self.cursor));
        }
        if !self.filter.is_empty() {
            self.filter_all_mails();
        }
        true
    }

    /// Hides the mails that do not match the search, even if no results have arrived yet. Called when the user has
    /// finished typing.
    pub fn show_only_matches(&mut self) {
        let Some(search) = &self.search else { return };
        let asked = matches!(search.step_in_flight, Some((_, Some(StepGoal::Restart))));
        if !search.request.is_search() || !asked && search.next_goal != Some(StepGoal::Restart) {
            return;
        }
        let request = Arc::clone(&search.request);
        let fits = self
            .mails
            .iter()
            .filter(|entry| request.query.matches(&entry.text) && request.accepts(&entry.stored));
        let mails = fits.map(|entry| (*entry.stored).clone()).collect();
        self.start_results(SearchProgress::From(None), Shows::LoadedMatches);
        self.add_results(mails);
    }

    /// Removes mails from the search results. Must be called after the mails have been removed from the list of loaded
    /// mails.
    pub(super) fn remove_results(&mut self, ids: &HashSet<MailId>) {
        let Some(search) = &mut self.search else { return };
        let (gone, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut search.mails).into_iter().partition(|entry| ids.contains(entry.id()));
        search.mails = left;
        for Entry { stored, .. } in gone {
            // `Inbox::remove` has already updated the counts for the mails that were loaded.
            if self.known.insert(stored.summary.envelope.id.clone()) {
                self.older = self.older.saturating_sub(1);
                self.older_unread = self.older_unread.saturating_sub(usize::from(!stored.read));
                if let Some(count) = self.older_of.get_mut(&stored.summary.envelope.session) {
                    *count = count.saturating_sub(1);
                }
            }
        }
    }

    /// Marks search results as read (`true`) or unread (`false`). Returns the ids of the changed mails that are not
    /// loaded into the inbox.
    pub(super) fn set_results_read(&mut self, ids: &HashSet<MailId>, read: bool) -> Vec<MailId> {
        let mut changed = Vec::new();
        let results = self.search.iter_mut().flat_map(|search| &mut search.mails);
        for entry in results.filter(|entry| entry.stored.read != read && ids.contains(entry.id())) {
            entry.stored.read = read;
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
