//! A run of the simulation. Simulates events in chronological order, and checks the invariants after each event.

// This file exceeds 300 lines because the events of a run are handled in one chronological order.

mod requests;

use super::super::{
    Cause, Coverage, Demand, Listing, SessionSync, Stream, SyncAction, SyncContext, SyncEvent,
};
use super::chance::Chance;
use super::service::{Habits, Service, place};
use crate::domain::ids::MailId;
use crate::domain::push_transport::{PushTransport, TransportChoice};
use crate::domain::time::{Timestamp, saturating_add};
use crate::domain::transport_selector::TransportSelector;
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

/// The period that each run simulates.
const SPAN: Duration = Duration::from_mins(30);

/// Time after which a simulated call without a response fails.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(super) struct RunOutcome {
    pub(super) mails: usize,
    pub(super) kills: u64,
    pub(super) late_listened: u64,
    pub(super) failures: u64,
    pub(super) calls_per_hour: u64,
    pub(super) is_quiet: bool,
}

/// An event in the simulation. Each restart creates a client with a new number; `life` is the number of the client that
/// receives the event. Events for a killed client are ignored.
#[derive(Clone, Copy, Debug)]
enum SimulationEvent {
    MailComes,
    Minute,
    ServiceIsUp,
    ClientStarts,
    Poll { life: u64 },
    Acknowledged { life: u64, stream: u64 },
    Cut { life: u64, stream: u64, cause: Cause, wait: Option<Duration> },
    Pushed { life: u64, stream: u64, place: usize },
    Stored { life: u64, place: usize },
    Missed { life: u64 },
    Page { life: u64, query: u64, before: Option<usize> },
    Listed { life: u64, query: u64, at: usize },
    Fails { life: u64, query: u64, wait: Option<Duration> },
    Deadline { place: usize },
}

/// The mails listed by the query in flight, and the progress of storing them.
struct Catching {
    listing: Listing<usize>,
    oldest_first: Vec<usize>,
    coverage: Coverage,
    noted: Option<MailId>,
    missed: usize,
}

struct SimulationRun {
    seed: u64,
    chance: Chance,
    habits: Habits,
    demand: Demand,
    now: Timestamp,
    queue: BTreeMap<(Timestamp, u64), SimulationEvent>,
    order: u64,
    service: Service,
    /// The stored mails. Like `complete_to`, they survive when the simulated client is killed.
    archive: HashSet<usize>,
    complete_to: Option<MailId>,
    client: Option<(SessionSync, Catching)>,
    life: u64,
    transports: TransportSelector,
    last_number: u64,
    /// The time at which the simulated service starts to push mails over the stream.
    listens_at: Timestamp,
    /// The time until which mails may arrive late because of a simulated fault.
    excused_until: Timestamp,
    calls: u64,
    outcome: RunOutcome,
}

pub(super) fn run(seed: u64, demand: Demand) -> RunOutcome {
    let mut chance = Chance::new(seed);
    let habits = Habits::random(&mut chance);
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let mut run = SimulationRun {
        outcome: RunOutcome { is_quiet: habits.is_quiet(), ..RunOutcome::default() },
        seed,
        chance,
        habits,
        demand,
        now,
        queue: BTreeMap::new(),
        order: 0,
        service: Service::new(now),
        archive: HashSet::new(),
        complete_to: None,
        client: None,
        life: 0,
        transports: TransportSelector::new(TransportChoice::Only(PushTransport::WebSocket)),
        last_number: 0,
        listens_at: now,
        excused_until: now,
        calls: 0,
    };
    for _ in 0..run.chance.number() % 30 {
        run.service.mails.push(now);
    }
    run.outcome.mails = run.service.mails.len();
    run.schedule(Duration::ZERO, SimulationEvent::ClientStarts);
    run.schedule(Duration::from_millis(1), SimulationEvent::MailComes);
    run.schedule(Duration::from_mins(1), SimulationEvent::Minute);
    let end = saturating_add(now, SPAN);
    while let Some(((at, _), step)) = run.queue.pop_first() {
        if at > end {
            break;
        }
        run.now = at;
        run.step(step);
    }
    run.service.touch(end);
    run.check_archive();
    run.outcome.calls_per_hour = run.calls * 3_600 / SPAN.as_secs();
    run.outcome
}

impl SimulationRun {
    fn schedule(&mut self, wait: Duration, step: SimulationEvent) {
        self.order += 1;
        self.queue.insert((saturating_add(self.now, wait), self.order), step);
    }

    fn allow_late_until(&mut self, until: Timestamp) {
        self.excused_until = self.excused_until.max(until);
    }

    fn is_service_up(&self) -> bool {
        self.now >= self.service.down_until
    }

    fn step(&mut self, step: SimulationEvent) {
        match step {
            SimulationEvent::MailComes => self.receive_mail(),
            SimulationEvent::Minute => self.minute(),
            SimulationEvent::ServiceIsUp => {}
            SimulationEvent::ClientStarts => self.restart_client(),
            SimulationEvent::Deadline { place } => self.check_deadline(place),
            SimulationEvent::Poll { life }
            | SimulationEvent::Acknowledged { life, .. }
            | SimulationEvent::Cut { life, .. }
            | SimulationEvent::Pushed { life, .. }
            | SimulationEvent::Stored { life, .. }
            | SimulationEvent::Missed { life }
            | SimulationEvent::Page { life, .. }
            | SimulationEvent::Listed { life, .. }
            | SimulationEvent::Fails { life, .. } => {
                if life == self.life && self.client.is_some() {
                    self.client_step(step);
                }
            }
        }
    }

    fn client_step(&mut self, step: SimulationEvent) {
        match step {
            SimulationEvent::Poll { .. } => self.pass_to_client(None),
            SimulationEvent::Acknowledged { stream, .. } => {
                let late = if self.habits.late_listening.is_zero() {
                    Duration::ZERO
                } else {
                    let most = u64::try_from(self.habits.late_listening.as_millis()).unwrap();
                    self.chance.millis(0..most + 1)
                };
                self.outcome.late_listened += u64::from(!late.is_zero());
                self.listens_at = saturating_add(self.now, late);
                self.pass_to_client(Some(SyncEvent::Acknowledged { stream }));
            }
            SimulationEvent::Cut { stream, cause, wait, .. } => {
                self.pass_to_client(Some(SyncEvent::StreamEnded { stream, cause, wait }));
            }
            SimulationEvent::Pushed { stream, place, .. } => {
                let stands =
                    self.client.as_ref().is_some_and(|(sync, _)| sync.stream().number() == Some(stream));
                if stands {
                    self.receive_push(place);
                }
            }
            SimulationEvent::Stored { place, .. } => {
                self.archive.insert(place);
            }
            SimulationEvent::Missed { .. } => self.pass_to_client(Some(SyncEvent::FetchFailed)),
            SimulationEvent::Page { query, before, .. } => self.page(query, before),
            SimulationEvent::Listed { query, at, .. } => self.store_listed(query, at),
            SimulationEvent::Fails { query, wait, .. } => {
                self.outcome.failures += 1;
                self.pass_to_client(Some(SyncEvent::QueryFailed { query, cause: Cause::Unreachable, wait }));
                // A mail that arrives before the next attempt may be late.
                let due = self.client.as_ref().and_then(|(sync, _)| sync.query_due()).unwrap_or(self.now);
                self.allow_late_until(saturating_add(due, Duration::from_millis(500)));
            }
            SimulationEvent::MailComes
            | SimulationEvent::Minute
            | SimulationEvent::ServiceIsUp
            | SimulationEvent::ClientStarts
            | SimulationEvent::Deadline { .. } => {}
        }
    }

    fn receive_mail(&mut self) {
        let place = self.service.mails.len();
        self.service.mails.push(self.now);
        self.service.touch(self.now);
        self.outcome.mails += 1;
        let bound = self.max_delay();
        self.schedule(bound, SimulationEvent::Deadline { place });
        let stream = self.client.as_ref().and_then(|(sync, _)| match sync.stream() {
            Stream::Up { number, .. } => Some(*number),
            Stream::Idle | Stream::Connecting { .. } | Stream::Waiting { .. } | Stream::Off => None,
        });
        if let Some(stream) = stream.filter(|_| self.listens_at <= self.now && self.is_service_up()) {
            let copies = 1 + u64::from(self.chance.happens(self.habits.duplicate));
            for _ in 0..copies {
                let delay = self.chance.millis(1..self.habits.push_delay.max(2));
                self.schedule(delay, SimulationEvent::Pushed { life: self.life, stream, place });
            }
        }
        // Usually a single mail arrives, sometimes several at once.
        let next = match (self.habits.rare_mail, self.chance.happens(150)) {
            (true, _) => self.chance.millis(60_000..1_500_000),
            (false, true) => self.chance.millis(0..20),
            (false, false) => self.chance.millis(500..40_000),
        };
        self.schedule(next, SimulationEvent::MailComes);
    }

    fn minute(&mut self) {
        self.schedule(Duration::from_mins(1), SimulationEvent::Minute);
        if self.chance.happens(self.habits.restart) {
            let down = self.chance.millis(100..40_000);
            self.service.down_until = saturating_add(self.now, down);
            self.schedule(down, SimulationEvent::ServiceIsUp);
            let ended = self.client.as_ref().and_then(|(sync, _)| sync.stream().number());
            if let Some(stream) = ended {
                self.schedule(Duration::from_millis(5), self.cut(stream));
            }
            // After the restart, clients retry within the longest backoff.
            self.allow_late_until(saturating_add(self.service.down_until, Duration::from_secs(92)));
        }
        if self.chance.happens(self.habits.kill) {
            // The client is killed at an arbitrary step.
            let kill = self.chance.millis(0..60_000);
            self.schedule(kill, SimulationEvent::ClientStarts);
        }
    }

    fn cut(&self, stream: u64) -> SimulationEvent {
        SimulationEvent::Cut { life: self.life, stream, cause: Cause::Unreachable, wait: None }
    }

    /// Kills the simulated client, whatever state it is in, and starts a new one.
    fn restart_client(&mut self) {
        self.outcome.kills += u64::from(self.life > 0);
        self.check_archive();
        self.life += 1;
        let sync = SessionSync::new(self.demand, self.complete_to.clone(), self.now);
        self.client = Some((sync, self.catching()));
        // The first query of the new client lists the mails that the killed client had not stored.
        self.allow_late_until(saturating_add(self.now, Duration::from_secs(1)));
        self.pass_to_client(None);
    }

    fn catching(&self) -> Catching {
        Catching {
            listing: Listing::new(self.complete_to.clone()),
            oldest_first: Vec::new(),
            coverage: Coverage::new(self.complete_to.clone(), std::iter::empty()),
            noted: self.complete_to.clone(),
            missed: 0,
        }
    }

    /// Passes an event (or, with `None`, only the current time) to the simulated client, and performs the actions that
    /// it returns.
    fn pass_to_client(&mut self, event: Option<SyncEvent>) {
        let Some((sync, _)) = &mut self.client else { return };
        let mut context = SyncContext {
            now: self.now,
            transports: &mut self.transports,
            last_number: &mut self.last_number,
        };
        let actions = match event {
            Some(event) => sync.handle(event, &mut context),
            None => sync.poll(&mut context),
        };
        let due = sync.due();
        for action in actions {
            match action {
                SyncAction::Connect { number, .. } => self.connect(number),
                SyncAction::Query { number } => {
                    let catching = self.catching();
                    if let Some((_, current)) = &mut self.client {
                        *current = catching;
                    }
                    self.call(number, None);
                }
            }
        }
        let due = due.map(|due| Duration::try_from(due.duration_since(self.now)).unwrap_or(Duration::ZERO));
        if let Some(wait) = due {
            self.schedule(wait, SimulationEvent::Poll { life: self.life });
        }
    }

    fn max_delay(&self) -> Duration {
        match self.demand {
            Demand::Waiting | Demand::CatchingUp => Duration::from_secs(3),
            Demand::Collecting | Demand::Away | Demand::Following | Demand::FollowingAway => {
                Duration::from_secs(10)
            }
        }
    }

    /// Checks that a mail has arrived before its deadline. After a simulated fault, the deadline is later.
    fn check_deadline(&mut self, place: usize) {
        if self.archive.contains(&place) {
            return;
        }
        let bound = self.max_delay();
        let again = saturating_add(self.excused_until, bound);
        assert!(
            again > self.now,
            "seed {}: mail {place} is not there at {}: {:?}",
            self.seed,
            self.now,
            self.client.as_ref().map(|it| &it.0)
        );
        let wait = Duration::try_from(again.duration_since(self.now)).unwrap();
        self.schedule(wait, SimulationEvent::Deadline { place });
    }

    fn check_archive(&self) {
        let below = self.complete_to.as_ref().map_or(0, |id| place(id) + 1);
        let missing: Vec<usize> = (0..below).filter(|place| !self.archive.contains(place)).collect();
        assert!(missing.is_empty(), "seed {}: missing below {:?}: {missing:?}", self.seed, self.complete_to);
    }
}
