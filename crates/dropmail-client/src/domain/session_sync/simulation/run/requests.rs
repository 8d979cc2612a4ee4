//! Simulates the client's requests and the service's responses, including delays and faults.

use super::{CALL_TIMEOUT, CONNECT_TIMEOUT, SimulationEvent, SimulationRun};
use crate::domain::ids::MailId;
use crate::domain::session_sync::simulation::service::id;
use crate::domain::session_sync::{Cause, Coverage, Listing, PageEnd, SyncEvent};
use crate::domain::time::saturating_add;
use std::time::Duration;

impl SimulationRun {
    pub(super) fn connect(&mut self, stream: u64) {
        self.calls += 1;
        let life = self.life;
        if !self.is_service_up() {
            self.schedule(Duration::from_millis(20), self.cut(stream));
        } else if self.chance.happens(self.habits.rate_limit) {
            let wait = Some(self.chance.millis(0..5_000));
            self.schedule(
                Duration::from_millis(20),
                SimulationEvent::Cut { life, stream, cause: Cause::Refused, wait },
            );
        } else if self.chance.happens(self.habits.loss) {
            self.schedule(CONNECT_TIMEOUT, self.cut(stream));
        } else {
            let latency = self.chance.millis(5..300);
            self.schedule(latency, SimulationEvent::Acknowledged { life, stream });
            if self.chance.happens(self.habits.cut) {
                let stands = latency + self.chance.millis(0..1_000);
                self.schedule(stands, self.cut(stream));
            } else if self.chance.happens(self.habits.cut * 5) {
                let stands = latency + self.chance.millis(0..300_000);
                self.schedule(stands, self.cut(stream));
            }
        }
    }

    /// Simulates a request for a page of the list of mails: those older than `before`, or the newest mails if `before`
    /// is `None`.
    pub(super) fn call(&mut self, query: u64, before: Option<usize>) {
        self.calls += 1;
        let life = self.life;
        let latency = self.chance.millis(5..200);
        if !self.is_service_up() {
            self.schedule(latency, SimulationEvent::Fails { life, query, wait: None });
        } else if self.chance.happens(self.habits.rate_limit) {
            let wait = Some(self.chance.millis(0..5_000));
            self.schedule(latency, SimulationEvent::Fails { life, query, wait });
        } else if self.chance.happens(self.habits.loss) {
            self.allow_late_until(saturating_add(self.now, CALL_TIMEOUT + Duration::from_secs(1)));
            self.schedule(CALL_TIMEOUT, SimulationEvent::Fails { life, query, wait: None });
        } else {
            self.schedule(latency, SimulationEvent::Page { life, query, before });
        }
    }

    pub(super) fn page(&mut self, query: u64, before: Option<usize>) {
        self.service.touch(self.now);
        let (page, has_more) = self.service.page(before);
        let oldest = page.last().copied();
        let life = self.life;
        let Some((_, catching)) = &mut self.client else { return };
        let end = catching.listing.push(page.into_iter().map(|place| (id(place), place)), has_more);
        if end == PageEnd::More {
            // Reading a long list of mails takes time.
            self.allow_late_until(saturating_add(self.now, Duration::from_millis(500)));
            self.call(query, oldest);
            return;
        }
        let listing = std::mem::replace(&mut catching.listing, Listing::new(None));
        catching.oldest_first = listing.into_oldest_first();
        let listed: Vec<MailId> = catching.oldest_first.iter().map(|place| id(*place)).collect();
        catching.coverage = Coverage::new(self.complete_to.clone(), listed.into_iter());
        self.schedule(Duration::from_millis(1), SimulationEvent::Listed { life, query, at: 0 });
    }

    /// Stores the listed mails one by one; `at` is the index of the next mail to store.
    pub(super) fn store_listed(&mut self, query: u64, at: usize) {
        let life = self.life;
        let fails = self.chance.happens(self.habits.fetch_failure);
        let left = self.reported_lifetime();
        let Some((_, catching)) = &mut self.client else { return };
        let Some(place) = catching.oldest_first.get(at).copied() else {
            let (complete_to, missed) = (catching.coverage.complete_to().cloned(), catching.missed);
            self.record_completeness();
            self.pass_to_client(Some(SyncEvent::Answered { query, complete_to, left, missed }));
            return;
        };
        if fails && !self.archive.contains(&place) {
            catching.missed += 1;
            // The next attempt is delayed by the backoff.
            self.allow_late_until(saturating_add(self.now, Duration::from_secs(92)));
        } else {
            self.archive.insert(place);
            catching.coverage.mark_stored(&id(place));
        }
        if at.is_multiple_of(3) {
            self.record_completeness();
        }
        let next = self.chance.millis(1..15);
        self.schedule(next, SimulationEvent::Listed { life, query, at: at + 1 });
    }

    /// Records the completeness mark of the local copy, unless the recorded mark has changed since the query started.
    /// The completeness mark is the id of a mail such that the copy contains that mail and all earlier ones.
    pub(super) fn record_completeness(&mut self) {
        let Some((_, catching)) = &mut self.client else { return };
        if self.complete_to == catching.noted {
            self.complete_to = catching.coverage.complete_to().cloned();
        }
        catching.noted = catching.coverage.complete_to().cloned();
        self.check_archive();
    }

    /// Simulates the arrival of a pushed mail at the client.
    pub(super) fn receive_push(&mut self, place: usize) {
        let life = self.life;
        if self.chance.happens(self.habits.fetch_failure) {
            self.allow_late_until(saturating_add(self.now, Duration::from_secs(92)));
            self.schedule(Duration::from_millis(100), SimulationEvent::Missed { life });
        } else {
            let fetch = self.chance.millis(1..100);
            self.schedule(fetch, SimulationEvent::Stored { life, place });
        }
    }

    /// Returns the remaining lifetime of the session as reported by the simulated service; `None` if the reported
    /// expiry time is in the past.
    pub(super) fn reported_lifetime(&mut self) -> Option<Duration> {
        if !self.habits.wrong_clocks {
            return Some(Duration::from_mins(10));
        }
        match self.chance.number() % 3 {
            0 => None,
            1 => Some(Duration::from_hours(10_000)),
            _ => Some(self.chance.millis(0..7_200_000)),
        }
    }
}
