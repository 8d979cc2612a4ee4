//! Single steps of the synchronisation.

use super::*;
use crate::domain::channels::Channels;

struct Bed {
    sync: SessionSync,
    channels: Channels,
    last_number: u64,
    now: Timestamp,
}

impl Bed {
    fn new(demand: Demand) -> Self {
        let now = Timestamp::UNIX_EPOCH;
        Self { sync: SessionSync::new(demand, None, now), channels: Channels::default(), last_number: 0, now }
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
fn who_waits_queries_first_and_again_at_the_acknowledgement() {
    let mut bed = Bed::new(Demand::Waiting);
    assert!(matches!(bed.poll()[..], [Action::Query { .. }]));
    assert!(matches!(bed.answered()[..], [Action::Connect { .. }]));
    bed.now = later(bed.now, Duration::from_millis(50));
    assert_eq!(queries(&bed.acknowledged()), 1);
    assert_eq!(queries(&bed.answered()), 0);
    assert_eq!(queries(&bed.pass(999)), 0);
    assert_eq!(queries(&bed.pass(1)), 1);
}

#[test]
fn a_query_sent_before_the_acknowledgement_is_sent_again_after_it() {
    let mut bed = Bed::new(Demand::Collecting);
    assert!(matches!(bed.poll()[..], [Action::Connect { .. }]));
    assert_eq!(queries(&bed.pass(8_000)), 1, "nothing is pushed yet");
    bed.now = later(bed.now, Duration::from_millis(10));
    assert_eq!(queries(&bed.acknowledged()), 0, "one is under way");
    assert_eq!(queries(&bed.answered()), 1);
}

#[test]
fn streams_that_end_as_soon_as_they_stand_are_tried_ever_later() {
    let mut bed = Bed::new(Demand::Collecting);
    bed.poll();
    let mut connects = 0;
    let end = later(bed.now, Duration::from_mins(10));
    while bed.now < end {
        if bed.sync.stream.number().is_some() {
            connects += 1;
            bed.acknowledged();
            bed.ended();
        }
        if bed.sync.is_querying() {
            bed.answered();
        }
        bed.pass(100);
    }
    assert!((15..=60).contains(&connects), "{connects} in ten minutes");
}

#[test]
fn a_stream_that_stood_is_tried_again_at_once() {
    let mut bed = Bed::new(Demand::Collecting);
    bed.poll();
    bed.acknowledged();
    bed.answered();
    bed.pass(20_000);
    let actions = bed.ended();
    assert!(
        matches!(actions[..], [Action::Connect { .. }] | [Action::Connect { .. }, Action::Query { .. }]),
        "{actions:?}"
    );
}

#[test]
fn a_channel_that_never_stands_is_left_once_the_service_answers() {
    let mut bed = Bed::new(Demand::Collecting);
    bed.poll();
    assert_eq!(queries(&bed.ended()), 1);
    assert_eq!(bed.channels.best(bed.now), Channel::WebSocket);
    bed.answered();
    assert_eq!(bed.channels.best(bed.now), Channel::Multipart);
}

#[test]
fn a_wait_that_the_service_asks_for_is_kept_up_to_two_minutes() {
    for (told, held) in [(3, 3), (u64::MAX, 120)] {
        let mut bed = Bed::new(Demand::Waiting);
        bed.poll();
        let query = bed.sync.query.unwrap().number;
        let wait = Some(Duration::from_secs(told));
        bed.handle(Event::QueryFailed { query, cause: Cause::Refused, wait });
        assert_eq!(bed.sync.query_due(), Some(later(bed.now, Duration::from_secs(held))));
        bed.now = later(bed.now, Duration::from_secs(1));
        bed.acknowledged();
        assert!(!bed.sync.is_querying(), "an acknowledgement does not end it");
        assert_eq!(queries(&bed.handle(Event::Refresh)), 1, "a key does");
    }
}

#[test]
fn catching_up_queries_once_and_connects_no_stream() {
    let mut bed = Bed::new(Demand::CatchingUp);
    let query = match bed.poll()[..] {
        [Action::Query { number }] => number,
        ref other => panic!("{other:?}"),
    };
    let failed = bed.handle(Event::QueryFailed { query, cause: Cause::Unreachable, wait: None });
    assert_eq!(failed, []);
    assert_eq!(queries(&bed.pass(1_000)), 1, "it fails once and is sent again");
    assert_eq!(bed.answered(), []);
    assert_eq!(bed.sync.due(), None, "then nothing is to be done");
}

#[test]
fn late_and_foreign_events_change_nothing() {
    let mut bed = Bed::new(Demand::Collecting);
    bed.poll();
    bed.acknowledged();
    let before = bed.sync.clone();
    bed.handle(Event::Acknowledged { stream: 99 });
    bed.handle(Event::StreamEnded { stream: 99, cause: Cause::Lapsed, wait: None });
    bed.handle(Event::Answered { query: 99, complete_to: Some(MailId::new("m")), left: None, missed: 3 });
    bed.handle(Event::QueryFailed { query: 99, cause: Cause::Lapsed, wait: None });
    assert_eq!(bed.sync, before);
    bed.handle(Event::Lapsed);
    assert!(bed.sync.is_over() && bed.sync.due().is_none());
    assert_eq!(bed.handle(Event::Refresh), []);
}

#[test]
fn a_mail_that_cannot_be_fetched_is_listed_again_ever_later() {
    let mut bed = Bed::new(Demand::Collecting);
    bed.poll();
    bed.acknowledged();
    let mut asked = 0;
    for _ in 0..3_600 {
        if let Some(query) = bed.sync.query {
            asked += 1;
            let left = Some(Duration::from_mins(10));
            bed.handle(Event::Answered { query: query.number, complete_to: None, left, missed: 1 });
        }
        bed.pass(1_000);
    }
    assert!((40..=130).contains(&asked), "{asked} in an hour");
}
