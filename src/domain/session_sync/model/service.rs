//! The service as the model plays it: it holds mails in one order, lists them by pages, and forgets to
//! push what comes before it listens.

use super::chance::Chance;
use crate::domain::ids::MailId;
use crate::domain::time::{Timestamp, later};
use std::time::Duration;

/// Mails of a page. Small, so that many listings need several.
pub(super) const PAGE_MAILS: usize = 5;

/// A session lives for so long past its last access.
const LIFE: Duration = Duration::from_mins(10);

/// How a service misbehaves, chosen by the seed.
#[derive(Debug)]
pub(super) struct Habits {
    /// The longest time between the acknowledgement of a subscription and its listening.
    pub(super) late_listening: Duration,
    /// Calls that get no answer, per mille.
    pub(super) loss: u64,
    /// Calls that are refused for being too many, per mille.
    pub(super) rate_limit: u64,
    /// Streams that are cut within a second, per mille.
    pub(super) cut: u64,
    /// Pushes that come twice, per mille.
    pub(super) duplicate: u64,
    /// The longest time that a push is under way: later mails overtake earlier ones.
    pub(super) push_delay: u64,
    /// Restarts, per mille of the minutes.
    pub(super) restart: u64,
    /// Kills of the client, per mille of the minutes.
    pub(super) kill: u64,
    /// Mails whose bytes cannot be fetched at first, per mille.
    pub(super) fetch_failure: u64,
    /// Clocks are wrong: the end of a session is told as long past or far away.
    pub(super) wrong_clocks: bool,
    /// Mail is rare: the session lives by its touches alone.
    pub(super) rare_mail: bool,
}

impl Habits {
    /// Quiet services come as often as wild ones.
    pub(super) fn of(chance: &mut Chance) -> Self {
        let wild = chance.strikes(500);
        let mut some = |most: u64| if wild && chance.strikes(600) { chance.number() % most } else { 0 };
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
            rare_mail: chance.strikes(250),
            late_listening: if chance.strikes(500) { chance.millis(0..30_000) } else { Duration::ZERO },
        }
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.loss + self.rate_limit + self.cut + self.restart + self.kill + self.fetch_failure == 0
    }
}

#[derive(Debug)]
pub(super) struct Service {
    /// When each became visible to queries, in the service's order.
    pub(super) mails: Vec<Timestamp>,
    /// When it answers again after a restart.
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
        Self { mails: Vec::new(), down_until: now, lapses_at: later(now, LIFE) }
    }

    pub(super) fn touch(&mut self, now: Timestamp) {
        assert!(now < self.lapses_at, "the session has lapsed at {now}");
        self.lapses_at = later(now, LIFE);
    }

    /// A page of the listing, newest first: what is older than a place, and whether more follows.
    pub(super) fn page(&self, before: Option<usize>) -> (Vec<usize>, bool) {
        let end = before.unwrap_or(self.mails.len());
        let start = end.saturating_sub(PAGE_MAILS);
        ((start..end).rev().collect(), start > 0)
    }
}
