//! Tests responses that arrive late, twice or in the wrong order. Also tests that the core sends all requests needed to
//! keep a session alive.

// This file exceeds 300 lines because it contains a test for each order of two replies.

use super::driver::Driver;
use super::flows::{CODE, NEWS};
use dropmail_client::domain::delivery::Push;
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::connection::ConnectionState;
use dropmail_tui::app::effect::{AccountEffect, Effect, MessagePaneEffect, StoreEffect};
use dropmail_tui::app::key::Key;
use dropmail_tui::app::message_pane::MessagePane;
use dropmail_tui::app::msg::{AppError, FailureKind, Msg};

fn connection_reset() -> AppError {
    AppError { kind: FailureKind::Offline, text: "connection reset".into(), retry_after: None }
}

fn touch_count(driver: &Driver) -> usize {
    driver
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Account(AccountEffect::Touch { .. })))
        .count()
}

#[test]
fn mail_for_an_unknown_address_fetches_the_session_addresses_once() {
    let mut driver = Driver::new(120, 30);
    let before = touch_count(&driver);
    driver.mail(CODE);
    assert_eq!(touch_count(&driver), before);
    driver.mail_to("somebody@example.com", CODE);
    assert_eq!(touch_count(&driver), before + 1);
    driver.mail_to("somebody@example.com", NEWS);
    assert_eq!(touch_count(&driver), before + 1);
}

#[test]
fn an_event_of_a_closed_stream_is_dropped() {
    let mut driver = Driver::new(120, 30);
    let (session, old) = driver.watches().remove(0);
    driver.msg(Msg::StreamEnded {
        session: session.clone(),
        generation: old.generation,
        why: connection_reset(),
    });
    let (_, new) = driver.watches().remove(0);
    assert_ne!(old.generation, new.generation);
    let before = driver.model.clone();
    driver.msg(Msg::StreamEnded {
        session: session.clone(),
        generation: old.generation,
        why: connection_reset(),
    });
    driver.msg(Msg::Pushed { session, generation: old.generation, push: Push::Ready });
    assert_eq!(driver.model.sessions, before.sessions);
}

#[test]
fn a_lost_stream_reconnects_at_once_and_then_with_growing_delay() {
    let mut driver = Driver::new(120, 30);
    let mut waits = Vec::new();
    for _ in 0..4 {
        let (session, watch) = driver.watches().remove(0);
        driver.msg(Msg::StreamEnded { session, generation: watch.generation, why: connection_reset() });
        let mut seconds = 0;
        while driver.watches().is_empty() {
            driver.advance(1);
            seconds += 1;
        }
        waits.push(seconds);
    }
    assert_eq!(waits[0], 0);
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
    assert!(waits[3] >= 2, "{waits:?}");
}

#[test]
fn each_failed_connection_attempt_queries_for_mail() {
    let mut driver = Driver::new(120, 30);
    for _ in 0..3 {
        let (session, watch) = driver.watches().remove(0);
        let before = touch_count(&driver);
        driver.msg(Msg::StreamEnded { session, generation: watch.generation, why: connection_reset() });
        assert_eq!(touch_count(&driver), before + 1);
        while driver.watches().is_empty() {
            driver.advance(1);
        }
    }
}

#[test]
fn r_reconnects_without_waiting() {
    let mut driver = Driver::new(120, 30);
    for _ in 0..3 {
        let (session, watch) = driver.watches().remove(0);
        driver.msg(Msg::StreamEnded { session, generation: watch.generation, why: connection_reset() });
        driver.keys("r");
        assert_eq!(driver.watches().len(), 1);
    }
}

#[test]
fn a_mail_that_is_pushed_twice_is_stored_once() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    let mail = driver.model.inbox.selected().unwrap().clone();
    let session = mail.summary.envelope.session.clone();
    let ingested = dropmail_tui::app::msg::IngestedMail {
        mail,
        stored: dropmail_client::domain::stored_mail::Stored::AlreadyPresent,
        problem: None,
    };
    driver.msg(Msg::Ingested(session, Ok(Box::new(ingested))));
    assert_eq!(driver.model.inbox.len(), 1);
    assert_eq!(driver.model.sessions.rows[0].mails, 1);
}

#[test]
fn a_mail_that_loads_late_does_not_replace_the_open_one() {
    let mut driver = Driver::new(80, 24);
    driver.mail(CODE);
    driver.mail(NEWS);
    let pending = driver.msg_unanswered(Msg::Key(Key::parse_sequence("<enter>")[0]));
    let Some(Effect::MessagePane(MessagePaneEffect::Load { id, generation })) = pending
        .into_iter()
        .find(|effect| matches!(effect, Effect::MessagePane(MessagePaneEffect::Load { .. })))
    else {
        panic!("the mail was not requested");
    };
    driver.keys("<esc>j<enter>");
    let shown = driver.model.message_pane.id().cloned();
    assert_ne!(shown.as_ref(), Some(&id));
    driver.msg(Msg::MailLoaded { id, generation, result: Err(connection_reset()) });
    assert_eq!(driver.model.message_pane.id().cloned(), shown);
    assert!(matches!(driver.model.message_pane, MessagePane::Open(_)));
}

#[test]
fn a_mail_is_marked_as_read_once_it_is_loaded() {
    let mut driver = Driver::new(80, 24);
    driver.mail(CODE);
    let marks_read = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::Store(StoreEffect::SetRead(_, true))))
    };
    let pending = driver.msg_unanswered(Msg::Key(Key::parse_sequence("<enter>")[0]));
    assert!(!marks_read(&pending), "the mail is loaded before it is marked as read");
    assert_eq!(driver.model.inbox.unread(), 0);
    let load = pending
        .into_iter()
        .find(|effect| matches!(effect, Effect::MessagePane(MessagePaneEffect::Load { .. })));
    let Some(Effect::MessagePane(MessagePaneEffect::Load { id, generation })) = load else {
        panic!("the mail was not requested")
    };
    let after = driver.msg_unanswered(Msg::MailLoaded { id, generation, result: Err(connection_reset()) });
    assert!(marks_read(&after));
}

#[test]
fn a_session_with_a_stream_is_queried_every_two_minutes() {
    let mut driver = Driver::new(120, 30);
    let initial = touch_count(&driver);
    driver.advance(1);
    driver.advance(1);
    assert_eq!(touch_count(&driver), initial + 1, "one query follows after the stream has connected");
    for _ in 2..34 {
        driver.advance(1);
    }
    assert_eq!(
        touch_count(&driver),
        initial + 6,
        "five further queries cover a service that subscribes late"
    );
    let before = touch_count(&driver);
    for _ in 0..119 {
        driver.advance(1);
    }
    assert_eq!(touch_count(&driver), before);
    driver.advance(1);
    assert_eq!(touch_count(&driver), before + 1, "a query after two minutes finds lost pushes");
    for _ in 0..6000 {
        driver.advance(1);
    }
    assert_eq!(touch_count(&driver), before + 51, "the session is queried every two minutes");
}

#[test]
fn a_user_who_looks_again_sees_the_present_state() {
    let mut driver = Driver::new(120, 30);
    (0..60).for_each(|_| driver.advance(1));
    let before = touch_count(&driver);
    driver.msg(Msg::Focus(false));
    driver.advance(10);
    driver.msg(Msg::Focus(true));
    driver.msg(Msg::Focus(true));
    assert_eq!(touch_count(&driver), before + 1, "the last query was sent half a minute ago");
    for _ in 0..7 {
        driver.advance(4);
        driver.msg(Msg::Focus(false));
        driver.msg(Msg::Focus(true));
    }
    assert_eq!(touch_count(&driver), before + 1, "a window that gets the focus often sends few queries");
}

#[test]
fn a_failed_keep_alive_is_retried_before_the_session_expires() {
    let mut driver = Driver::new(120, 30);
    driver.online = false;
    let before = touch_count(&driver);
    driver.advance(300);
    for _ in 0..295 {
        driver.advance(1);
    }
    let attempts = touch_count(&driver) - before;
    assert!((4..=20).contains(&attempts), "{attempts}");
    driver.online = true;
    driver.advance(4);
    assert!(driver.model.sessions.rows[0].is_live());
}

#[test]
fn after_an_hour_of_suspend_everything_is_queried_again() {
    let mut driver = Driver::new(120, 30);
    let before = touch_count(&driver);
    driver.advance(3600);
    assert_eq!(touch_count(&driver), before + 1);
}

/// Returns the generation number of the first session's current stream.
fn stream_generation(driver: &Driver) -> u64 {
    driver.model.sessions.rows[0].connection.params().unwrap().generation
}

#[test]
fn distant_ticks_mean_suspend_only_while_the_window_is_focused() {
    let mut driver = Driver::new(120, 30);
    driver.advance(10);
    let first_stream = stream_generation(&driver);
    driver.msg(Msg::Focus(false));
    driver.advance(200);
    assert_eq!(
        stream_generation(&driver),
        first_stream,
        "an unfocused window receives ticks rarely, so the stream is kept"
    );
    let now = driver.model.now;
    driver.msg(Msg::SystemResumed(now + SignedDuration::from_secs(1)));
    let resumed_stream = stream_generation(&driver);
    assert_ne!(resumed_stream, first_stream, "the stream from before the suspend is replaced");
    driver.msg(Msg::Focus(true));
    driver.advance(200);
    assert_ne!(stream_generation(&driver), resumed_stream, "a jump of the clock replaces the stream");
}

#[test]
fn queries_become_rare_two_minutes_after_the_user_has_left_and_return_with_the_user() {
    let mut driver = Driver::new(120, 30);
    (0..90).for_each(|_| driver.advance(1));
    driver.msg(Msg::Focus(false));
    let queries_of_minutes = |driver: &mut Driver, minutes: u32| {
        let before = touch_count(driver);
        (0..60 * minutes).for_each(|_| driver.advance(1));
        touch_count(driver) - before
    };
    let at_first = queries_of_minutes(&mut driver, 2);
    assert_eq!(at_first, 1, "a user who waits for a code looks at a browser");
    let later = queries_of_minutes(&mut driver, 20);
    assert!((4..=5).contains(&later), "only the session is kept alive: {later} queries");
    driver.mail(CODE);
    let after_mail = queries_of_minutes(&mut driver, 2);
    assert_eq!(after_mail, 1, "more mail may follow");
    driver.keys("w");
    let watching = queries_of_minutes(&mut driver, 10);
    assert!(watching >= 4, "a user who watches for codes waits for mail: {watching} queries");
    driver.keys("w");
    queries_of_minutes(&mut driver, 10);
    driver.advance(200);
    let (stream, before) = (stream_generation(&driver), touch_count(&driver));
    driver.msg(Msg::Focus(true));
    assert_eq!(touch_count(&driver), before + 1, "the user who is back sees the present state");
    driver.advance(30);
    assert_eq!(stream_generation(&driver), stream, "the rare ticks are no sign of a suspend");
    assert_eq!(touch_count(&driver), before + 1);
}

#[test]
fn an_idle_screen_is_drawn_once_a_minute() {
    let mut driver = Driver::new(120, 30);
    (0..40).for_each(|_| driver.advance(1));
    let before = driver.model.revision;
    for _ in 0..120 {
        driver.advance(1);
    }
    let drawn = driver.model.revision - before;
    assert!(drawn <= 3, "{drawn} frames were drawn in two minutes");
}

#[test]
fn a_burst_of_keys_and_events_at_every_size_never_breaks_the_view() {
    let script = "jkGg<tab>l<enter>v/x<enter>nN<esc>\\a<esc>?jj<esc>:co<esc>cCyYaoynNdRSuwr<c-d><c-u>hh";
    for (width, height) in [(1, 1), (29, 8), (30, 8), (40, 12), (80, 24), (89, 24), (90, 9), (200, 60)] {
        let mut driver = Driver::new(width, height);
        driver.mail(CODE);
        for key in Key::parse_sequence(script) {
            driver.msg(Msg::Key(key));
            driver.screen();
        }
        let connection = &driver.model.sessions.rows[0].connection;
        assert!(matches!(connection, ConnectionState::Up { .. } | ConnectionState::Connecting { .. }));
    }
}

#[test]
fn a_failed_mail_fetch_is_retried_within_seconds() {
    let mut driver = Driver::new(120, 30);
    let (session, _) = driver.watches().remove(0);
    (0..40).for_each(|_| driver.advance(1));
    let before = touch_count(&driver);
    driver.msg(Msg::Ingested(session, Err(connection_reset())));
    let mut seconds = 0;
    while touch_count(&driver) == before {
        driver.advance(1);
        seconds += 1;
        assert!(seconds <= 3, "the session is queried within three seconds");
    }
    for _ in 0..20 {
        driver.advance(1);
    }
    assert_eq!(touch_count(&driver), before + 1, "no further query follows after a successful one");
}

#[test]
fn a_gap_is_queried_until_a_query_succeeds() {
    let mut driver = Driver::new(120, 30);
    (0..40).for_each(|_| driver.advance(1));
    let known = driver.mail(CODE);
    let (session, watch) = driver.watches().remove(0);
    driver.msg(Msg::StreamEnded {
        session: session.clone(),
        generation: watch.generation,
        why: connection_reset(),
    });
    while driver.watches().is_empty() {
        driver.advance(1);
    }
    // The stream reconnects, but every request fails, and meanwhile a newer mail is pushed.
    driver.online = false;
    let (_, watch) = driver.watches().remove(0);
    assert_eq!(watch.after, Some(known.clone()));
    driver.msg(Msg::Pushed { session: session.clone(), generation: watch.generation, push: Push::Ready });
    driver.mail(NEWS);
    (0..5).for_each(|_| driver.advance(1));
    driver.msg(Msg::StreamEnded { session, generation: watch.generation, why: connection_reset() });
    while driver.watches().is_empty() {
        driver.advance(1);
    }
    assert_eq!(driver.watches().remove(0).1.after, Some(known), "the stream resumes before the possible gap");
}

/// Tests that, if a service's sessions expire immediately, the core waits longer and longer before it opens each new
/// session.
#[test]
fn sessions_that_expire_at_once_are_reopened_with_growing_delay() {
    let mut driver = Driver::new(120, 30);
    let opened_sessions = |driver: &Driver| {
        driver
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Account(AccountEffect::OpenSession(_))))
            .count()
    };
    let before = opened_sessions(&driver);
    for _ in 0..600 {
        let lapsed =
            || AppError { kind: FailureKind::Lapsed, text: "session_not_found".into(), retry_after: None };
        for (session, watch) in driver.watches() {
            let generation = watch.generation;
            driver.msg(Msg::StreamEnded { session, generation, why: lapsed() });
        }
        driver.advance(1);
    }
    let reopened = opened_sessions(&driver) - before;
    assert!((3..=40).contains(&reopened), "{reopened} sessions were opened in ten minutes");
}
