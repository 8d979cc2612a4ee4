//! Tests how often a session is queried for each demand, including demands for which another process owns the data
//! directory.

use super::*;

#[test]
fn while_the_user_is_away_only_the_session_is_kept_alive() {
    let mut harness = Harness::new(Demand::Away);
    harness.poll();
    harness.acknowledge();
    harness.answer_query();
    harness.advance(60_000);
    let end = saturating_add(harness.now, Duration::from_hours(1));
    let mut query_count = 0;
    while harness.now < end {
        query_count += queries(&harness.advance(1_000));
        if harness.sync.is_querying() {
            harness.answer_query();
        }
    }
    assert!((11..=13).contains(&query_count), "{query_count} queries in an hour");
    harness.end_stream();
    assert!(harness.sync.is_querying(), "without a stream, mail is queried at once");
    harness.answer_query();
    let gap = Demand::Away.longest_gap();
    assert_eq!(queries(&harness.advance(u64::try_from(gap.as_millis()).unwrap())), 1);
}

#[test]
fn a_user_who_looks_gets_an_answer_unless_a_query_has_just_been_sent() {
    for demand in [Demand::Collecting, Demand::Following] {
        let mut harness = Harness::new(demand);
        harness.poll();
        harness.acknowledge();
        harness.answer_query();
        harness.advance(40_000);
        if harness.sync.is_querying() {
            harness.answer_query();
            harness.advance(29_999);
        }
        let recent = demand == Demand::Collecting;
        assert_eq!(queries(&harness.handle(SyncEvent::Attended)), usize::from(!recent), "{demand:?}");
        harness.advance(1);
        assert_eq!(queries(&harness.handle(SyncEvent::Attended)), usize::from(recent), "{demand:?}");
        assert_eq!(queries(&harness.handle(SyncEvent::Attended)), 0, "the query is in flight");
        assert_eq!(queries(&harness.answer_query()), 0, "one query is enough");
    }
}

/// Returns the number of queries that a process with [`Demand::Following`] sends in its first hour. `interval` is the
/// time between two queries of the other process; `None` if that process sends none.
fn queries_in_an_hour(interval: Option<Duration>) -> usize {
    let mut harness = Harness::new(Demand::Following);
    harness.poll();
    let mut count = queries(&harness.acknowledge());
    harness.answer_query();
    let mut reported_at = harness.now;
    let end = saturating_add(harness.now, Duration::from_hours(1));
    while harness.now < end {
        count += queries(&harness.advance(1_000));
        if harness.sync.is_querying() {
            harness.answer_query();
        }
        if interval.is_some_and(|interval| harness.now >= saturating_add(reported_at, interval)) {
            reported_at = harness.now;
            harness.handle(SyncEvent::QueriedElsewhere { left: Some(Duration::from_mins(10)) });
        }
    }
    count
}

#[test]
fn only_the_owner_queries_while_it_is_alive() {
    assert_eq!(queries_in_an_hour(Some(Duration::from_mins(1))), 1, "only the first query is sent");
    assert!((20..=21).contains(&queries_in_an_hour(None)), "{}", queries_in_an_hour(None));
}

#[test]
fn a_query_of_another_process_does_not_replace_the_completing_query() {
    let mut harness = Harness::new(Demand::Following);
    harness.poll();
    harness.advance(10);
    harness.handle(SyncEvent::QueriedElsewhere { left: Some(Duration::from_mins(10)) });
    harness.advance(10);
    assert_eq!(queries(&harness.acknowledge()), 1);
}

#[test]
fn a_process_that_takes_over_queries_at_the_normal_rate() {
    let mut harness = Harness::new(Demand::Following);
    harness.poll();
    harness.acknowledge();
    harness.answer_query();
    harness.sync.set_demand(Demand::Collecting);
    assert_eq!(queries(&harness.handle(SyncEvent::Refresh)), 1);
    harness.answer_query();
    let count: usize = (0..120)
        .map(|_| {
            let count = queries(&harness.advance(500));
            if harness.sync.is_querying() {
                harness.answer_query();
            }
            count
        })
        .sum();
    assert!(count > 3, "{count} queries follow while the connection is new");
}
