//! Tests the individual steps of synchronising a session.

use super::*;
use crate::domain::transport_selector::TransportSelector;

struct Harness {
    sync: SessionSync,
    channels: TransportSelector,
    last_number: u64,
    now: Timestamp,
}

impl Harness {
    fn new(demand: Demand) -> Self {
        let now = Timestamp::UNIX_EPOCH;
        Self {
            sync: SessionSync::new(demand, None, now),
            channels: TransportSelector::default(),
            last_number: 0,
            now,
        }
    }

    fn handle(&mut self, event: Event) -> Vec<Action> {
        let mut context =
            Context { now: self.now, channels: &mut self.channels, last_number: &mut self.last_number };
        self.sync.handle(event, &mut context)
    }

    fn poll(&mut self) -> Vec<Action> {
        let mut context =
            Context { now: self.now, channels: &mut self.channels, last_number: &mut self.last_number };
        self.sync.poll(&mut context)
    }

    fn pass(&mut self, millis: u64) -> Vec<Action> {
        self.now = later(self.now, Duration::from_millis(millis));
        self.poll()
    }

    fn answered(&mut self) -> Vec<Action> {
        let query = self.sync.query.unwrap().number;
        let left = Some(Duration::from_mins(10));
        self.handle(Event::Answered { query, complete_to: None, left, missed: 0 })
    }

    fn ended(&mut self) -> Vec<Action> {
        let stream = self.sync.stream.number().unwrap();
        self.handle(Event::StreamEnded { stream, cause: Cause::Unreachable, wait: None })
    }

    fn acknowledged(&mut self) -> Vec<Action> {
        let stream = self.sync.stream.number().unwrap();
        self.handle(Event::Acknowledged { stream })
    }
}

fn queries(actions: &[Action]) -> usize {
    actions.iter().filter(|action| matches!(action, Action::Query { .. })).count()
}

#[test]
fn wait_mode_queries_first_and_again_after_the_acknowledgement() {
    let mut harness = Harness::new(Demand::Waiting);
    assert!(matches!(harness.poll()[..], [Action::Query { .. }]));
    assert!(matches!(harness.answered()[..], [Action::Connect { .. }]));
    harness.now = later(harness.now, Duration::from_millis(50));
    assert_eq!(queries(&harness.acknowledged()), 1);
    assert_eq!(queries(&harness.answered()), 0);
    assert_eq!(queries(&harness.pass(999)), 0);
    assert_eq!(queries(&harness.pass(1)), 1);
}

#[test]
fn a_query_sent_before_the_acknowledgement_is_sent_again_after_it() {
    let mut harness = Harness::new(Demand::Collecting);
    assert!(matches!(harness.poll()[..], [Action::Connect { .. }]));
    assert_eq!(queries(&harness.pass(8_000)), 1, "nothing is pushed yet");
    harness.now = later(harness.now, Duration::from_millis(10));
    assert_eq!(queries(&harness.acknowledged()), 0, "one is under way");
    assert_eq!(queries(&harness.answered()), 1);
}

#[test]
fn streams_that_end_at_once_are_retried_with_growing_delay() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    let mut connects = 0;
    let end = later(harness.now, Duration::from_mins(10));
    while harness.now < end {
        if harness.sync.stream.number().is_some() {
            connects += 1;
            harness.acknowledged();
            harness.ended();
        }
        if harness.sync.is_querying() {
            harness.answered();
        }
        harness.pass(100);
    }
    assert!((15..=60).contains(&connects), "{connects} in ten minutes");
}

#[test]
fn a_long_lived_stream_reconnects_at_once() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    harness.acknowledged();
    harness.answered();
    harness.pass(20_000);
    let actions = harness.ended();
    assert!(
        matches!(actions[..], [Action::Connect { .. }] | [Action::Connect { .. }, Action::Query { .. }]),
        "{actions:?}"
    );
}

#[test]
fn a_transport_without_acknowledgement_is_skipped_once_a_query_succeeds() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    assert_eq!(queries(&harness.ended()), 1);
    assert_eq!(harness.channels.best(harness.now), PushTransport::WebSocket);
    harness.answered();
    assert_eq!(harness.channels.best(harness.now), PushTransport::Multipart);
}

#[test]
fn an_attempt_before_a_network_loss_does_not_count_against_its_transport() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    harness.ended();
    harness.handle(Event::Woke);
    harness.answered();
    assert_eq!(harness.channels.best(harness.now), PushTransport::WebSocket);
}

#[test]
fn a_delay_requested_by_the_service_is_limited_to_two_minutes() {
    for (requested, held) in [(3, 3), (u64::MAX, 120)] {
        let mut harness = Harness::new(Demand::Waiting);
        harness.poll();
        let query = harness.sync.query.unwrap().number;
        let wait = Some(Duration::from_secs(requested));
        harness.handle(Event::QueryFailed { query, cause: Cause::Refused, wait });
        assert_eq!(harness.sync.query_due(), Some(later(harness.now, Duration::from_secs(held))));
        harness.now = later(harness.now, Duration::from_secs(1));
        harness.acknowledged();
        assert!(!harness.sync.is_querying(), "an acknowledgement does not end it");
        assert_eq!(queries(&harness.handle(Event::Refresh)), 1, "a key does");
    }
}

#[test]
fn catching_up_queries_once_and_connects_no_stream() {
    let mut harness = Harness::new(Demand::CatchingUp);
    let query = match harness.poll()[..] {
        [Action::Query { number }] => number,
        ref other => panic!("{other:?}"),
    };
    let failed = harness.handle(Event::QueryFailed { query, cause: Cause::Unreachable, wait: None });
    assert_eq!(failed, []);
    assert_eq!(queries(&harness.pass(1_000)), 1, "it fails once and is sent again");
    assert_eq!(harness.answered(), []);
    assert_eq!(harness.sync.due(), None, "then nothing is to be done");
}

#[test]
fn late_and_unrelated_events_are_ignored() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    harness.acknowledged();
    let before = harness.sync.clone();
    harness.handle(Event::Acknowledged { stream: 99 });
    harness.handle(Event::StreamEnded { stream: 99, cause: Cause::Lapsed, wait: None });
    harness.handle(Event::Answered { query: 99, complete_to: Some(MailId::new("m")), left: None, missed: 3 });
    harness.handle(Event::QueryFailed { query: 99, cause: Cause::Lapsed, wait: None });
    assert_eq!(harness.sync, before);
    harness.handle(Event::Lapsed);
    assert!(harness.sync.is_over() && harness.sync.due().is_none());
    assert_eq!(harness.handle(Event::Refresh), []);
}

#[test]
fn a_mail_that_cannot_be_fetched_is_listed_again_with_growing_delay() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    harness.acknowledged();
    let mut asked = 0;
    for _ in 0..3_600 {
        if let Some(query) = harness.sync.query {
            asked += 1;
            let left = Some(Duration::from_mins(10));
            harness.handle(Event::Answered { query: query.number, complete_to: None, left, missed: 1 });
        }
        harness.pass(1_000);
    }
    assert!((40..=130).contains(&asked), "{asked} in an hour");
}

/// Returns the number of queries that a process with [`Demand::Following`] sends in the hour after its start. The other
/// process sends one query per `interval`, or none if `interval` is `None`.
fn followed(interval: Option<Duration>) -> usize {
    let mut harness = Harness::new(Demand::Following);
    harness.poll();
    let mut count = queries(&harness.acknowledged());
    harness.answered();
    let mut reported_at = harness.now;
    let end = later(harness.now, Duration::from_hours(1));
    while harness.now < end {
        count += queries(&harness.pass(1_000));
        if harness.sync.is_querying() {
            harness.answered();
        }
        if interval.is_some_and(|interval| harness.now >= later(reported_at, interval)) {
            reported_at = harness.now;
            harness.handle(Event::QueriedElsewhere { left: Some(Duration::from_mins(10)) });
        }
    }
    count
}

#[test]
fn only_the_owner_queries_while_it_is_alive() {
    assert_eq!(followed(Some(Duration::from_mins(1))), 1, "the query that completes the copy at the start");
    assert!((40..=41).contains(&followed(None)), "{}", followed(None));
}

#[test]
fn a_query_of_another_process_does_not_replace_the_completing_query() {
    let mut harness = Harness::new(Demand::Following);
    harness.poll();
    harness.pass(10);
    harness.handle(Event::QueriedElsewhere { left: Some(Duration::from_mins(10)) });
    harness.pass(10);
    assert_eq!(queries(&harness.acknowledged()), 1);
}

#[test]
fn a_process_that_takes_over_queries_at_the_normal_rate() {
    let mut harness = Harness::new(Demand::Following);
    harness.poll();
    harness.acknowledged();
    harness.answered();
    harness.sync.set_demand(Demand::Collecting);
    assert_eq!(queries(&harness.handle(Event::Refresh)), 1);
    harness.answered();
    let count: usize = (0..120)
        .map(|_| {
            let count = queries(&harness.pass(500));
            if harness.sync.is_querying() {
                harness.answered();
            }
            count
        })
        .sum();
    assert!(count > 3, "{count}: the connection settles");
}
