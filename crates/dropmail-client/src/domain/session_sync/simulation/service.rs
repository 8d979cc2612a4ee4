//! Simulates the service, which lists mails in pages. Mails that arrive before the service starts to push are never
//! pushed.

use super::chance::Chance;
use crate::domain::ids::MailId;
use crate::domain::time::{Timestamp, saturating_add};
use std::time::Duration;

/// Number of mails per page of a list. It is small, so that many lists consist of several pages.
pub(super) const PAGE_MAILS: usize = 5;

/// Lifetime of a simulated session after the last access to it.
const LIFE: Duration = Duration::from_mins(10);

/// The faults and other conditions that a run simulates, as determined by its seed.
#[derive(Debug)]
pub(super) struct Habits {
    /// Maximum time from the acknowledgement of a subscription until the service starts to push mails.
    pub(super) late_listening: Duration,
    /// Share of calls, in per mille, to which the simulated service does not respond.
    pub(super) loss: u64,
    /// Share of calls, in per mille, that are rejected because of the rate limit.
    pub(super) rate_limit: u64,
    /// Share of push streams, in per mille, that are disconnected within a second. About five times as many are
    /// disconnected within five minutes.
    pub(super) cut: u64,
    /// Share of mails, in per mille, that are pushed twice.
    pub(super) duplicate: u64,
    /// Maximum delay of a push in milliseconds. The delay of each push is random, so a later mail may be pushed before
    /// an earlier one.
    pub(super) push_delay: u64,
    /// Probability per minute that the simulated service restarts, in per mille.
    pub(super) restart: u64,
    /// Probability per minute that the client is killed, in per mille.
    pub(super) kill: u64,
    /// Share of mails, in per mille, whose first download fails.
    pub(super) fetch_failure: u64,
    /// `true` if the clocks are wrong: the reported expiry time of a session may be in the past or far in the future.
    pub(super) wrong_clocks: bool,
    /// `true` if the session receives so little mail that only queries keep it alive.
    pub(super) rare_mail: bool,
}

impl Habits {
    /// Chooses the faults of a simulated service at random. Half of the simulated services work without faults.
    pub(super) fn random(chance: &mut Chance) -> Self {
        let wild = chance.happens(500);
        let mut some = |most: u64| if wild && chance.happens(600) { chance.number() % most } else { 0 };
        Self {
            loss: some(100),
            rate_limit: some(60),
            cut: some(60),
            duplicate: some(300),
            push_delay: 50 + some(1_500),
            restart: some(300),
            kill: some(600),
            fetch_failure: some(150),
            wrong_clocks: some(2) > 0,
            rare_mail: chance.happens(250),
            late_listening: if chance.happens(500) { chance.millis(0..30_000) } else { Duration::ZERO },
        }
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.loss + self.rate_limit + self.cut + self.restart + self.kill + self.fetch_failure == 0
    }
}

#[derive(Debug)]
pub(super) struct Service {
    /// For each mail, the time at which it becomes visible to queries, in the order in which the simulated service
    /// lists the mails.
    pub(super) mails: Vec<Timestamp>,
    /// The time until which the simulated service does not respond, because it is restarting.
    pub(super) down_until: Timestamp,
    pub(super) lapses_at: Timestamp,
}

pub(super) fn id(place: usize) -> MailId {
    MailId::new(format!("{place}"))
}

pub(super) fn place(id: &MailId) -> usize {
    id.as_str().parse().unwrap()
}

impl Service {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { mails: Vec::new(), down_until: now, lapses_at: saturating_add(now, LIFE) }
    }

    pub(super) fn touch(&mut self, now: Timestamp) {
        assert!(now < self.lapses_at, "the session has lapsed at {now}");
        self.lapses_at = saturating_add(now, LIFE);
    }

    /// Returns a page of the mails older than `before` (of all mails if it is `None`), newest first. The returned
    /// `bool` is `true` if there are more mails after this page.
    pub(super) fn page(&self, before: Option<usize>) -> (Vec<usize>, bool) {
        let end = before.unwrap_or(self.mails.len());
        let start = end.saturating_sub(PAGE_MAILS);
        ((start..end).rev().collect(), start > 0)
    }
}
