//! Tests the individual steps of synchronising a session.

mod demand;

use super::*;
use crate::domain::transport_selector::TransportSelector;

struct Harness {
    sync: SessionSync,
    transports: TransportSelector,
    last_number: u64,
    now: Timestamp,
}

impl Harness {
    fn new(demand: Demand) -> Self {
        let now = Timestamp::UNIX_EPOCH;
        Self {
            sync: SessionSync::new(demand, None, now),
            transports: TransportSelector::default(),
            last_number: 0,
            now,
        }
    }

    fn handle(&mut self, event: SyncEvent) -> Vec<SyncAction> {
        let mut context = SyncContext {
            now: self.now,
            transports: &mut self.transports,
            last_number: &mut self.last_number,
        };
        self.sync.handle(event, &mut context)
    }

    fn poll(&mut self) -> Vec<SyncAction> {
        let mut context = SyncContext {
            now: self.now,
            transports: &mut self.transports,
            last_number: &mut self.last_number,
        };
        self.sync.poll(&mut context)
    }

    fn advance(&mut self, millis: u64) -> Vec<SyncAction> {
        self.now = saturating_add(self.now, Duration::from_millis(millis));
        self.poll()
    }

    fn answer_query(&mut self) -> Vec<SyncAction> {
        let query = self.sync.query.unwrap().number;
        let left = Some(Duration::from_mins(10));
        self.handle(SyncEvent::Answered { query, complete_to: None, left, missed: 0 })
    }

    fn end_stream(&mut self) -> Vec<SyncAction> {
        let stream = self.sync.stream.number().unwrap();
        self.handle(SyncEvent::StreamEnded { stream, cause: Cause::Unreachable, wait: None })
    }

    fn acknowledge(&mut self) -> Vec<SyncAction> {
        let stream = self.sync.stream.number().unwrap();
        self.handle(SyncEvent::Acknowledged { stream })
    }
}

fn queries(actions: &[SyncAction]) -> usize {
    actions.iter().filter(|action| matches!(action, SyncAction::Query { .. })).count()
}

#[test]
fn wait_mode_queries_first_and_again_after_the_acknowledgement() {
    let mut harness = Harness::new(Demand::Waiting);
    assert!(matches!(harness.poll()[..], [SyncAction::Query { .. }]));
    assert!(matches!(harness.answer_query()[..], [SyncAction::Connect { .. }]));
    harness.now = saturating_add(harness.now, Duration::from_millis(50));
    assert_eq!(queries(&harness.acknowledge()), 1);
    assert_eq!(queries(&harness.answer_query()), 0);
    assert_eq!(queries(&harness.advance(999)), 0);
    assert_eq!(queries(&harness.advance(1)), 1);
}

#[test]
fn a_query_sent_before_the_acknowledgement_is_sent_again_after_it() {
    let mut harness = Harness::new(Demand::Collecting);
    assert!(matches!(harness.poll()[..], [SyncAction::Connect { .. }]));
    assert_eq!(queries(&harness.advance(8_000)), 1, "the session is queried if no stream is connected");
    harness.now = saturating_add(harness.now, Duration::from_millis(10));
    assert_eq!(queries(&harness.acknowledge()), 0, "no second query is sent while one is in progress");
    assert_eq!(queries(&harness.answer_query()), 1);
}

#[test]
fn streams_that_end_at_once_are_retried_with_growing_delay() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    let mut connects = 0;
    let end = saturating_add(harness.now, Duration::from_mins(10));
    while harness.now < end {
        if harness.sync.stream.number().is_some() {
            connects += 1;
            harness.acknowledge();
            harness.end_stream();
        }
        if harness.sync.is_querying() {
            harness.answer_query();
        }
        harness.advance(100);
    }
    assert!((15..=60).contains(&connects), "{connects} connections in ten minutes");
}

#[test]
fn a_long_lived_stream_reconnects_at_once() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    harness.acknowledge();
    harness.answer_query();
    harness.advance(20_000);
    let actions = harness.end_stream();
    assert!(
        matches!(
            actions[..],
            [SyncAction::Connect { .. }] | [SyncAction::Connect { .. }, SyncAction::Query { .. }]
        ),
        "{actions:?}"
    );
}

#[test]
fn a_transport_without_acknowledgement_is_skipped_once_a_query_succeeds() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    assert_eq!(queries(&harness.end_stream()), 1);
    assert_eq!(harness.transports.best(harness.now), PushTransport::WebSocket);
    harness.answer_query();
    assert_eq!(harness.transports.best(harness.now), PushTransport::Multipart);
}

#[test]
fn an_attempt_before_a_network_loss_does_not_count_against_its_transport() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    harness.end_stream();
    harness.handle(SyncEvent::Woke);
    harness.answer_query();
    assert_eq!(harness.transports.best(harness.now), PushTransport::WebSocket);
}

#[test]
fn a_delay_requested_by_the_service_is_limited_to_two_minutes() {
    for (requested, expected) in [(3, 3), (u64::MAX, 120)] {
        let mut harness = Harness::new(Demand::Waiting);
        harness.poll();
        let query = harness.sync.query.unwrap().number;
        let wait = Some(Duration::from_secs(requested));
        harness.handle(SyncEvent::QueryFailed { query, cause: Cause::Refused, wait });
        assert_eq!(
            harness.sync.query_due(),
            Some(saturating_add(harness.now, Duration::from_secs(expected)))
        );
        harness.now = saturating_add(harness.now, Duration::from_secs(1));
        harness.acknowledge();
        assert!(!harness.sync.is_querying(), "an acknowledgement does not end the delay");
        assert_eq!(queries(&harness.handle(SyncEvent::Refresh)), 1, "a refresh by the user ends the delay");
    }
}

#[test]
fn catching_up_queries_once_and_connects_no_stream() {
    let mut harness = Harness::new(Demand::CatchingUp);
    let query = match harness.poll()[..] {
        [SyncAction::Query { number }] => number,
        ref other => panic!("{other:?}"),
    };
    let failed = harness.handle(SyncEvent::QueryFailed { query, cause: Cause::Unreachable, wait: None });
    assert_eq!(failed, []);
    assert_eq!(queries(&harness.advance(1_000)), 1, "the failed query is sent again");
    assert_eq!(harness.answer_query(), []);
    assert_eq!(harness.sync.due(), None, "no further action is scheduled");
}

#[test]
fn late_and_unrelated_events_are_ignored() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    harness.acknowledge();
    let before = harness.sync.clone();
    harness.handle(SyncEvent::Acknowledged { stream: 99 });
    harness.handle(SyncEvent::StreamEnded { stream: 99, cause: Cause::Lapsed, wait: None });
    harness.handle(SyncEvent::Answered {
        query: 99,
        complete_to: Some(MailId::new("m")),
        left: None,
        missed: 3,
    });
    harness.handle(SyncEvent::QueryFailed { query: 99, cause: Cause::Lapsed, wait: None });
    assert_eq!(harness.sync, before);
    harness.handle(SyncEvent::Lapsed);
    assert!(harness.sync.is_over() && harness.sync.due().is_none());
    assert_eq!(harness.handle(SyncEvent::Refresh), []);
}

#[test]
fn a_mail_that_cannot_be_fetched_is_listed_again_with_growing_delay() {
    let mut harness = Harness::new(Demand::Collecting);
    harness.poll();
    harness.acknowledge();
    let mut query_count = 0;
    for _ in 0..3_600 {
        if let Some(query) = harness.sync.query {
            query_count += 1;
            let left = Some(Duration::from_mins(10));
            harness.handle(SyncEvent::Answered { query: query.number, complete_to: None, left, missed: 1 });
        }
        harness.advance(1_000);
    }
    assert!((40..=130).contains(&query_count), "{query_count} queries in an hour");
}
