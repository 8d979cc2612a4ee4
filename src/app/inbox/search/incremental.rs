//! Searches all stored mails in steps, so that the user interface never waits for a result. At most one step is in
//! flight.

use super::{SearchRequest, Shows};
use crate::app::connection::Generation;
use crate::app::inbox::{Entry, Inbox};
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::Envelope;
use dropmail_client::domain::stored_mail::{SearchBatch, SearchCursor, StoredMail};
use std::collections::HashSet;
use std::sync::Arc;

/// The goal of a search step, which determines how the step's result is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum StepGoal {
    /// The search step only counts further matches in the archive, without adding them to the list.
    Count,
    /// The search step loads more matches to show in the list.
    Page,
    /// The search step looks for matches among the mails that have arrived since the search started.
    Newer,
    /// The search step restarts the search, because the conditions of the search have changed.
    Restart,
}

/// Position in the archive up to which a search has progressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SearchProgress {
    From(Option<SearchCursor>),
    End,
}

impl SearchProgress {
    fn from_cursor(reached: Option<SearchCursor>) -> Self {
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

/// Generation number and goal of the search step in flight. The goal is `None` if the result of the step will be
/// ignored.
pub(super) type StepInFlight = (Generation, Option<StepGoal>);

impl Inbox {
    /// Returns `true` if a search is active, or a filter that also examines mails that are not loaded. Both examine the
    /// archive in steps.
    pub fn has_search_steps(&self) -> bool {
        self.search.is_some()
    }

    /// Starts the next search step. Returns the conditions of the search, and the position in the archive at which the
    /// step starts (`None` for the newest mail). If no step is due or one is in flight, starts no step and returns
    /// `None`. `rows` is the height of the pane. `generation` is the generation number of the new step.
    pub fn next_step(
        &mut self,
        rows: usize,
        generation: Generation,
    ) -> Option<(Arc<SearchRequest>, Option<SearchCursor>)> {
        let near = self.cursor + 4 * rows >= self.visible.len();
        let search = self.search.as_mut().filter(|search| search.step_in_flight.is_none())?;
        let (aim, from) = match (search.next_goal.take(), search.loaded_to, search.counted_to) {
            (Some(aim), ..) => (aim, None),
            (None, SearchProgress::From(from), _) if near => (StepGoal::Page, from),
            (None, _, SearchProgress::From(from)) => (StepGoal::Count, from),
            (None, _, SearchProgress::End) => return None,
        };
        search.step_in_flight = Some((generation, Some(aim)));
        Some((Arc::clone(&search.request), from))
    }

    /// Applies the result of a search step. Ignores a result with an outdated generation number.
    pub fn apply_step(&mut self, generation: Generation, step: SearchBatch) {
        let Some(aim) = self.end_step(generation) else { return };
        let reach = SearchProgress::from_cursor(step.reached);
        let Some(search) = self.search.as_mut() else { return };
        // `unloaded_matches` does not count mails that are already in the results. If only the inbox filter is active,
        // it does not count mails of the loaded pages either, because the archive may contain a new mail before the
        // list does.
        let here: HashSet<&MailId> = search.mails.iter().map(Entry::id).collect();
        let end = self.page_end.as_ref().filter(|_| !search.request.is_search());
        let is_new = |stored: &&StoredMail| {
            let Envelope { id, received_at, .. } = &stored.summary.envelope;
            !here.contains(id) && end.is_none_or(|(_, end)| received_at <= end)
        };
        let count = step.mails.iter().filter(is_new).count();
        match aim {
            StepGoal::Count => {
                (search.unloaded_matches, search.counted_to) = (search.unloaded_matches + count, reach);
                return;
            }
            StepGoal::Page => {
                search.loaded_to = reach;
                search.unloaded_matches = search.unloaded_matches.saturating_sub(count);
                if search.counted_to.is_before(reach) {
                    (search.unloaded_matches, search.counted_to) = (0, reach);
                }
            }
            StepGoal::Newer => {}
            StepGoal::Restart => {
                let stays = search.shows == Shows::LoadedMatches && self.cursor > 0;
                let at = self.cursor_id().filter(|_| stays);
                self.start_results(reach, Shows::Results);
                self.add_results(step.mails);
                if at.is_some() {
                    self.cursor = self.index_of(at.as_ref());
                }
                return;
            }
        }
        self.add_results(step.mails);
    }

    pub(super) fn start_results(&mut self, reach: SearchProgress, shows: Shows) {
        let Some(search) = &mut self.search else { return };
        search.mails.clear();
        (search.loaded_to, search.counted_to, search.unloaded_matches, search.shows) =
            (reach, reach, 0, shows);
        (self.cursor, self.top) = (0, 0);
        self.visible.clear();
    }

    /// Records that a search step failed. The search then stops, and its results so far stay in the inbox.
    pub fn fail_step(&mut self, generation: Generation) {
        if self.end_step(generation).is_some()
            && let Some(search) = &mut self.search
        {
            (search.loaded_to, search.counted_to) = (SearchProgress::End, SearchProgress::End);
            if search.shows == Shows::LoadedMatches {
                search.shows = Shows::Results;
            }
        }
    }

    /// Marks the search step in flight as finished and returns its goal. Returns `None` if the result of the step must
    /// be ignored, because its generation number is outdated or the search must be restarted.
    fn end_step(&mut self, generation: Generation) -> Option<StepGoal> {
        let search = self.search.as_mut()?;
        let (_, aim) = search.step_in_flight.take_if(|(asked, _)| *asked == generation)?;
        aim.filter(|_| search.next_goal != Some(StepGoal::Restart))
    }

    pub(in crate::app::inbox) fn add_results(&mut self, mails: Vec<StoredMail>) {
        let (at, follow) = (self.cursor_id(), self.cursor == 0);
        let Some(mut search) = self.search.take() else { return };
        let mut here: HashSet<MailId> = search.mails.iter().map(|entry| entry.id().clone()).collect();
        for stored in mails {
            if !here.insert(stored.summary.envelope.id.clone()) {
                continue;
            }
            let key = Self::sort_key(&stored);
            let place = search.mails.partition_point(|other| Self::sort_key(&other.stored) >= key);
            // Search results are not searched again, so their searchable text stays empty.
            search.mails.insert(place, Entry::new(stored, String::new()));
        }
        self.search = Some(search);
        self.show_matching();
        self.cursor = if follow { 0 } else { self.index_of(at.as_ref()) };
        self.top = self.top.min(self.line_of(self.cursor));
    }
}
